"""Rule hits: how strongly one track breaks one rule in one frame.

A hit function answers None for "cannot tell", 0.0 for "not broken", and otherwise 0..1, how sure it is. What a rule
needs of the frames before is not decided here but in `domain.rules.engine`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from domain.contracts.detections import Attribute, Box, ObjectClass, TrackObservation
from domain.contracts.events import RulePublished
from domain.contracts.observations import Direction
from domain.contracts.plant import MISSING_ITEMS, DirectionLine, Polygon, RuleKind
from domain.rules.geometry import contains, covered_fraction, side_of

FEET: Final = 0.25
"""The lower part of a box by which a person stands in a zone: a head above a far zone is no entry (R54)."""

MIDDLE: Final = FEET / 2
"""How high above the lower side of a box the middle of the feet is."""

MIN_COVERED: Final = 0.3
"""Less of the feet inside the polygon than this is a box that trembles at the border."""

CORE: Final = 0.25
"""On a side of a line stands whose middle half of the feet is there, so far to each side: a box that trembles on the
line is on neither."""

FORBIDDEN_SIDE: Final = {Direction.IN: 1, Direction.OUT: -1}

PERSON: Final = ObjectClass.PERSON
"""A global: a member of an enumeration is slow to look up, and this is asked for each track."""

NOWHERE: Final = (2.0, 2.0, -1.0, -1.0)
"""Bounds that no box meets."""


class RuleUnknown(ValueError):
    """A rule is of a kind that this build lacks."""


@dataclass(frozen=True, slots=True)
class ActiveRule:
    """A rule's version in force, with what it uses of its zone.

    bounds  x1 y1 x2 y2 around the polygon
    """

    rule: RulePublished
    polygon: Polygon | None = None
    zone_version: int | None = None
    line: DirectionLine | None = None
    bounds: Box = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        xs, ys = zip(*self.polygon, strict=True) if self.polygon else ((), ())
        bounds = (min(xs), min(ys), max(xs), max(ys)) if self.polygon else NOWHERE
        object.__setattr__(self, "bounds", bounds)

    def covered(self, box: Box) -> float:
        """Which part of the box lies in the zone, 0..1."""
        left, top, right, bottom = self.bounds
        if self.polygon is None or box[2] < left or box[0] > right or box[3] < top or box[1] > bottom:
            return 0.0
        return covered_fraction(self.polygon, box)


def hit(active: ActiveRule, track: TrackObservation) -> float | None:
    """How strongly the track breaks the rule in this frame. Raises RuleUnknown. R46, R54, R66, R70, R77."""
    rule = active.rule
    judge = judge_of(rule.kind)
    if track.object_class is PERSON and track.box[3] - track.box[1] < rule.min_person_height:
        return None
    if rule.zone_id is not None and active.polygon is None:
        return None
    return judge(active, track)


def judge_of(kind: RuleKind) -> "Judge":
    """Raises RuleUnknown."""
    judge = _JUDGES.get(kind)
    if judge is None:
        raise RuleUnknown(kind)
    return judge


def feet(box: Box) -> Box:
    """The lower quarter of a box."""
    x1, y1, x2, y2 = box
    return (x1, y2 - (y2 - y1) * FEET, x2, y2)


def grown(box: Box, by: float) -> Box:
    """A box with so many of its widths and heights more on each side."""
    x1, y1, x2, y2 = box
    dx, dy = (x2 - x1) * by, (y2 - y1) * by
    return (x1 - dx, y1 - dy, x2 + dx, y2 + dy)


def _in_zone(active: ActiveRule, track: TrackObservation) -> float | None:
    """Confidence that the object stands in the zone: the detector's score, and full only with both feet inside."""
    if active.polygon is None:
        return None
    covered = active.covered(feet(track.box))
    return 0.0 if covered < MIN_COVERED else track.score * min(1.0, 0.5 + covered / 2)


def _near_zone(active: ActiveRule, track: TrackObservation) -> float | None:
    """Confidence that the object is around the zone and not in it: the detector's score."""
    if active.polygon is None:
        return None
    stands = feet(track.box)
    if active.covered(grown(stands, active.rule.near)) <= 0.0 or active.covered(stands) >= MIN_COVERED:
        return 0.0
    return track.score


def _beyond_line(active: ActiveRule, track: TrackObservation) -> float | None:
    """Confidence that the object stands where `forbidden` leads to; None on the line and outside of the zone."""
    if active.polygon is None or active.line is None or active.rule.forbidden is None:
        return None
    x1, y1, x2, y2 = track.box
    x, y = (x1 + x2) / 2, y2 - (y2 - y1) * MIDDLE
    if not contains(active.polygon, x, y):
        return None
    dx, dy = (x2 - x1) * CORE, (y2 - y1) * FEET * CORE
    corners = ((x - dx, y - dy), (x + dx, y - dy), (x - dx, y + dy), (x + dx, y + dy))
    sides = {side_of(active.line, *corner) for corner in corners}
    if len(sides) != 1 or 0 in sides:
        return None
    return track.score if FORBIDDEN_SIDE[active.rule.forbidden] in sides else 0.0


def _without(item: Attribute) -> "Judge":
    """Confidence that a protective item is missing; None where the models could not tell, and outside of the zone."""

    def judge(active: ActiveRule, track: TrackObservation) -> float | None:
        for score in track.attributes:
            if score.attribute is item:
                if active.polygon is not None and active.covered(feet(track.box)) < MIN_COVERED:
                    return None
                return score.absent if score.absent > score.present else 0.0
        return None

    return judge


Judge = Callable[[ActiveRule, TrackObservation], float | None]

_JUDGES: Final[Mapping[RuleKind, Judge]] = {
    RuleKind.DANGER_ZONE: _in_zone,
    RuleKind.PERIMETER: _in_zone,
    RuleKind.LOITERING: _near_zone,
    RuleKind.DIRECTION: _beyond_line,
    **{kind: _without(item) for kind, item in MISSING_ITEMS.items()},
}
