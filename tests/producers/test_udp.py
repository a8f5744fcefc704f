"""Cameras that send RTP over UDP: H.264 and H.265, with and without loss on the way."""

import logging
import time
from pathlib import Path

import pytest

from producers.address import resolve
from producers.errors import SourceUnreachable
from producers.source import open_source
from tests.producers.footage import encode, number_in
from tests.producers.test_pipeline import MakeCamera, camera, wait_until
from tests.producers.udp_camera import UdpCamera

__all__ = ["camera"]


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_pictures_arrive_over_udp_with_their_time(codec: str, tmp_path: Path, camera: MakeCamera) -> None:
    file = encode(tmp_path / "film.mp4", seconds=3, codec=codec)
    with UdpCamera(file) as device:
        watched = camera(device.url)
        wait_until(lambda: watched.ring.seconds > 2)
        assert abs(time.time() - watched.ring.newest_us / 1e6) < 1
        wait_until(lambda: watched.value("kaska_frames_shared_total") >= 5)
        frame = watched.reader.take()
        assert frame is not None
        assert frame.pixels.shape == (120, 160, 3)
        assert watched.value("kaska_frames_damaged_total") == 0
        assert all("transport" not in line for line in device.asked)


def test_what_is_lost_on_the_way_is_counted_and_not_analysed(tmp_path: Path, camera: MakeCamera) -> None:
    """FAULTS C3: a picture that lacks a part is never shown to the models as if it were whole."""
    file = encode(tmp_path / "film.mp4", seconds=3, width=640, height=480)
    with UdpCamera(file, loses=60) as device:
        watched = camera(device.url)
        wait_until(lambda: watched.value("kaska_frames_damaged_total") >= 3)
        shown: list[int] = []

        def enough() -> bool:
            while (frame := watched.reader.take()) is not None:
                shown.append((frame.captured_at_us - number_in(frame.pixels) * 40_000) % 3_000_000)
            return len(shown) >= 12

        wait_until(enough)
        assert watched.value("kaska_stream_up") == 1
    astray = [abs(each - shown[0]) for each in shown]
    assert max(min(each, 3_000_000 - each) for each in astray) < 60_000, "every picture is that of its time"


def test_a_camera_that_falls_silent_over_udp_is_noticed(
    tmp_path: Path, camera: MakeCamera, caplog: pytest.LogCaptureFixture
) -> None:
    file = encode(tmp_path / "film.mp4", seconds=2)
    with UdpCamera(file) as device:
        watched = camera(device.url, stall_timeout_s=1.5, open_timeout_s=3)
        wait_until(lambda: watched.value("kaska_stream_up") == 1)
        with caplog.at_level(logging.WARNING):
            device.fall_silent()
            wait_until(lambda: watched.value("kaska_reconnects_total") >= 1)
    assert "SourceStalled" in {getattr(record, "kind", "") for record in caplog.records}


def test_a_camera_that_sends_over_udp_only_says_so_when_asked_for_tcp(tmp_path: Path) -> None:
    file = encode(tmp_path / "film.mp4", seconds=2)
    with UdpCamera(file) as device, pytest.raises(SourceUnreachable):
        address = resolve(device.url.removesuffix("?transport=udp"))
        open_source(address, open_timeout_s=3, stall_timeout_s=3, most_pixels=10**7)
