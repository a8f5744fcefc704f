"""`domain.rules.hits.hit` for many tracks at once: equal to the bit, tests hold both together."""

import numpy as np
from numpy.typing import NDArray

from domain.contracts.detections import CANNOT_TELL, PERCENT, Attribute, Box, ObjectClass, decode, from_microseconds
from domain.contracts.plant import MACHINE_KINDS, MISSING_ITEMS, DirectionLine, Polygon, RuleKind, Schedule
from domain.replay.boxes import around, feet
from domain.replay.clipping import covered_fractions
from domain.replay.columns import Columns
from domain.replay.machines import machine_hits
from domain.rules.hits import CORE, FEET, FORBIDDEN_SIDE, MIDDLE, MIN_COVERED, PERMITTED_PART, ActiveRule, hit, judge_of
from domain.rules.schedule import in_force

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Integers = NDArray[np.int64]

SECOND_US = 1_000_000


def scores(columns: Columns, first: int, last: int, active: ActiveRule) -> Floats:
    """How strongly each track of the messages first..last (excluded) breaks the rule; NaN = cannot tell or no matter.

    Raises RuleUnknown
    """
    begin, end = int(columns.rows[first]), int(columns.rows[last])
    found = np.full(end - begin, np.nan)
    judged = np.zeros(256, np.bool_)
    judged[[int(c) for c in active.rule.object_classes]] = True
    concerned = judged[columns.classes[begin:end]]
    concerned &= _in_force(columns, first, last, active.rule.schedule)
    which = begin + np.flatnonzero(concerned)
    found[which - begin] = _hits(columns, which, active)
    return found


def _hits(columns: Columns, which: Integers, active: ActiveRule) -> Floats:
    judge_of(active.rule.kind)
    if active.polygon is None and active.rule.zone_id is not None:
        return np.full(len(which), np.nan)
    found = _judged(columns, which, active)
    lowest = active.rule.min_person_height
    if lowest > 0.0:
        boxes = columns.boxes[which]
        found[(columns.classes[which] == ObjectClass.PERSON) & (boxes[:, 3] - boxes[:, 1] < lowest)] = np.nan
    return found


def _judged(columns: Columns, which: Integers, active: ActiveRule) -> Floats:
    kind, polygon = active.rule.kind, active.polygon
    if kind in MISSING_ITEMS:
        return _missing_hits(MISSING_ITEMS[kind], columns, which, polygon)
    if kind is RuleKind.WEAPON:
        return _armed_hits(columns, which, active)
    if kind in MACHINE_KINDS:
        return machine_hits(columns, which, active)
    if polygon is None:
        return np.full(len(which), np.nan)
    boxes, scores = columns.boxes[which], columns.scores[which]
    match kind:
        case RuleKind.DANGER_ZONE | RuleKind.PERIMETER:
            return _zone_hits(polygon, boxes, scores)
        case RuleKind.LOITERING:
            return _near_hits(polygon, boxes, scores, active.rule.near)
        case RuleKind.LEFT_OBJECT:
            return _left_hits(polygon, boxes, scores, active)
        case RuleKind.DIRECTION:
            return _line_hits(polygon, boxes, scores, active)
    return _hits_one_by_one(columns, which, active)


def _zone_hits(polygon: Polygon, boxes: Floats, scores: Floats) -> Floats:
    covered = covered_fractions(polygon, feet(boxes))
    found: Floats = np.where(covered < MIN_COVERED, 0.0, scores * np.minimum(1.0, 0.5 + covered / 2))
    return found


def _near_hits(polygon: Polygon, boxes: Floats, scores: Floats, near: float) -> Floats:
    stands = feet(boxes)
    elsewhere = covered_fractions(polygon, around(stands, near)) <= 0.0
    elsewhere |= covered_fractions(polygon, stands) >= MIN_COVERED
    found: Floats = np.where(elsewhere, 0.0, scores)
    return found


def _left_hits(polygon: Polygon, boxes: Floats, scores: Floats, active: ActiveRule) -> Floats:
    idle = covered_fractions(polygon, boxes) < MIN_COVERED
    for region in active.permitted:
        idle |= _parts_inside(boxes, region) >= PERMITTED_PART
    found: Floats = np.where(idle, 0.0, scores)
    return found


