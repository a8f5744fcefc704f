"""Log lines are JSON, carry what the call gave them, and never a password."""

import json
import logging

import pytest

from infra import logs


def _line(message: str = "camera stalled", **extra: object) -> dict[str, object]:
    record = logging.makeLogRecord({"name": "producers", "levelname": "WARNING", "msg": message, **extra})
    line: dict[str, object] = json.loads(logs.JsonLines("producer.gate").format(record))
    return line


def test_a_line_tells_when_who_and_what() -> None:
    line = _line(camera="gate", silent_s=12.4)
    assert (line["process"], line["level"], line["message"]) == ("producer.gate", "warning", "camera stalled")
    assert (line["camera"], line["silent_s"]) == ("gate", 12.4)
    assert str(line["at"]).endswith("+00:00")


@pytest.mark.parametrize(
    "text",
    [
        "rtsp://admin:s3cret@10.0.0.5/stream",
        "cannot open rtsp://admin:s3cret@10.0.0.5/stream: time-out",
        "nats://domain:s3cret@127.0.0.1:4222",
        "postgresql://kaska:s3cret@127.0.0.1/kaska",
        "rtsp://admin:s3@cret@10.0.0.5/",
        "rtsp://admin:a/s3cret@10.0.0.5/",
        "rtsp://10.0.0.5/live?channel=1&user=admin&password=s3cret",
        "rtsp://10.0.0.5/user=admin&password=s3cret&channel=1: 404",
        "[rtsp @ 0x55] cannot open 'rtsp://10.0.0.5/x?token=s3cret'",
    ],
)
def test_a_password_in_an_address_is_never_written(text: str) -> None:
    written = json.dumps(_line(text, source=text, all=[text], by={"name": text}, other=ValueError(text)))
    assert "s3cret" not in written
    assert "cret@" not in written


def test_addresses_without_a_password_stay_readable() -> None:
    assert _line("opened rtsp://10.0.0.5/stream")["message"] == "opened rtsp://10.0.0.5/stream"


def test_an_exception_is_part_of_the_line_without_its_password() -> None:
    error = ConnectionError("rtsp://admin:s3cret@10.0.0.5/ is away")
    line = _line(exc_info=(ConnectionError, error, None))
    assert "ConnectionError" in str(line["exception"])
    assert "s3cret" not in str(line["exception"])
