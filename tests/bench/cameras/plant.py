"""The bench's plant: cameras, each with a danger zone and its rule."""

from typing import Final

from domain.contracts.commands import DrawZone, PlantCommand, PublishRule, RegisterCamera
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.plant import Polygon, RuleKind, Thresholds
from infra.demo.plant import DemoPlant

ANALYSED_FPS: Final = 10.0
ANALYSED_PX: Final = 640
"""The width that the detector takes; only a look at helmets and vests needs more."""

ZONE: Final[Polygon] = ((0.45, 0.5), (0.6, 0.5), (0.6, 0.7), (0.45, 0.7))
"""Around one machine. A camera still opens an incident with photo and clip several times a minute."""


def camera_name(number: int) -> CameraId:
    return CameraId(f"bench-{number:02}")


Streams = tuple[str, str | None]
"""A camera's main stream, and its second one where it has one."""


def plant(first: int, last: int, sources: list[Streams]) -> DemoPlant:
    """Cameras number first to last (from 1), each on the next of the sources in turn."""
    cameras, commands = [], list[PlantCommand]()
    for number in range(first, last + 1):
        camera = camera_name(number)
        zone, rule = ZoneId(f"{camera}-press"), RuleId(f"{camera}-danger")
        main, second = sources[(number - 1) % len(sources)]
        cameras.append(camera)
        commands += [
            RegisterCamera(camera, f"Камера {number}", main, ANALYSED_FPS, ANALYSED_PX, analysis_source=second),
            DrawZone(zone, camera, "Зона пресса", ZONE),
            PublishRule(
                rule_id=rule,
                name="Человек в опасной зоне",
                kind=RuleKind.DANGER_ZONE,
                camera_id=camera,
                zone_id=zone,
                thresholds=Thresholds(min=0.4, max=0.7),
                dwell_s=1.0,
                window_s=5.0,
                gap_s=3.0,
            ),
        ]
    return DemoPlant(tuple(cameras), tuple(commands))