def _parts_inside(boxes: Floats, region: Box) -> Floats:
    """As `domain.rules.geometry.part_inside`."""
    x1, y1, x2, y2 = boxes.T
    area = (x2 - x1) * (y2 - y1)
    across = np.minimum(x2, region[2]) - np.maximum(x1, region[0])
    down = np.minimum(y2, region[3]) - np.maximum(y1, region[1])
    meets = (across > 0.0) & (down > 0.0) & (area > 0.0)
    parts: Floats = np.where(meets, across * down / np.where(meets, area, 1.0), 0.0)
    return parts


def _line_hits(polygon: Polygon, boxes: Floats, scores: Floats, active: ActiveRule) -> Floats:
    line, forbidden = active.line, active.rule.forbidden
    if line is None or forbidden is None:
        return np.full(len(boxes), np.nan)
    x1, y1, x2, y2 = boxes.T
    x, y = (x1 + x2) / 2, y2 - (y2 - y1) * MIDDLE
    dx, dy = (x2 - x1) * CORE, (y2 - y1) * FEET * CORE
    corners = ((x - dx, y - dy), (x + dx, y - dy), (x - dx, y + dy), (x + dx, y + dy))
    sides = np.stack([_sides(line, *corner) for corner in corners])
    side = sides[0]
    told = (sides == side).all(axis=0) & (side != 0) & _contains(polygon, x, y)
    found: Floats = np.where(told, np.where(side == FORBIDDEN_SIDE[forbidden], scores, 0.0), np.nan)
    return found


def _sides(line: DirectionLine, x: Floats, y: Floats) -> Integers:
    """As `domain.rules.geometry.side_of`."""
    (x1, y1), (x2, y2) = line.start, line.end
    sides: Integers = np.sign((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)).astype(np.int64)
    return sides


def _contains(polygon: Polygon, x: Floats, y: Floats) -> Mask:
    """As `domain.rules.geometry.contains`."""
    inside = np.zeros(len(x), np.bool_)
    x1, y1 = polygon[-1]
    for x2, y2 in polygon:
        if y1 != y2:
            with np.errstate(over="ignore"):  # as in Python, where it is infinite in silence
                inside ^= ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
        x1, y1 = x2, y2
    return inside


def _missing_hits(attribute: Attribute, columns: Columns, which: Integers, polygon: Polygon | None) -> Floats:
    if attribute not in columns.attributes:
        return np.full(len(which), np.nan)
    present, absent = (column[which] for column in columns.attributes[attribute])
    found: Floats = np.where(absent > present, absent / PERCENT, 0.0)
    found[present == CANNOT_TELL] = np.nan
    if polygon is not None:
        found[covered_fractions(polygon, feet(columns.boxes[which])) < MIN_COVERED] = np.nan
    return found


def _armed_hits(columns: Columns, which: Integers, active: ActiveRule) -> Floats:
    """Weapons are rare: their frames are read one by one."""
    found = np.full(len(which), np.nan)
    weapons = np.flatnonzero(columns.classes[which] == ObjectClass.WEAPON)
    found[weapons] = _hits_one_by_one(columns, which[weapons], active)
    return found


def _hits_one_by_one(columns: Columns, which: Integers, active: ActiveRule) -> Floats:
    """For a kind of rule that has no form of its own here."""
    found = np.full(len(which), np.nan)
    messages = np.searchsorted(columns.rows, which, side="right") - 1
    for i, (message, row) in enumerate(zip(messages.tolist(), which.tolist(), strict=True)):
        frame = decode(columns.camera_id, columns.payloads[message])
        score = hit(active, frame.tracks[row - int(columns.rows[message])], frame.tracks)
        found[i] = np.nan if score is None else score
    return found


def _in_force(columns: Columns, first: int, last: int, schedule: Schedule | None) -> Mask:
    """Whether the schedule holds, track by track."""
    tracks = np.diff(columns.rows[first : last + 1])
    if schedule is None:
        return np.ones(int(tracks.sum()), np.bool_)
    times, which = np.unique(_steps(columns.first_us[first:last], schedule), return_inverse=True)
    holds = np.fromiter((in_force(schedule, from_microseconds(us)) for us in times.tolist()), np.bool_, len(times))
    return np.repeat(holds[which], tracks)


def _steps(captured_us: Integers, schedule: Schedule) -> Integers:
    """Times at which the schedule has to be asked: once a second, because its windows begin and end at full ones."""
    if any(window.start.microsecond or window.end.microsecond for window in schedule.windows):
        return captured_us
    return captured_us // SECOND_US * SECOND_US
