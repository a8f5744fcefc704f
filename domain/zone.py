"""The zone: pure `decide` and `evolve`, by way of `domain.plant`."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from domain import teaching
from domain.contracts.commands import DrawZone, PermitObject, RenewReference, RetireZone, ZoneCommand
from domain.contracts.commands.machines import ReportMachineNotTaught, ReportMachineTaught, TeachMachine
from domain.contracts.detections import Box
from domain.contracts.events import ObjectPermitted, ReferenceRenewed, ZoneDrawn, ZoneEvent, ZoneRetired
from domain.contracts.events.machines import MachineNotTaught, MachineTaught, MachineTeachingAsked
from domain.contracts.plant import DirectionLine
from domain.fields import FieldRefused, require, require_aware, require_slug, require_text, require_version
from domain.refusals import PlantPartRetired, PlantPartUnknown
from domain.rules.geometry import PolygonRefused, checked_polygon
from domain.settling import SETTLING
from domain.teaching import Teaching

LONGEST_PERMIT = timedelta(days=366)
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Zone:
    """permits: the newest permission of each region"""

    drawn: ZoneDrawn
    retired: bool = False
    permits: dict[Box, ObjectPermitted] = field(default_factory=dict)
    teaching: Teaching = field(default_factory=Teaching)


def decide(command: ZoneCommand, state: Zone | None, at: datetime) -> list[ZoneEvent]:
    """The events that a command causes at the time `at`; none when nothing changes. Raises a Refusal."""
    if isinstance(command, DrawZone):
        return _draw(command, state, at)
    if state is None:
        raise PlantPartUnknown(f"there is no zone {command.zone_id!r}")
    match command:
        case RetireZone(zone_id):
            return [] if state.retired else [ZoneRetired(zone_id, at + SETTLING)]
        case PermitObject():
            _require_drawn(state)
            return _permit(command, state, at)
        case RenewReference(zone_id):
            _require_drawn(state)
            return [ReferenceRenewed(zone_id, at)]
        case TeachMachine():
            _require_drawn(state)
            return [*teaching.decide(command, state.teaching, at)]
        case ReportMachineTaught() | ReportMachineNotTaught():
            return [*teaching.decide(command, state.teaching, at)]
    assert_never(command)


def _draw(c: DrawZone, state: Zone | None, at: datetime) -> list[ZoneEvent]:
    require_slug("zone_id", c.zone_id)
    require_slug("camera_id", c.camera_id)
    require_text("name", c.name)
    try:
        checked_polygon(c.polygon)
    except PolygonRefused as error:
        raise FieldRefused(f"polygon: {error}") from error
    if c.line is not None:
        _check_line(c.line)
    since = c.effective_from or at + SETTLING
    version = 1 if state is None else state.drawn.zone_version + 1
    drawn = ZoneDrawn(c.zone_id, version, c.camera_id, c.name, c.polygon, since, c.gate, c.line)
    if (
        state is not None
        and not state.retired
        and replace(state.drawn, zone_version=version) == replace(drawn, effective_from=state.drawn.effective_from)
        and (c.effective_from is None or c.effective_from >= state.drawn.effective_from)
    ):
        return []
    require_version(c.expected_version, None if state is None or state.retired else state.drawn.zone_version)
    return [drawn]


def _check_line(line: DirectionLine) -> None:
    for name, (x, y) in (("start", line.start), ("end", line.end)):
        require(0.0 <= x <= 1.0 and 0.0 <= y <= 1.0, f"line.{name}", "a point inside the picture (0..1)")
    require(line.start != line.end, "line", "two different points")


def _require_drawn(state: Zone) -> None:
    if state.retired:
        raise PlantPartRetired(f"zone {state.drawn.zone_id!r} is retired; draw it again first")


def _permit(c: PermitObject, state: Zone, at: datetime) -> list[ZoneEvent]:
    x1, y1, x2, y2 = c.region
    require(0.0 <= x1 < x2 <= 1.0 and 0.0 <= y1 < y2 <= 1.0, "region", "x1 < x2 and y1 < y2 inside the picture (0..1)")
    require(len(c.note) <= LONGEST_NOTE, "note", f"up to {LONGEST_NOTE} characters")
    require_aware("until", c.until)
    known = state.permits.get(c.region)
    if known is not None and c.since in (None, known.since) and (c.until, c.note) == (known.until, known.note):
        return []
    since = c.since or at + SETTLING
    require_aware("since", since)
    require(
        since < c.until and c.until - since <= LONGEST_PERMIT,
        "until",
        f"up to {LONGEST_PERMIT.days} days after `since`",
    )
    return [ObjectPermitted(c.zone_id, c.region, since, c.until, c.note)]


def evolve(state: Zone | None, event: ZoneEvent) -> Zone | None:
    """The state after a fact; never refuses. A zone that is drawn anew keeps its permissions."""
    if isinstance(event, ZoneDrawn):
        return Zone(event) if state is None else replace(state, drawn=event, retired=False)
    if state is None:
        return None
    match event:
        case ZoneRetired():
            return replace(state, retired=True)
        case ObjectPermitted(region=region):
            return replace(state, permits=state.permits | {region: event})
        case ReferenceRenewed():
            return state
        case MachineTeachingAsked() | MachineTaught() | MachineNotTaught():
            return replace(state, teaching=teaching.evolve(state.teaching, event))
    assert_never(event)
