"""What a camera sends is measured as it comes, and told to inference (R22, R42; FAULTS C5)."""

import logging
from pathlib import Path

import pytest

from domain.contracts.stream_facts import StreamFacts
from infra.stream_report import read_stream_report, stream_report_path
from producers.described import PERIOD_S, StreamMeter, StreamTeller
from tests.producers.footage import packets
from tests.producers.test_pipeline import MakeCamera, camera, wait_until

__all__ = ["camera"]


class Clock:
    now = 500.0

    def __call__(self) -> float:
        return self.now


def test_rate_and_bit_rate_are_those_of_the_last_period(plain: Path) -> None:
    clock = Clock()
    meter = StreamMeter(clock)
    sent = packets(plain, 75)
    for packet in sent[:50]:
        meter.count(packet)
    clock.now += PERIOD_S / 2
    assert (meter.measured(), meter.facts) == (False, None)
    clock.now += PERIOD_S / 2
    assert meter.measured()
    kbit_s = round(sum(len(packet.data) for packet in sent[:50]) * 8 / 1000 / PERIOD_S)
    assert meter.facts == StreamFacts("h264", 320, 240, 5.0, kbit_s)
    for packet in sent[50:]:
        meter.count(packet)
    clock.now += PERIOD_S
    assert meter.measured()
    assert meter.facts is not None
    assert meter.facts.fps == 2.5


def test_a_camera_that_sends_nothing_any_more_has_no_stream(plain: Path, tmp_path: Path) -> None:
    clock = Clock()
    meter = StreamMeter(clock)
    teller = StreamTeller(tmp_path, "gate", meter)
    for packet in packets(plain, 5):
        meter.count(packet)
    clock.now += PERIOD_S
    teller.tell()
    told = read_stream_report(tmp_path, "gate")
    assert told is not None
    assert told.facts is not None
    clock.now += PERIOD_S
    teller.tell()
    told = read_stream_report(tmp_path, "gate")
    assert told is not None
    assert told.facts is None


def test_C5_another_format_is_said(changing: Path, caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    meter = StreamMeter(clock)
    sizes = []
    with caplog.at_level(logging.WARNING):
        for part in (packets(changing, 100)[:50], packets(changing, 100)[50:]):
            for packet in part:
                meter.count(packet)
            clock.now += PERIOD_S
            assert meter.measured()
            assert meter.facts is not None
            sizes.append((meter.facts.width, meter.facts.height))
    assert sizes == [(320, 240), (480, 270)]
    assert [record.message for record in caplog.records] == ["the camera sends another format"]


def test_the_pump_counts_what_its_camera_sends(plain: Path, camera: MakeCamera) -> None:
    watched = camera(f"file://{plain}")
    meter = watched.pump.stream
    wait_until(lambda: meter._pictures >= 25)
    meter._clock = lambda: meter._since + PERIOD_S
    assert meter.measured()
    assert meter.facts is not None
    assert (meter.facts.codec, meter.facts.width, meter.facts.height) == ("h264", 320, 240)


@pytest.mark.parametrize("content", [b"", b"{", b'{"written_us": "now"}'])
def test_a_broken_report_is_none(tmp_path: Path, content: bytes) -> None:
    stream_report_path(tmp_path, "gate").write_bytes(content)
    assert read_stream_report(tmp_path, "gate") is None
