"""`domain.rules.hits.hit` for many tracks at once: equal to the bit, tests hold both together."""

import numpy as np
from numpy.typing import NDArray

from domain.contracts.detections import CANNOT_TELL, PERCENT, Attribute, decode, from_microseconds
from domain.contracts.plant import Polygon, RuleKind, Schedule
from domain.replay.clipping import covered_fractions
from domain.replay.columns import Columns
from domain.rules.hits import FEET, MIN_COVERED, ActiveRule, hit
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
    match active.rule.kind:
        case RuleKind.DANGER_ZONE | RuleKind.PERIMETER:
            if active.polygon is None:
                return np.full(len(which), np.nan)
            return _zone_hits(active.polygon, columns.boxes[which], columns.scores[which])
        case RuleKind.NO_HELMET:
            return _missing_hits(Attribute.HELMET, columns, which)
    return _hits_one_by_one(columns, which, active)


def _zone_hits(polygon: Polygon, boxes: Floats, scores: Floats) -> Floats:
    x1, y1, x2, y2 = boxes.T
    feet = np.stack([x1, y2 - (y2 - y1) * FEET, x2, y2], axis=1)
    covered = covered_fractions(polygon, feet)
    found: Floats = np.where(covered < MIN_COVERED, 0.0, scores * np.minimum(1.0, 0.5 + covered / 2))
    return found


def _missing_hits(attribute: Attribute, columns: Columns, which: Integers) -> Floats:
    if attribute not in columns.attributes:
        return np.full(len(which), np.nan)
    present, absent = (column[which] for column in columns.attributes[attribute])
    found: Floats = np.where(absent > present, absent / PERCENT, 0.0)
    found[present == CANNOT_TELL] = np.nan
    return found


def _hits_one_by_one(columns: Columns, which: Integers, active: ActiveRule) -> Floats:
    """For a kind of rule that has no form of its own here."""
    found = np.full(len(which), np.nan)
    messages = np.searchsorted(columns.rows, which, side="right") - 1
    for i, (message, row) in enumerate(zip(messages.tolist(), which.tolist(), strict=True)):
        frame = decode(columns.camera_id, columns.payloads[message])
        score = hit(active, frame.tracks[row - int(columns.rows[message])])
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
