"""The demo's RTSP server plays a file as an endless live camera and takes its ffmpegs with it."""

import subprocess
import time
from pathlib import Path

import av
import pytest

from infra.assets import fetch
from infra.embedded import pidfile
from infra.embedded.child import serving
from infra.embedded.ports import any_free_port
from infra.embedded.programs import ffmpeg
from infra.embedded.rtsp import RtspServer

OPTIONS = {"rtsp_transport": "tcp", "timeout": "10000000"}


@pytest.fixture
def short_film(tmp_path: Path) -> Path:
    """One second, ten pictures, in a path with a space."""
    path = tmp_path / "a film.mp4"
    source = ["-f", "lavfi", "-i", "testsrc=size=320x240:rate=10", "-t", "1"]
    subprocess.run([ffmpeg(), "-v", "error", *source, "-c:v", "libx264", "-g", "10", "-bf", "0", str(path)], check=True)
    return path


@pytest.mark.assets
def test_a_short_file_is_an_endless_camera(tmp_path: Path, short_film: Path) -> None:
    server = RtspServer(tmp_path, any_free_port(), fetch("go2rtc"), {"yard": short_film})
    with serving(server, tmp_path) as child, av.open(server.url("yard"), options=OPTIONS) as camera:
        pictures = camera.decode(video=0)
        sizes = {(next(pictures).width, next(pictures).height) for _ in range(15)}
        threads = Path(f"/proc/{child.pid}/task").glob("*/children")
        players = [int(pid) for path in threads for pid in path.read_text(encoding="ascii").split()]
    assert sizes == {(320, 240)}
    assert players
    deadline = time.monotonic() + 5
    while any(pidfile.start_time(pid) is not None for pid in players):
        assert time.monotonic() < deadline, "a player was left behind"
        time.sleep(0.02)
