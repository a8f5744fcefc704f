"""The inputs of drawZone and publishRule, checked field by field."""

from collections.abc import Sequence
from datetime import time
from typing import Final, TypeVar

import strawberry

from domain.contracts.commands import DrawZone, PublishRule
from domain.contracts.detections import ObjectClass
from domain.contracts.identifiers import CameraId, IdentifierRefused, RuleId, ZoneId, slug
from domain.contracts.observations import Direction
from domain.contracts.plant import DirectionLine, Lamp, RuleKind, Schedule, Thresholds, Window
from domain.contracts.usual import USUAL
from domain.contracts.whatif import DWELL_S, GAP_S, WINDOW_S
from gateway.errors import InputRefused
from gateway.graph.checking import SCORE, checked_number, checked_point, checked_polygon

LONGEST_NAME: Final = 200
MOST_WINDOWS: Final = 64
NEAR: Final = (0.0, 20.0)
HEIGHT: Final = (0.0, 0.99)
_DAYS: Final = frozenset(range(7))
T = TypeVar("T")


@strawberry.input(description="Which way is in: over the line, to the right of who looks from start to end.")
class DirectionLineInput:
    start: list[float] = strawberry.field(description="x y in 0..1")
    end: list[float] = strawberry.field(description="x y in 0..1, another point")

    def checked(self) -> DirectionLine:
        """Raises InputRefused."""
        line = DirectionLine(checked_point("line.start", self.start), checked_point("line.end", self.end))
        if line.start == line.end:
            raise InputRefused("input.line: two different points are expected")
        return line


@strawberry.input(description="A zone as it is to be from now on.")
class ZoneInput:
    camera_id: strawberry.ID
    name: str = strawberry.field(description="1 to 200 characters")
    polygon: list[list[float]] = strawberry.field(
        description="3 to 64 vertices x y in 0..1; its sides do not cross each other"
    )
    zone_id: strawberry.ID | None = strawberry.field(default=None, description="null: a new one")
    gate: bool = strawberry.field(default=False, description="vehicles that go through it are recorded as passages")
    line: DirectionLineInput | None = None
    expected_version: int | None = strawberry.field(
        default=None, description="version that the form was opened with: another one is refused; null: whatever it is"
    )

    def checked(self, new: str) -> DrawZone:
        """new   identifier that a new zone gets. Raises InputRefused."""
        return DrawZone(
            zone_id=ZoneId(checked_slug("zoneId", new if self.zone_id is None else self.zone_id)),
            camera_id=CameraId(checked_slug("cameraId", self.camera_id)),
            name=_name(self.name),
            polygon=checked_polygon(self.polygon),
            gate=self.gate,
            line=None if self.line is None else self.line.checked(),
            expected_version=_version(self.expected_version, self.zone_id),
        )


@strawberry.input(description="A span of wall time on some weekdays; an end not after the start is on the next day.")
class ScheduleWindowInput:
    days: list[int] = strawberry.field(description="0 (Monday) to 6, each once")
    start: str = strawberry.field(description="HH:MM")
    end: str

    def checked(self) -> Window:
        """Raises InputRefused."""
        days = _each_once("schedule.windows.days", self.days)
        if not days or not _DAYS.issuperset(days):
            raise InputRefused("input.schedule.windows.days: 0 (Monday) to 6 are expected, at least one")
        return Window(days, _clock("start", self.start), _clock("end", self.end))


@strawberry.input(description="When a rule is in force, in the wall time of a place.")
class ScheduleInput:
    tz: str = strawberry.field(description="IANA name of the time zone")
    windows: list[ScheduleWindowInput] = strawberry.field(description="1 to 64")

    def checked(self) -> Schedule:
        """Raises InputRefused; whether there is such a time zone is asked by the domain."""
        if not 1 <= len(self.windows) <= MOST_WINDOWS:
            raise InputRefused(f"input.schedule.windows: 1 to {MOST_WINDOWS} are expected")
        if not 1 <= len(self.tz) <= LONGEST_NAME:
            raise InputRefused("input.schedule.tz: the IANA name of a time zone is expected")
        return Schedule(self.tz, tuple(window.checked() for window in self.windows))


