"""Whether a picture can show what happens before the camera, and what is wrong with it where it cannot. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from domain.contracts.observations import QualityFault, QualityFigures
from inference.quality.reference import Likeness, Reference, Shift
from inference.quality.view import View
from infra.frames import Pixels

BLACK: Final = 28.0
"""Black is 16 in limited range; sensors at full gain are a little brighter."""

FLAT: Final = 4.0
DARK: Final = 32.0
DIM: Final = 50.0
"""A tenth of the usual range is left: too dark where the usual edges are gone as well, fine where they are not."""

WHITE: Final = 230.0
"""White is 235 in limited range."""

MOVED_FAR: Final = 0.015
MOVED_KEPT: Final = 0.35
MOVED_BETTER: Final = 0.15
LESS_THAN_USUAL: Final = 0.7
HALF_OF_USUAL: Final = 0.5
MOST_EXPLAINED: Final = 0.4
"""A change of the light takes edges away; it brings none to other places."""

LEAST_AMOUNT: Final = 0.5
MANY_LOST: Final = 0.5
MOST_GONE: Final = 0.6
"""Half of the picture may be hidden by what drives or stands before the camera."""

BLURRED: Final = 0.65

SAME: Final = 1
"""Grey values: an encoder repeats a still picture not quite exactly."""

ALL_SAME: Final = 0.95
"""Of real cameras no more than half of the points are the same after five seconds, noise sees to that."""


@dataclass(frozen=True, slots=True)
class Finding:
    fault: QualityFault
    figures: QualityFigures


def judged(view: View, reference: Reference | None) -> Finding | None:
    """None for a picture that shows what it usually shows, also where that cannot be told."""
    usable = reference if reference is not None and reference.is_usable else None
    likeness = usable.likeness(view) if usable else None
    fault = _of_light(view, likeness)
    shift: Shift | None = None
    if fault is None and usable is not None and likeness is not None:
        if likeness.kept < LESS_THAN_USUAL * usable.kept:
            shift = usable.shift(view)
        fault = _of_content(likeness, shift, usable.kept)
    return None if fault is None else Finding(fault, _figures(view, likeness, shift))


def is_same(before: Pixels, after: Pixels) -> bool:
    """Whether the points of two views come from one and the same picture."""
    if before.shape != after.shape:
        return False
    apart = np.abs(before.astype(np.int16) - after)
    return float((apart <= SAME).mean()) >= ALL_SAME


def frozen(view: View) -> Finding:
    return Finding(QualityFault.FROZEN_PICTURE, _figures(view, None, None))


def _of_light(view: View, likeness: Likeness | None) -> QualityFault | None:
    is_lost = likeness is not None and likeness.lost >= MANY_LOST
    if view.high <= BLACK and view.spread < FLAT:
        return QualityFault.BLACK
    if view.high <= DARK or (view.high <= DIM and is_lost):
        return QualityFault.DARK
    if view.low >= WHITE or (view.middle >= WHITE and is_lost):
        return QualityFault.OVEREXPOSED
    return None


def _of_content(likeness: Likeness, shift: Shift | None, usual_kept: float) -> QualityFault | None:
    if likeness.gone >= MOST_GONE:
        return QualityFault.COVERED
    if shift is not None:
        is_elsewhere = max(abs(shift.right), abs(shift.down)) >= MOVED_FAR
        if is_elsewhere and shift.kept >= max(MOVED_KEPT, likeness.kept + MOVED_BETTER):
            return QualityFault.MOVED
        is_strange = likeness.explained < MOST_EXPLAINED and likeness.amount >= LEAST_AMOUNT
        if is_strange and likeness.lost >= MANY_LOST and likeness.kept < HALF_OF_USUAL * usual_kept:
            return QualityFault.MOVED
    return QualityFault.BLURRED if likeness.sharpness < BLURRED else None


def _figures(view: View, likeness: Likeness | None, shift: Shift | None) -> QualityFigures:
    return QualityFigures(
        brightness=round(view.mean / 255, 3),
        contrast=round(view.spread / 255, 3),
        edges_kept=None if likeness is None else round(likeness.kept, 3),
        sharpness=None if likeness is None else round(likeness.sharpness, 3),
        shift_right=None if shift is None else round(shift.right, 3),
        shift_down=None if shift is None else round(shift.down, 3),
    )
