"""Camera, zone and rule as a decision knew them, and as they were in force at a moment. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from domain import camera as cameras
from domain.contracts.citing import is_cited
from domain.contracts.events import (
    CameraConfigured,
    CameraEvent,
    CameraRegistered,
    IncidentOpened,
    RulePublished,
    RuleRetired,
    ZoneDrawn,
    ZoneRetired,
)
from domain.contracts.known import CameraWas, PlantParts, RuleWas, ZoneWas
from domain.inquiry.recorded import Recorded, known_at

Timed = RulePublished | RuleRetired | ZoneDrawn | ZoneRetired
"""Facts that hold for frames captured from a moment on."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All events of an incident's camera and rule, and of the zones that the rule ever named, each in its order."""

    camera: Sequence[Recorded] = ()
    rule: Sequence[Recorded] = ()
    zones: Sequence[Recorded] = ()


def decided(around: Surroundings, opened: IncidentOpened, position: int, known: datetime | None) -> PlantParts:
    """What the decision rests on.

    position  of the incident's opening: what was recorded later was not known to it
    known     whether a version was retired is told as it was known then
    """
    zones = _of_zone(around.zones, opened.zone_id)
    return PlantParts(
        camera=_camera([each for each in around.camera if each.position < position]),
        rule=_rule(_cited(around.rule, opened, position), known_at(around.rule, known)),
        zone=_zone(_cited(zones, opened, position), known_at(zones, known)),
    )


def in_force(around: Surroundings, at: datetime, zone_id: str | None) -> PlantParts:
    """What was in force at a moment, as it was known at that moment.

    zone_id  the zone to tell of when no rule was in force
    """
    rules = known_at(around.rule, at)
    rule = _rule(_newest(rules, at), rules)
    zones = known_at(_of_zone(around.zones, rule.published.zone_id if rule else zone_id), at)
    return PlantParts(camera=_camera(known_at(around.camera, at)), rule=rule, zone=_zone(_newest(zones, at), zones))


def _cited(events: Sequence[Recorded], opened: IncidentOpened, position: int) -> Recorded | None:
    """The newest before the incident; what was published for the past, later, is not what decided."""
    before = (each for each in reversed(events) if each.position < position)
    return next((each for each in before if is_cited(each.event, opened)), None)


def _of_zone(events: Sequence[Recorded], zone_id: str | None) -> list[Recorded]:
    return [
        each for each in events if isinstance(each.event, ZoneDrawn | ZoneRetired) and each.event.zone_id == zone_id
    ]


def _newest(events: Sequence[Recorded], at: datetime) -> Recorded | None:
    """What holds at `at`: the one in force since latest; of two since the same moment, the later recorded."""
    found, since = None, datetime.min.replace(tzinfo=UTC)
    for each in events:
        if isinstance(each.event, Timed) and since <= each.event.effective_from <= at:
            found, since = each, each.event.effective_from
    return found


def _camera(events: Sequence[Recorded]) -> CameraWas | None:
    state: cameras.Camera | None = None
    given: Recorded | None = None
    for each in events:
        if isinstance(each.event, CameraRegistered | CameraConfigured):
            given = each
        if isinstance(each.event, CameraEvent):
            state = cameras.evolve(state, each.event)
    if state is None or given is None:
        return None
    settings = state.settings
    return CameraWas(
        camera_id=settings.camera_id,
        name=settings.name,
        target_fps=settings.target_fps,
        analysis_width=settings.analysis_width,
        ppe=settings.ppe,
        group_id=state.group_id,
        shop_id=state.shop_id,
        retired=state.retired,
        position=given.position,
        recorded_at=given.at,
    )


def _rule(of: Recorded | None, known: Sequence[Recorded]) -> RuleWas | None:
    if of is None or not isinstance(of.event, RulePublished):
        return None
    return RuleWas(of.event, _retired_after(of, known), of.position, of.at, of.envelope.by)


def _zone(of: Recorded | None, known: Sequence[Recorded]) -> ZoneWas | None:
    if of is None or not isinstance(of.event, ZoneDrawn):
        return None
    return ZoneWas(of.event, _retired_after(of, known), of.position, of.at, of.envelope.by)


def _retired_after(of: Recorded, known: Sequence[Recorded]) -> datetime | None:
    """When the part was taken out of force after this version; None while it is in force, or in force again."""
    last = next((each for each in reversed(known) if isinstance(each.event, Timed)), None)
    if last is None or last.position < of.position or not isinstance(last.event, RuleRetired | ZoneRetired):
        return None
    return last.event.effective_from
