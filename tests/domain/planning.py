"""Commands and facts of a plant, and what is decided of them."""

from dataclasses import replace
from datetime import timedelta

from domain import plant
from domain.contracts.commands import (
    DrawZone,
    MoveCameraToGroup,
    PermitObject,
    PlantCommand,
    PublishRule,
    RegisterCamera,
    SetReferenceFrame,
)
from domain.contracts.detections import ObjectClass
from domain.contracts.events import (
    CameraMovedToGroup,
    CameraRegistered,
    CameraRetired,
    ObjectPermitted,
    PlantEvent,
    ReferenceFrameSet,
    ZoneRetired,
)
from domain.contracts.identifiers import CameraId, GroupId, RuleId, ShopId, ZoneId
from domain.contracts.observations import Direction
from domain.contracts.plant import Lamp, RuleKind, Thresholds
from domain.plant import SETTLING
from tests.domain.samples import INSIDE, LEFT_HALF, PIT, T0, YARD

REGISTER = RegisterCamera(CameraId("yard"), "Двор", "rtsp://10.0.0.5/main")
REGISTERED = CameraRegistered(CameraId("yard"), "Двор", "rtsp://10.0.0.5/main", 10.0, 1280, False)
DRAW = DrawZone(ZoneId("pit"), CameraId("yard"), "Яма", LEFT_HALF)
PUBLISH = PublishRule(
    RuleId("yard-danger"),
    "Опасная зона",
    RuleKind.DANGER_ZONE,
    CameraId("yard"),
    ZoneId("pit"),
    Thresholds(0.4, 0.6),
    dwell_s=1.0,
    window_s=10.0,
    gap_s=2.0,
)
HOLD = replace(PUBLISH, kind=RuleKind.NO_VEST, at_gate=True)
ONE_WAY = replace(PUBLISH, kind=RuleKind.DIRECTION, forbidden=Direction.OUT)
GUARD = replace(PUBLISH, kind=RuleKind.GUARD_OPEN, object_classes=(ObjectClass.MACHINE,))
SIGNAL = replace(GUARD, kind=RuleKind.LAMP, forbidden_lamps=(Lamp.RED, Lamp.OFF))
ALONE = replace(GUARD, kind=RuleKind.UNATTENDED, near=2.0)
LINGER = replace(PUBLISH, kind=RuleKind.LOITERING, near=3.0)
DISARM = replace(PUBLISH, kind=RuleKind.WEAPON, object_classes=(ObjectClass.WEAPON,))
LEFT = replace(PUBLISH, kind=RuleKind.LEFT_OBJECT, object_classes=(ObjectClass.OBJECT,))
MOVE = MoveCameraToGroup(YARD, GroupId("gates"), ShopId("shop-2"))
MOVED = CameraMovedToGroup(YARD, GroupId("gates"), ShopId("shop-2"))
SET_REFERENCE = SetReferenceFrame(YARD, "cameras/yard/reference.jpg", "ab" * 32, T0)
REFERENCE_SET = ReferenceFrameSet(YARD, "cameras/yard/reference.jpg", "ab" * 32, T0)
RETIRED = CameraRetired(YARD)
DAY = timedelta(days=1)
PERMIT = PermitObject(PIT, INSIDE, T0 + DAY, note="поддон до завтра")
PERMITTED = ObjectPermitted(PIT, INSIDE, T0 + SETTLING, T0 + DAY, "поддон до завтра")
ZONE_RETIRED = ZoneRetired(PIT, T0 + SETTLING)


def after(*events: PlantEvent) -> plant.State:
    state: plant.State = plant.Absent()
    for event in events:
        state = plant.evolve(state, event)
    return state


def decided(command: PlantCommand, *events: PlantEvent) -> list[PlantEvent]:
    return plant.decide(command, after(*events), T0)
