"""Why a camera's stream does not come is measured by name, and over with its first picture (FAULTS C1)."""

from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.stream_faults import METRIC, StreamFault
from tests.producers.footage import encode
from tests.producers.test_hostile import OPTIONS, answering
from tests.producers.test_pipeline import Camera, MakeCamera, camera, wait_until

__all__ = ["camera"]

WORDS = Path(__file__).parents[2] / "gateway" / "console" / "src" / "locale" / "cameras.ts"


def fault_of(watched: Camera) -> str | None:
    watched.pump.measure()
    told = [
        sample.labels["fault"]
        for family in watched.registry.collect()
        for sample in family.samples
        if sample.name == METRIC and sample.value
    ]
    assert len(told) <= 1
    return told[0] if told else None


def test_nobody_is_there(camera: MakeCamera) -> None:
    watched = camera("rtsp://127.0.0.1:9/gate", open_timeout_s=2)
    wait_until(lambda: fault_of(watched) == StreamFault.NO_ANSWER)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\n\r\n", StreamFault.LOGIN_REFUSED),
        (b"RTSP/1.0 404 Not Found\r\nCSeq: 2\r\n\r\n", StreamFault.NO_VIDEO),
    ],
)
def test_a_camera_that_refuses_says_why(answer: bytes, fault: StreamFault, camera: MakeCamera) -> None:
    with contextmanager(answering)(OPTIONS, answer) as port:
        watched = camera(f"rtsp://127.0.0.1:{port}/gate", open_timeout_s=3)
        wait_until(lambda: fault_of(watched) == fault)


def test_every_fault_has_russian_words() -> None:
    words = WORDS.read_text(encoding="utf-8")
    assert [words.count(f'    {fault.value}: "') for fault in StreamFault] == [2] * len(StreamFault)


def test_an_address_that_may_not_be_opened(camera: MakeCamera) -> None:
    watched = camera("rtsp://169.254.169.254/gate")
    wait_until(lambda: fault_of(watched) == StreamFault.ADDRESS_REFUSED)


def test_a_file_without_video(tmp_path: Path, camera: MakeCamera) -> None:
    path = tmp_path / "no.mp4"
    path.write_bytes(b"no video" * 1000)
    watched = camera(f"file://{path}")
    wait_until(lambda: fault_of(watched) == StreamFault.NO_VIDEO)
    path.write_bytes(encode(tmp_path / "film.mp4", seconds=2).read_bytes())
    wait_until(lambda: fault_of(watched) is None)
    assert watched.value("kaska_stream_up") == 1
