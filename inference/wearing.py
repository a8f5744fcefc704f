"""Who wears what: gives what the PPE model found to the persons that it belongs to. Pure.

A thing is worn when it lies where it is worn: on the part of the body that keypoints show, or, where they show none, in
the part of the person's box where it mostly is. A thing that lies where it is carried instead is not worn (R46).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.contracts.detections import Attribute, AttributeScore
from inference.bodies import Body, Spot
from inference.detections import Detections, Floats, Mask

Attributes = tuple[AttributeScore, ...]


class Worn(IntEnum):
    """Codes of the PPE model's detections: a part of the body with or without protection, or a thing."""

    HELMET = 1
    NO_HELMET = 2
    VEST = 3
    NO_VEST = 4
    GLASSES = 5
    NO_GLASSES = 6
    GLOVES = 7
    NO_GLOVES = 8
    MASK = 9
    NO_MASK = 10


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a thing is expected, in fractions of the person's box from its top, and on a body with keypoints.

    low, high   its centre lies between them
    usual       where it mostly lies, to choose between persons who overlap
    worn        spots of the body; none where its keypoints are not sure
    carried     where it is when it is not worn; None where that says nothing
    """

    attribute: Attribute
    present: Worn
    absent: Worn
    low: float
    high: float
    usual: float
    worn: Callable[[Body], list[Spot]]
    carried: Callable[[Body], list[Spot]] | None = None


_PLACES: Final = (
    _Place(Attribute.HELMET, Worn.HELMET, Worn.NO_HELMET, -0.1, 0.4, 0.1, Body.head, Body.hands),
    _Place(Attribute.VEST, Worn.VEST, Worn.NO_VEST, 0.1, 0.8, 0.4, Body.trunk),
    _Place(Attribute.GLASSES, Worn.GLASSES, Worn.NO_GLASSES, -0.1, 0.4, 0.1, Body.eyes, Body.forehead),
    _Place(Attribute.GLOVES, Worn.GLOVES, Worn.NO_GLOVES, 0.1, 0.9, 0.5, Body.hands),
    _Place(Attribute.MASK, Worn.MASK, Worn.NO_MASK, -0.1, 0.4, 0.12, Body.mouth, Body.neck),
)

MARGIN: Final = 0.1
"""A helmet may reach over the person's box by so much of its width and height."""

MIN_INSIDE: Final = 0.6
"""So much of a part lies inside the person's box with its margin; a helmet beside somebody is not worn (R46)."""

UNUSUAL: Final = 0.2
"""So far from its usual place, in parts of the person's box, a thing may be carried, or its bearer bend."""

SMALL: Final = (Worn.GLASSES, Worn.NO_GLASSES, Worn.GLOVES, Worn.NO_GLOVES, Worn.MASK, Worn.NO_MASK)

Bodies = Sequence[Body | None]


def wearing(persons: Floats, parts: Detections, bodies: Bodies = ()) -> list[Attributes]:
    """Evidence for and against each attribute, per person; nothing where no part was found: it cannot be told.

    persons   (m, 4) float32, x1 y1 x2 y2 in the same pixels as the parts
    parts     codes are Worn
    bodies    of the persons, None where nothing is known of them; none at all where no keypoints were looked for
    Source    R44, R46
    """
    found: list[list[AttributeScore]] = [[] for _ in range(len(persons))]
    known: Bodies = bodies or [None] * len(persons)
    for place in _PLACES:
        things, bare = (parts.pick(parts.codes == code) for code in (place.present, place.absent))
        present, is_worn = _best_scores(persons, things, known, place, place.worn)
        absent, _ = _best_scores(persons, bare, known, place, place.worn)
        if place.carried is not None and not is_worn.all():
            carried, _ = _best_scores(persons, things.pick(~is_worn), known, place, place.carried, by_box=False)
            absent = np.where(present > 0.0, absent, np.maximum(absent, carried))
        for person in np.flatnonzero(np.maximum(present, absent) > 0.0):
            score = AttributeScore(place.attribute, float(present[person]), float(absent[person]))
            found[person].append(score)
    return [tuple(scores) for scores in found]


