"""Facts about cameras, zones and rules."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from domain.contracts.detections import Box, ObjectClass
from domain.contracts.events.machines import TEACHING_EVENTS, TeachingEvent
from domain.contracts.identifiers import CameraId, GroupId, RuleId, ShopId, ZoneId
from domain.contracts.observations import Direction
from domain.contracts.personal import ACTOR, Personal
from domain.contracts.plant import DirectionLine, Lamp, Polygon, RuleKind, Schedule, Thresholds


@dataclass(frozen=True, slots=True)
class CameraRegistered:
    """A camera and how it is watched. `source` and `analysis_source` never hold credentials.

    analysis_width   pixels; frames are scaled down to it before analysis
    ppe              whether the models for protective equipment run on it
    analysis_source  a second, smaller stream of the same picture, for the models; photos and clips come from `source`
    plates           whether number plates of vehicles are read (R84)
    """

    camera_id: CameraId
    name: str
    source: str
    target_fps: float
    analysis_width: int
    ppe: bool
    analysis_source: str | None = None
    plates: bool = False


@dataclass(frozen=True, slots=True)
class CameraConfigured:
    """The same fields as at registration, all of them, after a change."""

    camera_id: CameraId
    name: str
    source: str
    target_fps: float
    analysis_width: int
    ppe: bool
    analysis_source: str | None = None
    plates: bool = False


@dataclass(frozen=True, slots=True)
class CameraRetired:
    camera_id: CameraId


@dataclass(frozen=True, slots=True)
class ZoneDrawn:
    """A polygon on a camera's picture, for frames captured from `effective_from` on.

    gate   vehicles that go through it are recorded as passages (R83)
    line   which way is in
    """

    zone_id: ZoneId
    zone_version: int
    camera_id: CameraId
    name: str
    polygon: Polygon
    effective_from: datetime
    gate: bool = False
    line: DirectionLine | None = None


@dataclass(frozen=True, slots=True)
class RulePublished:
    """A version of a rule, for frames captured from `effective_from` on.

    dwell_s    how long hits must go on before an incident opens
    window_s   how far back evidence counts towards the score
    gap_s      an episode ends when there was no hit for so long

    What only some rules say:

    min_person_height  of the picture's height, 0..1; about a person whose box is lower nothing can be told (R77)
    at_gate            protective equipment: whoever is held in the zone for dwell_s must have shown the item (R46-R49)
    forbidden          direction: which way over the zone's line nobody may go
    near               loitering: how far around the zone, in widths and heights of the object's own feet (R66);
                       unattended machine: who stands no further away is at the machine (R58, R60)
    forbidden_lamps    lamp: what the machine's signal light may not show (R59)
    """

    rule_id: RuleId
    rule_version: int
    name: str
    kind: RuleKind
    camera_id: CameraId
    zone_id: ZoneId | None
    object_classes: tuple[ObjectClass, ...]
    thresholds: Thresholds
    dwell_s: float
    window_s: float
    gap_s: float
    schedule: Schedule | None
    effective_from: datetime
    min_person_height: float = 0.0
    at_gate: bool = False
    forbidden: Direction | None = None
    near: float = 0.0
    forbidden_lamps: tuple[Lamp, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleRetired:
    rule_id: RuleId
    effective_from: datetime


@dataclass(frozen=True, slots=True)
class CameraMovedToGroup:
    """Where the camera belongs from now on: a group of cameras and a shop («цех»); rights are given by them (R133)."""

    camera_id: CameraId
    group_id: GroupId | None
    shop_id: ShopId | None


@dataclass(frozen=True, slots=True)
class ReferenceFrameSet:
    """The picture that foreign objects are compared with (R62): its key in the object store and its sha256."""

    camera_id: CameraId
    key: str
    sha256: str
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class RetentionSet:
    """How many days the camera's photos and clips are kept (R118); None is the plant's usual time."""

    camera_id: CameraId
    days: int | None


@dataclass(frozen=True, slots=True)
class ZoneRetired:
    zone_id: ZoneId
    effective_from: datetime


@dataclass(frozen=True, slots=True)
class ObjectPermitted:
    """What stands in this part of a zone may stand there for a while (R64).

    A later permission of the same region takes the place of this one: so it is prolonged or cut short.
    """

    zone_id: ZoneId
    region: Box
    since: datetime
    until: datetime
    note: Annotated[str, Personal(ACTOR)]


@dataclass(frozen=True, slots=True)
class ReferenceRenewed:
    """What stands in the zone from this time on belongs there: nothing of it is foreign (R62)."""

    zone_id: ZoneId
    since: datetime


CameraEvent = (
    CameraRegistered | CameraConfigured | CameraRetired | CameraMovedToGroup | ReferenceFrameSet | RetentionSet
)
ZoneEvent = ZoneDrawn | ZoneRetired | ObjectPermitted | ReferenceRenewed | TeachingEvent
RuleEvent = RulePublished | RuleRetired
PlantEvent = CameraEvent | ZoneEvent | RuleEvent

PLANT_EVENTS: Final[dict[str, type[Any]]] = {
    "camera.registered.v1": CameraRegistered,
    "camera.configured.v1": CameraConfigured,
    "camera.retired.v1": CameraRetired,
    "camera.moved_to_group.v1": CameraMovedToGroup,
    "camera.reference_frame_set.v1": ReferenceFrameSet,
    "camera.retention_set.v1": RetentionSet,
    "zone.drawn.v1": ZoneDrawn,
    "zone.retired.v1": ZoneRetired,
    "zone.object_permitted.v1": ObjectPermitted,
    "zone.reference_renewed.v1": ReferenceRenewed,
    **TEACHING_EVENTS,
    "rule.published.v1": RulePublished,
    "rule.retired.v1": RuleRetired,
}
