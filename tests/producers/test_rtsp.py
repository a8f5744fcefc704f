"""Cameras over a real RTSP connection: go2rtc plays the file, and is killed, stopped and started again."""

import contextlib
import logging
import signal
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from infra import assets
from infra.embedded.child import Child, await_ready
from infra.embedded.ports import any_free_port
from infra.embedded.rtsp import RtspServer
from producers.address import resolve
from producers.clip import cut
from producers.errors import SourceUnreachable
from producers.photo import photograph
from producers.source import open_source
from tests.producers.footage import frames_of, number_in
from tests.producers.test_pipeline import Camera, MakeCamera, camera, wait_until

__all__ = ["camera"]

pytestmark = pytest.mark.assets


class CameraOnTheNetwork:
    """go2rtc with one stream, as a device that can be unplugged."""

    def __init__(self, home: Path, file: Path) -> None:
        self.server = RtspServer(home, any_free_port(), assets.fetch("go2rtc"), {"gate": file})
        self.child: Child | None = None

    @property
    def url(self) -> str:
        return self.server.url("gate")

    def plug_in(self) -> None:
        self.child = Child(self.server.launch(), self.server.home)
        await_ready(self.server, self.child, 20)

    def unplug(self) -> None:
        if self.child is not None:
            self.child.stop()
            self.child = None

    def send(self, number: signal.Signals) -> None:
        assert self.child is not None
        self.child.send(number)


@pytest.fixture
def device(tmp_path: Path, plain: Path) -> Iterator[CameraOnTheNetwork]:
    device = CameraOnTheNetwork(tmp_path / "device", plain)
    device.plug_in()
    yield device
    with contextlib.suppress(AssertionError, ProcessLookupError):
        device.send(signal.SIGCONT)
    device.unplug()


@pytest.fixture
def device_with_b_frames(tmp_path: Path, with_b_frames: Path) -> Iterator[CameraOnTheNetwork]:
    device = CameraOnTheNetwork(tmp_path / "device", with_b_frames)
    device.plug_in()
    yield device
    device.unplug()


def is_up(watched: Camera) -> Callable[[], bool]:
    return lambda: watched.value("kaska_stream_up") == 1


def is_down(watched: Camera) -> Callable[[], bool]:
    return lambda: watched.value("kaska_stream_up") == 0


def test_pictures_arrive_over_rtsp_with_their_time(device: CameraOnTheNetwork, camera: MakeCamera) -> None:
    watched = camera(device.url)
    wait_until(lambda: watched.ring.seconds > 3)
    assert abs(time.time() - watched.ring.newest_us / 1e6) < 1
    frame = None
    while frame is None:
        frame = watched.reader.take()
    assert frame.pixels.shape == (120, 160, 3)


def test_what_came_over_rtsp_with_b_frames_can_be_cut_and_played(
    device_with_b_frames: CameraOnTheNetwork, camera: MakeCamera, tmp_path: Path
) -> None:
    watched = camera(device_with_b_frames.url)
    wait_until(lambda: watched.ring.seconds > 5)
    cut_at_us = watched.ring.newest_us - 2_000_000
    packets = watched.ring.around(cut_at_us, 2_000_000, 2_000_000)
    clip = cut(packets, tmp_path / "clip.mp4")
    numbers = [number_in(pixels) for pixels in frames_of(clip.path.read_bytes())]
    assert len(numbers) == len(packets)
    steps = [(b - a) % 120 for a, b in pairwise(numbers)]
    assert set(steps[:-2]) == {1}  # the last reference frame may come without the B frames before it
    photo = photograph(packets, cut_at_us)
    assert abs(photo.captured_at_us - cut_at_us) <= 20_000
    (shown,) = frames_of(photo.jpeg)
    assert number_in(shown) in numbers


def test_C1_a_camera_that_is_unplugged_comes_back_by_itself(device: CameraOnTheNetwork, camera: MakeCamera) -> None:
    watched = camera(device.url, backoff_first_s=0.2, backoff_most_s=0.5, open_timeout_s=3)
    wait_until(is_up(watched))
    device.unplug()
    wait_until(is_down(watched))
    wait_until(lambda: watched.value("kaska_reconnects_total") >= 1)
    device.plug_in()
    wait_until(is_up(watched))


def test_C1_a_camera_that_falls_silent_is_noticed_and_taken_up_again(
    device: CameraOnTheNetwork, camera: MakeCamera, caplog: pytest.LogCaptureFixture
) -> None:
    watched = camera(device.url, stall_timeout_s=2, open_timeout_s=2, backoff_first_s=0.2, backoff_most_s=0.5)
    wait_until(is_up(watched))
    with caplog.at_level(logging.WARNING):
        device.send(signal.SIGSTOP)
        wait_until(lambda: watched.value("kaska_reconnects_total") >= 1)
    assert "SourceStalled" in {getattr(record, "kind", "") for record in caplog.records}
    assert watched.value("kaska_stream_up") == 0
    device.send(signal.SIGCONT)
    wait_until(is_up(watched))


def test_an_unknown_stream_of_a_server_is_unreachable(device: CameraOnTheNetwork) -> None:
    with pytest.raises(SourceUnreachable):
        open_source(resolve(f"{device.url}-other"), open_timeout_s=3, stall_timeout_s=3, most_pixels=10**7)