def in_doubt(persons: Floats, parts: Detections) -> bool:
    """Whether the boxes of persons leave open who wears what, so that keypoints are worth their cost.

    So it is where a thing is on somebody and not where it mostly is, where two persons might wear it, where somebody
    does and does not wear it, and for what is small: glasses, gloves, masks.
    """
    if np.isin(parts.codes, SMALL).any():
        return True
    nobody: Bodies = [None] * len(persons)
    for place in _PLACES:
        scores = []
        for code in (place.present, place.absent):
            some = parts.pick(parts.codes == code)
            if not len(some) or not len(persons):
                continue
            distance = _distances(persons, some.boxes, nobody, place, place.worn, by_box=True)
            owners, near = np.isfinite(distance).sum(axis=0), distance.min(axis=0)
            stray = (_inside(persons, some.boxes) >= MIN_INSIDE).any(axis=0) & (owners == 0)
            if stray.any() or (owners > 1).any() or (near[owners == 1] > UNUSUAL).any():
                return True
            scores.append(np.isfinite(distance).any(axis=1))
        if len(scores) > 1 and (scores[0] & scores[1]).any():
            return True
    return False


def _best_scores(
    persons: Floats,
    some: Detections,
    bodies: Bodies,
    place: _Place,
    spots: Callable[[Body], list[Spot]],
    *,
    by_box: bool = True,
) -> tuple[Floats, Mask]:
    """(m,) the best score among the parts that each person has there, 0 without any; (k,) which parts are somebody's.

    by_box   also where a person's keypoints do not show the place
    """
    best = np.zeros(len(persons), np.float32)
    if not len(persons) or not len(some):
        return best, np.zeros(len(some), np.bool_)
    distance = _distances(persons, some.boxes, bodies, place, spots, by_box=by_box)
    owner = distance.argmin(axis=0)
    owned = np.isfinite(distance.min(axis=0))
    np.maximum.at(best, owner[owned], some.scores[owned])
    return best, owned


def _distances(
    persons: Floats,
    parts: Floats,
    bodies: Bodies,
    place: _Place,
    spots: Callable[[Body], list[Spot]],
    *,
    by_box: bool,
) -> NDArray[np.float64]:
    """(m, k) how far each part lies from where it should be on each person; infinite where it cannot be theirs."""
    size = (persons[:, 2:] - persons[:, :2])[:, None, :]
    centre = (parts[:, :2] + parts[:, 2:]) / 2
    at = (centre[None] - persons[:, None, :2]) / size
    fits = (at[..., 1] >= place.low) & (at[..., 1] <= place.high) & by_box
    distance = np.hypot(at[..., 0] - 0.5, at[..., 1] - place.usual)
    for person, body in enumerate(bodies):
        shown = spots(body) if body is not None else []
        if shown:
            apart = [np.hypot(*(centre - (spot.x, spot.y)).T) for spot in shown]
            fits[person] = np.any([each <= spot.reach for each, spot in zip(apart, shown, strict=True)], axis=0)
            distance[person] = np.min(apart, axis=0) / float(np.hypot(*size[person, 0]))
    fits &= _inside(persons, parts) >= MIN_INSIDE
    fits &= (parts[:, 3] - parts[:, 1])[None] < size[..., 1]
    return np.where(fits, distance, np.inf)


def _inside(persons: Floats, parts: Floats) -> Floats:
    """(m, k) fraction of each part inside each person's box with its margin."""
    margin = (persons[:, 2:] - persons[:, :2]) * np.float32(MARGIN)
    low = np.maximum((persons[:, :2] - margin)[:, None], parts[None, :, :2])
    high = np.minimum((persons[:, 2:] + margin)[:, None], parts[None, :, 2:])
    shared = np.clip(high - low, 0.0, None).prod(axis=2)
    return np.asarray(shared / (parts[:, 2:] - parts[:, :2]).prod(axis=1)[None], np.float32)