@strawberry.input(description="A rule as it is to be from now on; what only some kinds say is left out for the others.")
class RuleInput:
    camera_id: strawberry.ID
    name: str = strawberry.field(description="1 to 200 characters")
    kind: RuleKind
    threshold_min: float = strawberry.field(description="0..1, not above thresholdMax")
    threshold_max: float = strawberry.field(description="0..1")
    dwell_s: float = strawberry.field(description="0..86400: how long before an incident opens")
    window_s: float = strawberry.field(description="1..3600: what counts towards the score")
    gap_s: float = strawberry.field(description="0.1..3600 without a hit that end an episode")
    rule_id: strawberry.ID | None = strawberry.field(default=None, description="null: a new one")
    zone_id: strawberry.ID | None = strawberry.field(
        default=None, description="of the same camera; null: the whole picture"
    )
    object_classes: list[ObjectClass] | None = strawberry.field(
        default=None, description="each once; null: those that the kind usually has"
    )
    schedule: ScheduleInput | None = strawberry.field(default=None, description="null: always in force")
    min_person_height: float = strawberry.field(default=0.0, description="0..0.99 of the picture")
    at_gate: bool = False
    forbidden: Direction | None = None
    near: float = strawberry.field(default=0.0, description="0..20 widths and heights of the object's feet")
    forbidden_lamps: list[Lamp] | None = None
    expected_version: int | None = strawberry.field(
        default=None, description="version that the form was opened with: another one is refused; null: whatever it is"
    )

    def checked(self, new: str) -> PublishRule:
        """new   identifier that a new rule gets. Raises InputRefused."""
        low = checked_number("thresholdMin", self.threshold_min, SCORE)
        classes = USUAL[self.kind].object_classes if self.object_classes is None else tuple(self.object_classes)
        return PublishRule(
            rule_id=RuleId(checked_slug("ruleId", new if self.rule_id is None else self.rule_id)),
            name=_name(self.name),
            kind=self.kind,
            camera_id=CameraId(checked_slug("cameraId", self.camera_id)),
            zone_id=None if self.zone_id is None else ZoneId(checked_slug("zoneId", self.zone_id)),
            thresholds=Thresholds(low, checked_number("thresholdMax", self.threshold_max, SCORE, low)),
            dwell_s=checked_number("dwellS", self.dwell_s, DWELL_S),
            window_s=checked_number("windowS", self.window_s, WINDOW_S),
            gap_s=checked_number("gapS", self.gap_s, GAP_S),
            object_classes=_each_once("objectClasses", classes),
            schedule=None if self.schedule is None else self.schedule.checked(),
            min_person_height=checked_number("minPersonHeight", self.min_person_height, HEIGHT),
            at_gate=self.at_gate,
            forbidden=self.forbidden,
            near=checked_number("near", self.near, NEAR),
            forbidden_lamps=_each_once("forbiddenLamps", self.forbidden_lamps or ()),
            expected_version=_version(self.expected_version, self.rule_id),
        )


def checked_slug(name: str, text: str) -> str:
    """An identifier that a person gave. Raises InputRefused."""
    try:
        return slug(str(text))
    except IdentifierRefused as error:
        raise InputRefused(f"{name}: {error}") from error


def _name(text: str) -> str:
    trimmed = text.strip()
    if not 1 <= len(trimmed) <= LONGEST_NAME:
        raise InputRefused(f"input.name: 1 to {LONGEST_NAME} characters are expected")
    return trimmed


def _version(expected: int | None, id_: strawberry.ID | None) -> int | None:
    if expected is not None and (expected < 1 or id_ is None):
        raise InputRefused("input.expectedVersion: 1 or more, of what is there already, is expected")
    return expected


def _clock(name: str, text: str) -> time:
    try:
        at = time.fromisoformat(text)
    except ValueError as error:
        raise InputRefused(f"input.schedule.windows.{name}: HH:MM is expected") from error
    if at.tzinfo is not None:
        raise InputRefused(f"input.schedule.windows.{name}: HH:MM is expected")
    return at


def _each_once(name: str, values: Sequence[T]) -> tuple[T, ...]:
    if len(set(values)) != len(values):
        raise InputRefused(f"input.{name}: each once is expected")
    return tuple(values)
