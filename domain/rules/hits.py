"""Rule hits: how strongly one track breaks one rule in one frame.

A hit function answers None for "cannot tell", 0.0 for "not broken", and otherwise 0..1, how sure it is. What a rule
needs of the frames before is not decided here but in `domain.rules.engine`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from domain.contracts.detections import Attribute, Box, ObjectClass, TrackObservation
from domain.contracts.events import RulePublished
from domain.contracts.identifiers import machine_track
from domain.contracts.observations import Direction
from domain.contracts.plant import MISSING_ITEMS, DirectionLine, Polygon, RuleKind
from domain.rules.geometry import contains, covered_fraction, part_inside, side_of
from domain.rules.machines import forbidden_lamp, open_guard, sure

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

WEAPON: Final = RuleKind.WEAPON
UNATTENDED: Final = RuleKind.UNATTENDED

REACH: Final = 0.2
"""A weapon is in somebody's hand or at their belt when it reaches into their box, or when its middle is beside it by so
many of the box's widths and heights."""

PERMITTED_PART: Final = 0.6
"""Of an object's box, the part that must lie in a permitted region (R64)."""

NOWHERE: Final = (2.0, 2.0, -1.0, -1.0)
"""Bounds that no box meets."""


class RuleUnknown(ValueError):
    """A rule is of a kind that this build lacks."""


@dataclass(frozen=True, slots=True)
class ActiveRule:
    """A rule's version in force, with what it uses of its zone.

    permitted  regions of the zone in which objects may stand at this time (R64)
    bounds     x1 y1 x2 y2 around the polygon
    """

    rule: RulePublished
    polygon: Polygon | None = None
    zone_version: int | None = None
    line: DirectionLine | None = None
    permitted: tuple[Box, ...] = ()
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


def hit(active: ActiveRule, track: TrackObservation, beside: Sequence[TrackObservation] = ()) -> float | None:
    """How strongly the track breaks the rule in this frame. Raises RuleUnknown. R46, R54, R66, R70, R77, R87.

    beside  all tracks of the frame: a weapon is judged with who is near, a machine with who stands at it
    """
    rule = active.rule
    if rule.kind is WEAPON:
        return _armed(active, track, beside)
    judge = judge_of(rule.kind)
    if track.object_class is PERSON and track.box[3] - track.box[1] < rule.min_person_height:
        return None
    if rule.zone_id is not None and active.polygon is None:
        return None
    if rule.kind is UNATTENDED:
        return _unattended(active, track, beside)
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


def _left_in_zone(active: ActiveRule, track: TrackObservation) -> float | None:
    """Confidence that the object lies in the zone where nobody permitted it; 0 says that it is not (any more) so."""
    if active.polygon is None:
        return None
    is_permitted = any(part_inside(track.box, region) >= PERMITTED_PART for region in active.permitted)
    return 0.0 if is_permitted or active.covered(track.box) < MIN_COVERED else track.score


def _armed(active: ActiveRule, track: TrackObservation, beside: Sequence[TrackObservation] = ()) -> float | None:
    """Confidence that somebody, in the zone where the rule has one, holds the weapon: the detector's score of it.

    A knife on a table is no danger, and a box larger than whoever it is near is none that they hold (R87).
    """
    rule = active.rule
    if track.object_class is not ObjectClass.WEAPON or (rule.zone_id is not None and active.polygon is None):
        return None
    for person in beside:
        if person.object_class is not PERSON or person.box[3] - person.box[1] < rule.min_person_height:
            continue
        in_zone = active.polygon is None or active.covered(feet(person.box)) >= MIN_COVERED
        if in_zone and _may_hold(person.box, track.box):
            return track.score
    return 0.0


def _may_hold(person: Box, weapon: Box) -> bool:
    left, top, right, bottom = person
    x1, y1, x2, y2 = weapon
    if (x2 - x1) * (y2 - y1) >= (right - left) * (bottom - top):
        return False
    x, y, near = (x1 + x2) / 2, (y1 + y2) / 2, grown(person, REACH)
    overlaps = x1 <= right and x2 >= left and y1 <= bottom and y2 >= top
    return overlaps or (near[0] <= x <= near[2] and near[1] <= y <= near[3])


def _at_machine(judge: "Judge") -> "Judge":
    """A judge that is asked about the machine of the rule's zone; None about others (R57, R59)."""

    def only_here(active: ActiveRule, track: TrackObservation) -> float | None:
        zone_id = active.rule.zone_id
        return judge(active, track) if zone_id is not None and track.track_id == machine_track(zone_id) else None

    return only_here


def _unattended(active: ActiveRule, track: TrackObservation, beside: Sequence[TrackObservation] = ()) -> float | None:
    """Confidence that the machine runs and nobody's feet are on it or, by `near`, around it (R58, R60)."""
    rule = active.rule
    if active.polygon is None or rule.zone_id is None or track.track_id != machine_track(rule.zone_id):
        return None
    for person in beside:
        if person.object_class is PERSON and active.covered(grown(feet(person.box), rule.near)) > 0.0:
            return 0.0
    return sure(track, Attribute.RUNNING)


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
    WEAPON: _armed,
    UNATTENDED: _unattended,
    RuleKind.GUARD_OPEN: _at_machine(lambda _, track: open_guard(track)),
    RuleKind.LAMP: _at_machine(lambda active, track: forbidden_lamp(track, active.rule.forbidden_lamps)),
    RuleKind.DANGER_ZONE: _in_zone,
    RuleKind.PERIMETER: _in_zone,
    RuleKind.LOITERING: _near_zone,
    RuleKind.DIRECTION: _beyond_line,
    RuleKind.LEFT_OBJECT: _left_in_zone,
    **{kind: _without(item) for kind, item in MISSING_ITEMS.items()},
}
