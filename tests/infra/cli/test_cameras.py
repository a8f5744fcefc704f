"""Connecting cameras by hand: what is refused, and where passwords go."""

from pathlib import Path

import pytest

from infra.archive.plan import Progress
from infra.archive.recordings import Recording
from infra.cli.adding_camera import NewCamera, connect_camera, keep_login
from infra.cli.analysis_progress import gone_s, speed
from infra.settings import analysis_credentials, camera_credentials

GATE = NewCamera("gate", "Ворота", "rtsp://10.0.0.5/main", None, 10.0, 1280, False, "admin:canary")


def test_nothing_is_connected_where_nothing_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert connect_camera(tmp_path, GATE) == 2
    told = capsys.readouterr().err
    assert "not running" in told
    assert "canary" not in told + repr(GATE)
    assert camera_credentials(tmp_path, "gate") is None


def test_each_stream_may_have_a_login_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert keep_login(tmp_path, "gate", "admin:canary", of_analysis=False) == 0
    assert keep_login(tmp_path, "gate", "viewer:canary-2", of_analysis=True) == 0
    assert keep_login(tmp_path, "../gate", "admin:canary", of_analysis=False) == 2
    assert camera_credentials(tmp_path, "gate") == "admin:canary"
    assert analysis_credentials(tmp_path, "gate") == "viewer:canary-2"
    assert "canary" not in "".join(capsys.readouterr())
    assert (tmp_path / "secrets" / "cameras.json").stat().st_mode & 0o077 == 0


def test_progress_counts_video_and_not_the_time_between() -> None:
    pieces = [Recording(Path("a"), start, 10_000_000, 25, 64, 48, "h264") for start in (0, 100_000_000)]
    assert [gone_s(pieces, round(at * 1e6)) for at in (0, 4, 10, 50, 105, 999)] == [0, 4, 10, 10, 15, 20]
    assert speed(Progress()) == ""
    assert speed(Progress(analysed=50, video_s=30.0, wall_s=2.0)) == "25 к/с fps · ×15.0"
