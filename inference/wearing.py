"""Who wears what: gives the heads and torsos that the PPE model found to the persons that they belong to. Pure."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.contracts.detections import Attribute, AttributeScore
from inference.detections import Detections, Floats

Attributes = tuple[AttributeScore, ...]


class Worn(IntEnum):
    """Codes of the PPE model's detections: a head or torso with or without protection."""

    HELMET = 1
    NO_HELMET = 2
    VEST = 3
    NO_VEST = 4


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part of the body is expected, in fractions of the person's box from its top.

    low, high   its centre lies between them
    usual       where it mostly lies, to choose between persons who overlap
    """

    attribute: Attribute
    present: Worn
    absent: Worn
    low: float
    high: float
    usual: float


_PLACES: Final = (
    _Place(Attribute.HELMET, Worn.HELMET, Worn.NO_HELMET, low=-0.1, high=0.4, usual=0.1),
    _Place(Attribute.VEST, Worn.VEST, Worn.NO_VEST, low=0.1, high=0.8, usual=0.4),
)

MARGIN: Final = 0.1
"""A helmet may reach over the person's box by so much of its width and height."""

MIN_INSIDE: Final = 0.6
"""So much of a part lies inside the person's box with its margin; a helmet beside somebody is not worn (R46)."""


def wearing(persons: Floats, parts: Detections) -> list[Attributes]:
    """Evidence for and against each attribute, per person; nothing where no part was found: it cannot be told.

    persons   (m, 4) float32, x1 y1 x2 y2 in the same pixels as the parts
    parts     codes are Worn
    Source    R44, R46
    """
    found: list[list[AttributeScore]] = [[] for _ in range(len(persons))]
    for place in _PLACES:
        present = _best_scores(persons, parts, place.present, place)
        absent = _best_scores(persons, parts, place.absent, place)
        for person in np.flatnonzero(np.maximum(present, absent) > 0.0):
            score = AttributeScore(place.attribute, float(present[person]), float(absent[person]))
            found[person].append(score)
    return [tuple(scores) for scores in found]


def _best_scores(persons: Floats, parts: Detections, worn: Worn, place: _Place) -> Floats:
    """(m,) the best score among the parts of one kind that each person has, 0 without any."""
    best = np.zeros(len(persons), np.float32)
    some = parts.pick(parts.codes == worn)
    if not len(persons) or not len(some):
        return best
    distance = _distances(persons, some.boxes, place)
    owner = distance.argmin(axis=0)
    owned = np.isfinite(distance.min(axis=0))
    np.maximum.at(best, owner[owned], some.scores[owned])
    return best


def _distances(persons: Floats, parts: Floats, place: _Place) -> NDArray[np.float64]:
    """(m, k) how far each part lies from where it should be on each person; infinite where it cannot be theirs."""
    size = (persons[:, 2:] - persons[:, :2])[:, None, :]
    centre = (parts[:, :2] + parts[:, 2:]) / 2
    at = (centre[None] - persons[:, None, :2]) / size
    fits = (at[..., 1] >= place.low) & (at[..., 1] <= place.high)
    fits &= _inside(persons, parts) >= MIN_INSIDE
    fits &= (parts[:, 3] - parts[:, 1])[None] < size[..., 1]
    return np.where(fits, np.hypot(at[..., 0] - 0.5, at[..., 1] - place.usual), np.inf)


def _inside(persons: Floats, parts: Floats) -> Floats:
    """(m, k) fraction of each part inside each person's box with its margin."""
    margin = (persons[:, 2:] - persons[:, :2]) * np.float32(MARGIN)
    low = np.maximum((persons[:, :2] - margin)[:, None], parts[None, :, :2])
    high = np.minimum((persons[:, 2:] + margin)[:, None], parts[None, :, 2:])
    shared = np.clip(high - low, 0.0, None).prod(axis=2)
    return np.asarray(shared / (parts[:, 2:] - parts[:, :2]).prod(axis=1)[None], np.float32)
