"""What stands in the demo plant, as commands to the domain: cameras, zones, rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from domain.contracts.commands import DrawZone, PlantCommand, PublishRule, RegisterCamera
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.plant import WHOLE_PICTURE, Polygon, RuleKind, Schedule, Window
from domain.contracts.usual import usual_rule
from infra.embedded import EnvironmentTrouble
from infra.logins import keep_login

YARD: Final = CameraId("yard")
GATE: Final = CameraId("gate")
PERIMETER: Final = CameraId("perimeter")
DEMO_CAMERAS: Final = (YARD, GATE, PERIMETER)
MOST_OWN_CAMERAS: Final = 64

PRESS: Final[Polygon] = ((0.33, 0.36), (0.78, 0.36), (0.84, 0.92), (0.28, 0.92))
FENCE: Final[Polygon] = ((0.0, 0.30), (1.0, 0.30), (1.0, 0.62), (0.0, 0.62))

ALL_DAY: Final = Window(days=(0, 1, 2, 3, 4, 5, 6), start=time(0), end=time(0))
ANALYSED_FPS: Final = 5.0


@dataclass(frozen=True)
class DemoPlant:
    """cameras   to be watched
    commands  in the order to send them
    """

    cameras: tuple[CameraId, ...]
    commands: tuple[PlantCommand, ...]


def demo_plant(sources: Mapping[CameraId, str], tz: str) -> DemoPlant:
    """Three cameras: a danger zone in the yard, helmets at the gate, a perimeter that is always guarded.

    sources   camera to rtsp:// or file:// address
    tz        time zone of the schedule
    """
    schedule = Schedule(tz=tz, windows=(ALL_DAY,))
    return DemoPlant(
        DEMO_CAMERAS,
        (
            RegisterCamera(YARD, "Двор", sources[YARD], ANALYSED_FPS),
            RegisterCamera(GATE, "Проходная", sources[GATE], ANALYSED_FPS, ppe=True),
            RegisterCamera(PERIMETER, "Периметр", sources[PERIMETER], ANALYSED_FPS),
            DrawZone(ZoneId("press"), YARD, "Зона пресса", PRESS),
            DrawZone(ZoneId("fence"), PERIMETER, "Ограждение", FENCE),
            _zone_rule("yard-danger", "Человек в опасной зоне", RuleKind.DANGER_ZONE, YARD, "press"),
            _usual_rule("gate-helmet", "Человек без каски", RuleKind.NO_HELMET, GATE),
            _zone_rule("perimeter", "Пересечение периметра", RuleKind.PERIMETER, PERIMETER, "fence", schedule=schedule),
        ),
    )


def own_plant(addresses: Sequence[str], home: Path) -> DemoPlant:
    """Cameras of one's own, each with the whole picture as a danger zone.

    addresses   rtsp://user:password@host/path, or the path of a video file; credentials go to the home's secrets
    Raises      EnvironmentTrouble for an address that is neither
    """
    if len(addresses) > MOST_OWN_CAMERAS:
        raise EnvironmentTrouble(f"--camera was given {len(addresses)} times; at most {MOST_OWN_CAMERAS} are possible.")
    cameras, commands = [], list[PlantCommand]()
    for number, address in enumerate(addresses, start=1):
        camera, zone = CameraId(f"own-{number}"), f"own-{number}-all"
        source = _own_source(address, camera, home)
        cameras.append(camera)
        commands += [
            RegisterCamera(camera, f"Камера {number}", source, ANALYSED_FPS),
            DrawZone(ZoneId(zone), camera, "Вся картина", WHOLE_PICTURE),
            _zone_rule(f"own-{number}-danger", "Человек в зоне", RuleKind.DANGER_ZONE, camera, zone),
        ]
    return DemoPlant(tuple(cameras), tuple(commands))


def _own_source(address: str, camera: CameraId, home: Path) -> str:
    parts = urlsplit(address)
    if parts.scheme in {"rtsp", "rtsps"}:
        userinfo, _, place = parts.netloc.rpartition("@")
        source = parts._replace(netloc=place).geturl()
        if userinfo:
            keep_login(home, camera, unquote(userinfo), source)
        return source
    path = Path(unquote(parts.path) if parts.scheme == "file" else address).expanduser().absolute()
    if not path.is_file():
        raise EnvironmentTrouble(f"--camera {path.name}: neither an rtsp:// address nor an existing file.")
    return f"file://{quote(str(path))}"


def _zone_rule(
    rule: str, name: str, kind: RuleKind, camera: CameraId, zone: str, *, schedule: Schedule | None = None
) -> PublishRule:
    return replace(_usual_rule(rule, name, kind, camera), zone_id=ZoneId(zone), schedule=schedule)


def _usual_rule(rule: str, name: str, kind: RuleKind, camera: CameraId) -> PublishRule:
    """As the kind usually is, in the whole picture."""
    return replace(usual_rule(kind, RuleId(rule), camera), name=name)
