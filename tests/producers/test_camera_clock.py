"""A camera's own clock, as its sender reports tell it; what we do goes by ours (FAULTS C7)."""

import time
from pathlib import Path

import pytest

from tests.producers.footage import encode
from tests.producers.test_pipeline import MakeCamera, camera, wait_until
from tests.producers.udp_camera import UdpCamera

__all__ = ["camera"]
METRIC = "kaska_camera_clock_ahead_seconds"


@pytest.mark.parametrize("ahead_s", [3600.0, -86_400.0 * 365])
def test_C7_a_wrong_clock_is_measured_and_moves_no_picture(ahead_s: float, tmp_path: Path, camera: MakeCamera) -> None:
    file = encode(tmp_path / "film.mp4", seconds=3)
    with UdpCamera(file, clock_ahead_s=ahead_s) as device:
        watched = camera(device.url)
        wait_until(lambda: watched.value(METRIC) != 0)
        assert watched.value(METRIC) == pytest.approx(ahead_s, abs=20)
        assert abs(time.time() - watched.ring.newest_us / 1e6) < 20


def test_a_camera_that_tells_no_time_has_no_wrong_one(tmp_path: Path, camera: MakeCamera) -> None:
    with UdpCamera(encode(tmp_path / "film.mp4", seconds=2)) as device:
        watched = camera(device.url)
        wait_until(lambda: watched.ring.seconds > 2)
        assert watched.value(METRIC) == 0
