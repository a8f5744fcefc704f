"""The demo's plant is one that the domain accepts; credentials of one's own cameras stay out of its commands."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.contracts.commands import PublishRule, RegisterCamera
from domain.contracts.identifiers import CameraId
from domain.contracts.plant import RuleKind
from domain.plant import Absent, decide
from domain.rules.schedule import in_force
from infra.demo.plant import DEMO_CAMERAS, DemoPlant, demo_plant, own_plant
from infra.embedded import EnvironmentTrouble
from infra.logins import Streams, main_login

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCES = {camera: f"rtsp://127.0.0.1:8554/{camera}" for camera in DEMO_CAMERAS}


def _source(plant: DemoPlant, camera: str) -> str:
    return next(c.source for c in plant.commands if isinstance(c, RegisterCamera) and c.camera_id == camera)


def test_the_domain_accepts_the_demo_plant() -> None:
    for command in demo_plant(SOURCES, "Europe/Moscow").commands:
        assert len(decide(command, Absent(), AT)) == 1


def test_the_demo_has_a_rule_on_each_camera_and_looks_for_helmets_where_the_rule_is() -> None:
    plant = demo_plant(SOURCES, "Europe/Moscow")
    rules = [command for command in plant.commands if isinstance(command, PublishRule)]
    assert sorted(rule.kind for rule in rules) == [RuleKind.DANGER_ZONE, RuleKind.NO_HELMET, RuleKind.PERIMETER]
    assert len({rule.camera_id for rule in rules}) == len(rules)
    with_ppe = {c.camera_id for c in plant.commands if isinstance(c, RegisterCamera) and c.ppe}
    assert with_ppe == {rule.camera_id for rule in rules if rule.kind is RuleKind.NO_HELMET}


@pytest.mark.parametrize("hour", range(0, 24, 5))
def test_the_perimeter_is_guarded_at_every_hour(hour: int) -> None:
    rules = [command for command in demo_plant(SOURCES, "Europe/Moscow").commands if isinstance(command, PublishRule)]
    schedule = next(rule.schedule for rule in rules if rule.kind is RuleKind.PERIMETER)
    assert schedule is not None
    assert in_force(schedule, AT.replace(hour=hour))


def test_credentials_of_an_own_camera_are_kept_apart(tmp_path: Path) -> None:
    plant = own_plant(["rtsp://admin:p%40ss:word@10.0.0.5:554/stream?channel=1"], tmp_path)
    assert _source(plant, "own-1") == "rtsp://10.0.0.5:554/stream?channel=1"
    streams = Streams(_source(plant, "own-1"))
    assert main_login(tmp_path, "own-1", streams).credentials == "admin:p@ss:word"
    for command in plant.commands:
        assert len(decide(command, Absent(), AT)) == 1


def test_an_own_file_becomes_an_address(tmp_path: Path) -> None:
    film = tmp_path / "мой фильм.mp4"
    film.touch()
    plant = own_plant([str(film), film.as_uri()], tmp_path)
    assert _source(plant, "own-1") == film.as_uri()
    assert _source(plant, "own-2") == film.as_uri()
    assert plant.cameras == (CameraId("own-1"), CameraId("own-2"))


@pytest.mark.parametrize("address", ["http://10.0.0.5/video", "/no/such/film.mp4", "", "rtp://10.0.0.5"])
def test_another_address_is_told(tmp_path: Path, address: str) -> None:
    with pytest.raises(EnvironmentTrouble, match=r"neither an rtsp:// address nor an existing file"):
        own_plant([address], tmp_path)
