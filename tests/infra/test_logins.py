"""A camera's login goes to the host, the port and the protocol that it was entered for, and nowhere else."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from infra.logins import NOWHERE, Login, Streams, analysis_login, keep_login, main_login, place_of

MAIN = "rtsp://10.0.0.5/main"
CANARY = "admin:canary"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("rtsp://10.0.0.5/main?channel=1", "rtsp://10.0.0.5:554"),
        ("rtsp://10.0.0.5:554/other", "rtsp://10.0.0.5:554"),
        ("rtsps://Cam.Plant.Local/main", "rtsps://cam.plant.local:322"),
        ("rtsp://[fd00::5]:8554/x", "rtsp://[fd00::5]:8554"),
        ("file:///films/gate.mp4", NOWHERE),
        ("http://10.0.0.5/main", NOWHERE),
        ("rtsp://10.0.0.5:port/main", NOWHERE),
        ("", NOWHERE),
    ],
)
def test_a_place_is_protocol_host_and_port(address: str, place: str) -> None:
    assert place_of(address) == place


def test_logins_are_readable_by_the_owner_only_and_shown_to_nobody(tmp_path: Path) -> None:
    assert keep_login(tmp_path, "gate", CANARY, MAIN) == "rtsp://10.0.0.5:554"
    assert keep_login(tmp_path, "yard", "user:other", "rtsp://10.0.0.6/main") == "rtsp://10.0.0.6:554"
    assert main_login(tmp_path, "gate", Streams(MAIN)) == Login(CANARY)
    assert main_login(tmp_path, "yard", Streams("rtsp://10.0.0.6/other")) == Login("user:other")
    assert main_login(tmp_path, "none", Streams(MAIN)) == Login()
    assert (tmp_path / "secrets" / "cameras.json").stat().st_mode & 0o777 == 0o600
    assert "canary" not in repr(main_login(tmp_path, "gate", Streams(MAIN)))


@pytest.mark.parametrize(
    "elsewhere",
    [
        "rtsp://10.6.6.6/main",  # another host
        "rtsp://10.0.0.5:8554/main",  # another program of the same host
        "rtsps://10.0.0.5:554/main",  # another protocol
        "rtsp://10.0.0.5.evil.example/main",
        "file:///films/gate.mp4",
    ],
)
def test_a_camera_registered_elsewhere_does_not_get_the_login(tmp_path: Path, elsewhere: str) -> None:
    keep_login(tmp_path, "gate", CANARY, MAIN)
    found = main_login(tmp_path, "gate", Streams(elsewhere, has_moved=True))
    assert found == Login(withheld_for="rtsp://10.0.0.5:554")
    keep_login(tmp_path, "gate", "admin:new", elsewhere)
    assert main_login(tmp_path, "gate", Streams(elsewhere, has_moved=True)) == Login("admin:new"), "entered again"


def test_the_second_stream_gets_the_main_ones_login_at_the_same_place_only(tmp_path: Path) -> None:
    keep_login(tmp_path, "gate", CANARY, MAIN)
    same = Streams(MAIN, "rtsp://10.0.0.5:554/sub")
    assert analysis_login(tmp_path, "gate", same) == Login(CANARY)
    for other in ("rtsp://10.6.6.6/sub", "rtsp://10.0.0.5:8554/sub"):
        assert analysis_login(tmp_path, "gate", replace(same, analysis_source=other)) == Login()
    assert analysis_login(tmp_path, "gate", Streams("rtsp://10.6.6.6/a", "rtsp://10.6.6.6/b")) == Login()


def test_the_second_streams_own_login_belongs_to_its_place_as_well(tmp_path: Path) -> None:
    small = "rtsp://10.0.0.6/sub"
    keep_login(tmp_path, "gate", CANARY, MAIN)
    keep_login(tmp_path, "gate", "viewer:canary", small, of_analysis=True)
    assert analysis_login(tmp_path, "gate", Streams(MAIN, small)) == Login("viewer:canary")
    assert main_login(tmp_path, "gate", Streams(MAIN, small)) == Login(CANARY)
    moved = Streams(MAIN, "rtsp://10.6.6.6/sub", has_moved=True)
    assert analysis_login(tmp_path, "gate", moved) == Login(withheld_for="rtsp://10.0.0.6:554")


@pytest.mark.parametrize("has_moved", [False, True])
def test_a_login_of_an_earlier_build_is_for_a_camera_that_was_never_elsewhere(tmp_path: Path, has_moved: bool) -> None:
    path = tmp_path / "secrets" / "cameras.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"gate": CANARY, "yard.analysis": "viewer:canary"}))
    gate = Streams(MAIN, "rtsp://10.0.0.5/sub", has_moved)
    yard = Streams(MAIN, "rtsp://10.0.0.6/sub", has_moved)
    if has_moved:
        assert main_login(tmp_path, "gate", gate) == Login(withheld_for="an earlier address")
        assert analysis_login(tmp_path, "gate", gate) == Login()
        assert analysis_login(tmp_path, "yard", yard) == Login(withheld_for="an earlier address")
    else:
        assert main_login(tmp_path, "gate", gate) == analysis_login(tmp_path, "gate", gate) == Login(CANARY)
        assert analysis_login(tmp_path, "yard", yard) == Login("viewer:canary")
        assert analysis_login(tmp_path, "gate", replace(gate, analysis_source="rtsp://10.0.0.7/x")) == Login()
    keep_login(tmp_path, "gate", "admin:new", MAIN)
    assert main_login(tmp_path, "gate", gate) == Login("admin:new")
