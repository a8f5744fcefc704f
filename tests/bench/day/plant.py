"""The plant's zones and rules, as the deciders make them: in force since before the day began."""

from datetime import datetime
from typing import Final

from domain import plant
from domain.contracts.commands import DrawZone, PublishRule, RegisterCamera
from domain.contracts.events import Event
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.plant import RuleKind, Thresholds

ZONE: Final = ((0.55, 0.3), (0.8, 0.3), (0.8, 0.75), (0.55, 0.75))
KINDS: Final = (RuleKind.DANGER_ZONE, RuleKind.PERIMETER, RuleKind.LOITERING, RuleKind.NO_HELMET)


def events(cameras: tuple[CameraId, ...], since: datetime) -> list[tuple[str, str, Event]]:
    """Context, aggregate and event."""
    found: list[tuple[str, str, Event]] = []
    for camera in cameras:
        registered = RegisterCamera(camera, camera, f"file:///{camera}.mp4", 10.0, 640, ppe=False)
        found += [("camera", camera, event) for event in plant.decide(registered, plant.Absent(), since)]
        zone_id = ZoneId(f"{camera}-zone")
        drawn = DrawZone(zone_id, camera, "Зона", ZONE, effective_from=since)
        found += [("zone", zone_id, event) for event in plant.decide(drawn, plant.Absent(), since)]
        for kind in KINDS:
            rule_id = RuleId(f"{camera}-{kind.value.replace('_', '-')}")
            zone = None if kind is RuleKind.NO_HELMET else zone_id
            fields = (rule_id, kind.value, kind, camera, zone, Thresholds(0.4, 0.6))
            near = 1.5 if kind is RuleKind.LOITERING else 0.0
            published = PublishRule(*fields, dwell_s=1.0, window_s=5.0, gap_s=2.0, effective_from=since, near=near)
            found += [("rule", rule_id, event) for event in plant.decide(published, plant.Absent(), since)]
    return found
