"""Connecting cameras by hand: what is refused, and where passwords go."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from domain.contracts.addresses import LoginNotSplit
from domain.contracts.identifiers import CameraId
from infra.archive.plan import Progress
from infra.archive.recordings import Recording
from infra.cli.adding_camera import NewCamera, NewLogin, apart, connect_camera, keep_camera_login
from infra.cli.analysis_progress import gone_s, speed
from infra.embedded.nats import NatsServer
from infra.logins import Streams, analysis_login, main_login
from infra.supervisor.home import RunningState, claimed, write_state
from tests.producers.plant import Plant

GATE = NewCamera("gate", "Ворота", "rtsp://10.0.0.5/main", None, 10.0, 1280, False, "admin:canary")


def test_nothing_is_connected_where_nothing_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert connect_camera(tmp_path, GATE) == 2
    told = capsys.readouterr().err
    assert "not running" in told
    assert "canary" not in told + repr(GATE)
    assert main_login(tmp_path, "gate", Streams(GATE.source)).credentials is None


def test_a_login_in_an_address_is_not_registered_but_kept_apart() -> None:
    told = replace(GATE, source="rtsp://h/x?user=a&password=canary", analysis="rtsp://h/y?token=other", login=None)
    new, of_analysis = apart(told)
    assert (new.source, new.login) == ("rtsp://h/x?user={user}&password={password}", "a:canary")
    assert (new.analysis, of_analysis) == ("rtsp://h/y?token={password}", ":other")
    assert "canary" not in repr(told) + repr(new)
    assert apart(GATE) == (GATE, None)
    with pytest.raises(LoginNotSplit, match="twice"):
        apart(replace(told, login="admin:other"))


MAIN, SMALL = "rtsp://10.0.0.5/main", "rtsp://10.0.0.5:8554/sub"


def test_each_stream_may_have_a_login_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[str] = []

    def password(place: str) -> str:
        asked.append(place)
        return "canary"

    assert keep_camera_login(tmp_path, NewLogin("gate", "admin", password, address=MAIN)) == 0
    assert keep_camera_login(tmp_path, NewLogin("gate", "viewer", password, of_analysis=True, address=SMALL)) == 0
    assert asked == ["rtsp://10.0.0.5:554", "rtsp://10.0.0.5:8554"], "who types a password sees where it will go"
    streams = Streams(MAIN, SMALL)
    assert main_login(tmp_path, "gate", streams).credentials == "admin:canary"
    assert analysis_login(tmp_path, "gate", streams).credentials == "viewer:canary"
    assert "canary" not in "".join(capsys.readouterr())
    assert (tmp_path / "secrets" / "cameras.json").stat().st_mode & 0o077 == 0


def test_a_login_is_kept_for_the_place_where_the_camera_is_registered(
    nats_server: NatsServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, camera = tmp_path, CameraId("gate-with-login")
    shutil.copytree(nats_server.home / "secrets", home / "secrets")
    (home / "logs").mkdir()
    plant = Plant(nats_server.url("admin"))
    try:
        plant.register(camera, "rtsp://10.0.0.4/main")
        plant.register(camera, MAIN)
    finally:
        plant.close()
    with claimed(home):
        write_state(home, RunningState("http://127.0.0.1/", RunningState.now(), nats_server.port, 0, 0, "UTC"))
        assert keep_camera_login(home, NewLogin(camera, "admin", lambda _: "canary")) == 0
        assert keep_camera_login(home, NewLogin(camera, "admin", lambda _: "canary", of_analysis=True)) == 2
        assert keep_camera_login(home, NewLogin("unknown-camera", "admin", lambda _: "canary")) == 2
    assert main_login(home, camera, Streams(MAIN, has_moved=True)).credentials == "admin:canary"
    told = capsys.readouterr().err
    assert "rtsp://10.0.0.5:554" in told
    assert "no second stream" in told
    assert "not registered" in told


@pytest.mark.parametrize(
    ("camera", "address", "why"),
    [
        ("../gate", MAIN, "1 to 40 of a-z"),
        ("gate", None, "--for"),  # nothing runs that could say where it is
        ("gate", "http://10.0.0.5/", "rtsp://"),
        ("gate", "rtsp://admin:secret@10.0.0.5/", "credentials"),
    ],
)
def test_a_login_is_kept_for_an_address_or_not_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], camera: str, address: str | None, why: str
) -> None:
    def unasked(place: str) -> str:
        raise AssertionError(place)

    assert keep_camera_login(tmp_path, NewLogin(camera, "admin", unasked, address=address)) == 2
    assert why in capsys.readouterr().err
    assert not (tmp_path / "secrets").exists()


def test_progress_counts_video_and_not_the_time_between() -> None:
    pieces = [Recording(Path("a"), start, 10_000_000, 25, 64, 48, "h264") for start in (0, 100_000_000)]
    assert [gone_s(pieces, round(at * 1e6)) for at in (0, 4, 10, 50, 105, 999)] == [0, 4, 10, 10, 15, 20]
    assert speed(Progress()) == ""
    assert speed(Progress(analysed=50, video_s=30.0, wall_s=2.0)) == "25 к/с fps · ×15.0"
