"""What may be asked of cameras, zones and rules."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain.contracts.commands.machines import TEACHING_COMMANDS, TEACHING_CONTEXT, TeachingCommand
from domain.contracts.detections import Box, ObjectClass
from domain.contracts.identifiers import CameraId, GroupId, RuleId, ShopId, ZoneId
from domain.contracts.observations import Direction
from domain.contracts.plant import DirectionLine, Lamp, Polygon, RuleKind, Schedule, Thresholds
from domain.contracts.subjects import CAMERA, RULE, ZONE


@dataclass(frozen=True, slots=True)
class RegisterCamera:
    """Registers a camera, or changes it when it is there already; see CameraRegistered for the fields."""

    camera_id: CameraId
    name: str
    source: str
    target_fps: float = 10.0
    analysis_width: int = 1280
    ppe: bool = False
    analysis_source: str | None = None
    plates: bool = False


@dataclass(frozen=True, slots=True)
class RetireCamera:
    camera_id: CameraId


@dataclass(frozen=True, slots=True)
class DrawZone:
    """effective_from: None means from now on; an earlier time serves archives that are analysed later (R27).

    gate, line   see ZoneDrawn
    expected_version   what the person saw: another one is refused, None changes whatever there is
    """

    zone_id: ZoneId
    camera_id: CameraId
    name: str
    polygon: Polygon
    effective_from: datetime | None = None
    gate: bool = False
    line: DirectionLine | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class PublishRule:
    """A new version of a rule; see RulePublished for the fields, and DrawZone for `expected_version`."""

    rule_id: RuleId
    name: str
    kind: RuleKind
    camera_id: CameraId
    zone_id: ZoneId | None
    thresholds: Thresholds
    dwell_s: float
    window_s: float
    gap_s: float
    object_classes: tuple[ObjectClass, ...] = (ObjectClass.PERSON,)
    schedule: Schedule | None = None
    effective_from: datetime | None = None
    min_person_height: float = 0.0
    at_gate: bool = False
    forbidden: Direction | None = None
    near: float = 0.0
    forbidden_lamps: tuple[Lamp, ...] = ()
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class RetireRule:
    rule_id: RuleId


@dataclass(frozen=True, slots=True)
class MoveCameraToGroup:
    """See CameraMovedToGroup; None takes it out."""

    camera_id: CameraId
    group_id: GroupId | None
    shop_id: ShopId | None


@dataclass(frozen=True, slots=True)
class SetReferenceFrame:
    camera_id: CameraId
    key: str
    sha256: str
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class SetRetention:
    """days: None is the plant's usual time."""

    camera_id: CameraId
    days: int | None


@dataclass(frozen=True, slots=True)
class RetireZone:
    zone_id: ZoneId


@dataclass(frozen=True, slots=True)
class PermitObject:
    """since: None means from now on."""

    zone_id: ZoneId
    region: Box
    until: datetime
    since: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class RenewReference:
    """What stands in the zone now belongs there: after a rearrangement."""

    zone_id: ZoneId


CameraCommand = RegisterCamera | RetireCamera | MoveCameraToGroup | SetReferenceFrame | SetRetention
ZoneCommand = DrawZone | RetireZone | PermitObject | RenewReference | TeachingCommand
RuleCommand = PublishRule | RetireRule
PlantCommand = CameraCommand | ZoneCommand | RuleCommand

PLANT_COMMANDS: Final[dict[str, type[Any]]] = {
    "register_camera": RegisterCamera,
    "retire_camera": RetireCamera,
    "move_camera_to_group": MoveCameraToGroup,
    "set_reference_frame": SetReferenceFrame,
    "set_retention": SetRetention,
    "draw_zone": DrawZone,
    "retire_zone": RetireZone,
    "permit_object": PermitObject,
    "renew_reference": RenewReference,
    **TEACHING_COMMANDS,
    "publish_rule": PublishRule,
    "retire_rule": RetireRule,
}
PLANT_CONTEXT: Final[dict[type[Any], str]] = {
    **dict.fromkeys((RegisterCamera, RetireCamera, MoveCameraToGroup, SetReferenceFrame, SetRetention), CAMERA),
    **dict.fromkeys((DrawZone, RetireZone, PermitObject, RenewReference), ZONE),
    **TEACHING_CONTEXT,
    **dict.fromkeys((PublishRule, RetireRule), RULE),
}
