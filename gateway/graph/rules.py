"""Zones and rules in the schema, with everything that a form of theirs shows."""

from datetime import time

import strawberry

from domain.contracts import plant as contracts
from domain.contracts.codec import from_plain
from domain.contracts.detections import ObjectClass
from domain.contracts.observations import Direction
from domain.contracts.plant import Lamp, RuleKind
from domain.contracts.usual import USUAL
from gateway.reads.rows import RuleRow, ZoneRow


@strawberry.type(description="Which way is in: over the line, to the right of who looks from start to end.")
class DirectionLine:
    start: list[float] = strawberry.field(description="x y in 0..1")
    end: list[float]


@strawberry.type(description="A polygon on a camera's picture, as it is now.")
class Zone:
    id: strawberry.ID
    name: str
    version: int
    polygon: list[list[float]] = strawberry.field(description="vertices x y in 0..1 of the frame's width and height")
    gate: bool = strawberry.field(description="vehicles that go through it are recorded as passages")
    line: DirectionLine | None

    @classmethod
    def of(cls, row: ZoneRow) -> "Zone":
        return cls(
            id=strawberry.ID(row.id),
            name=row.name,
            version=row.version,
            polygon=row.polygon,
            gate=row.gate,
            line=None if row.line is None else DirectionLine(start=row.line["start"], end=row.line["end"]),
        )


@strawberry.type(description="A span of wall time on some weekdays; an end not after the start is on the next day.")
class ScheduleWindow:
    days: list[int] = strawberry.field(description="0 is Monday")
    start: str = strawberry.field(description="HH:MM")
    end: str = strawberry.field(description="HH:MM")


@strawberry.type(description="When a rule is in force, in the wall time of a place.")
class Schedule:
    tz: str = strawberry.field(description="IANA name of the time zone")
    windows: list[ScheduleWindow]

    @classmethod
    def of(cls, schedule: contracts.Schedule) -> "Schedule":
        windows = [
            ScheduleWindow(days=list(each.days), start=_clock(each.start), end=_clock(each.end))
            for each in schedule.windows
        ]
        return cls(tz=schedule.tz, windows=windows)


@strawberry.type(description="A rule of a camera, as it is now.")
class Rule:
    id: strawberry.ID
    name: str
    kind: RuleKind
    version: int
    threshold_min: float
    threshold_max: float
    zone_id: strawberry.ID | None
    dwell_s: float = strawberry.field(description="how long the rule must be broken before an incident opens")
    window_s: float = strawberry.field(description="what counts towards the score")
    gap_s: float = strawberry.field(description="how long without a hit ends an episode")
    object_classes: list[ObjectClass]
    schedule: Schedule | None = strawberry.field(description="null: always in force")
    min_person_height: float = strawberry.field(description="0..1 of the picture; lower people cannot be told")
    at_gate: bool = strawberry.field(description="whoever is held in the zone must have shown the item")
    forbidden: Direction | None
    near: float = strawberry.field(description="how far around the zone, in widths and heights of the object's feet")
    forbidden_lamps: list[Lamp]

    @classmethod
    def of(cls, row: RuleRow) -> "Rule":
        return cls(
            id=strawberry.ID(row.id),
            name=row.name,
            kind=RuleKind(row.kind),
            version=row.version,
            threshold_min=row.threshold_min,
            threshold_max=row.threshold_max,
            zone_id=None if row.zone_id is None else strawberry.ID(row.zone_id),
            dwell_s=row.dwell_s,
            window_s=row.window_s,
            gap_s=row.gap_s,
            object_classes=[ObjectClass[name.upper()] for name in row.object_classes],
            schedule=None if row.schedule is None else Schedule.of(from_plain(contracts.Schedule, row.schedule)),
            min_person_height=row.min_person_height,
            at_gate=row.at_gate,
            forbidden=None if row.forbidden is None else Direction(row.forbidden),
            near=row.near,
            forbidden_lamps=[Lamp(lamp) for lamp in row.forbidden_lamps],
        )


@strawberry.type(description="What a rule of a kind usually says; a form begins with it.")
class UsualRule:
    kind: RuleKind
    name: str
    threshold_min: float
    threshold_max: float
    dwell_s: float
    window_s: float
    gap_s: float
    object_classes: list[ObjectClass]
    needs_zone: bool = strawberry.field(description="false: without a zone it holds in the whole picture")
    needs_line: bool = strawberry.field(description="its zone must have a line")
    forbidden: Direction | None
    near: float
    forbidden_lamps: list[Lamp]


def usual_rule(kind: RuleKind) -> UsualRule:
    found = USUAL[kind]
    return UsualRule(
        kind=kind,
        name=found.name,
        threshold_min=found.thresholds.min,
        threshold_max=found.thresholds.max,
        dwell_s=found.dwell_s,
        window_s=found.window_s,
        gap_s=found.gap_s,
        object_classes=list(found.object_classes),
        needs_zone=found.needs_zone,
        needs_line=found.needs_line,
        forbidden=found.forbidden,
        near=found.near,
        forbidden_lamps=list(found.forbidden_lamps),
    )


def _clock(at: time) -> str:
    """Seconds only where a rule has them."""
    return at.isoformat("minutes" if (at.second, at.microsecond) == (0, 0) else "auto")
