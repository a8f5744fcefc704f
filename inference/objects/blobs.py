"""From places that have differed for a while to things, told from shadows and from what was taken away. Pure."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

import cv2
import numpy as np

from inference.detections import Floats, Mask
from inference.objects.ground import View
from inference.objects.structure import edges

SETTLE_S: Final = 5.0
"""What differs and stands still for so long is a thing."""

SETTLED: Final = 0.6
"""Its other places may have differed for this part of it only."""

LEAST_AREA: Final = 40
LEAST_SIDE: Final = 4.0
"""Pixels of the small luma."""

LONGEST: Final = 5.0
THIN: Final = 8.0
"""What is so many times longer than wide, and no wider than this, is the border of a light."""

SAME: Final = 0.6
"""Inside of a shadow or a patch of light the pattern of the ground is the same: it correlates so much."""

CHANCE: Final = 0.2
"""Patterns that have nothing to do with each other correlate so much now and then."""

HOLLOW: Final = 0.6
"""A blob that fills less of its hull is hollow."""

NOT_OTHER: Final = -2.0

PATTERNLESS: Final = 1.8
"""Deviation of grey values that noise makes too."""

CORES: Final = (17, 13, 11, 9)
LEAST_CORE: Final = 30
"""How far the border is left out, in pixels of both sides together, as long as so many pixels remain."""

STEP: Final = 0.6
"""A change that rises from one side to the other explains so much of how much brighter the places are."""

LEAST_LIGHT: Final = 8.0

TAKEN: Final = 1.25
"""So much steeper is the border of a thing in the picture that has it."""

PLAIN: Final = 0.55
"""How sure a plain thing on plain ground is: nothing tells it from a sharp shadow."""

REACH: Final = 4
"""So far over its outline a thing changes the windows around it."""

_CLOSE: Final = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (11, 11))
_BORDER: Final = cv2.getStructuringElement(cv2.MORPH_RECT, (5, 5))


class Kind(Enum):
    THING = 1
    LIGHT = 2
    TAKEN_AWAY = 3


@dataclass(frozen=True, slots=True)
class Blob:
    """Places that have differed together: a mask of the part that was looked at, and x1 y1 x2 y2 around them in it."""

    mask: Mask
    box: tuple[int, int, int, int]

    @property
    def area(self) -> int:
        return int(np.count_nonzero(self.mask))


def blobs(age: Floats, apart: Mask, hidden: Mask) -> list[Blob]:
    """What has differed for SETTLE_S and can be seen as a whole, each filled to its outline, the largest first.

    apart   places that belong to things which are known already
    hidden  where somebody may hide a part
    """
    lasting = ((age >= SETTLE_S * SETTLED) & ~apart).view(np.uint8)
    if not lasting.any():
        return []
    closed = cv2.morphologyEx(lasting, cv2.MORPH_CLOSE, _CLOSE, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    found = []
    for outline in outlines:
        x, y, width, height = cv2.boundingRect(outline)
        if min(width, height) < LEAST_SIDE or width * height < LEAST_AREA:
            continue
        if hidden[max(0, y - 2) : y + height + 2, max(0, x - 2) : x + width + 2].any():
            continue
        filled = np.zeros(age.shape, np.uint8)
        cv2.drawContours(filled, [outline], -1, 1, cv2.FILLED)
        mask = filled.view(np.bool_) & ~apart
        if np.count_nonzero(mask) >= LEAST_AREA and (age[mask] >= SETTLE_S).any():
            found.append(Blob(mask, _tight(x, y, x + width, y + height)))
    return sorted(found, key=lambda blob: -blob.area)


def _tight(x1: int, y1: int, x2: int, y2: int) -> tuple[int, int, int, int]:
    """Without what the window of the comparison adds on each side."""
    across, down = min(REACH, (x2 - x1) // 4), min(REACH, (y2 - y1) // 4)
    return x1 + across, y1 + down, x2 - across, y2 - down


def judged(blob: Blob, view: View) -> tuple[Kind, float]:
    """What it is, and for a thing how sure that is, 0..1."""
    if _is_thin(blob) or _is_step(blob, view):
        return Kind.LIGHT, 0.0
    if _was_there(blob, view):
        return Kind.TAKEN_AWAY, 0.0
    sure = PLAIN + (1.0 - PLAIN) * _otherness(blob, view)
    return (Kind.THING, sure * _sharpness(blob, view)) if sure > 0.0 else (Kind.LIGHT, 0.0)


def _otherness(blob: Blob, view: View) -> float:
    """0..1, how little of the ground's pattern is left inside; less than 0 where it is all there: a shadow, or light.

    On ground without a pattern, how much of one the thing itself has.
    """
    inside = _core(_outlined(blob.mask))
    then, now = view.reference.pixels[inside], view.now.pixels[inside]
    dimmed = min(1.0, (float(now.mean()) + LEAST_LIGHT) / (float(then.mean()) + LEAST_LIGHT))
    then, now = then - then.mean(), now - now.mean()
    usual, own = float(np.sqrt(np.mean(then * then))), float(np.sqrt(np.mean(now * now)))
    if usual * dimmed < PATTERNLESS:
        return min(1.0, max(0.0, own / PATTERNLESS - 1.0))
    alike = float(np.mean(then * now)) / (usual * max(own, PATTERNLESS))
    return NOT_OTHER if alike > SAME else 1.0 - max(0.0, alike - CHANCE) / (1.0 - CHANCE)


def _outlined(mask: Mask) -> Mask:
    """A blob that is little more than a part of its outline is filled: only of a light the inside goes on as it was."""
    points = np.argwhere(mask)[:, ::-1].astype(np.int32)
    hull = cv2.convexHull(points)
    if np.count_nonzero(mask) >= HOLLOW * cv2.contourArea(hull):
        return mask
    filled = np.zeros(mask.shape, np.uint8)
    cv2.fillConvexPoly(filled, hull, 1)
    return filled.view(np.bool_)


def _core(mask: Mask) -> Mask:
    """The inside without the border, whose window reaches over the outline; of a small blob what there is."""
    for side in CORES:
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
        core = cv2.erode(mask.view(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0).view(np.bool_)
        if np.count_nonzero(core) >= LEAST_CORE:
            return np.asarray(core)
    return mask


def _is_thin(blob: Blob) -> bool:
    points = np.argwhere(blob.mask).astype(np.float32)
    (_, (width, height), _) = cv2.minAreaRect(points)
    short, long = min(width, height) + 1.0, max(width, height) + 1.0
    return blob.area / long < LEAST_SIDE or (short <= THIN and long >= LONGEST * short)


def _is_step(blob: Blob, view: View) -> bool:
    """Whether one side is lit otherwise than the other, as at the border of a shadow; a thing has ground all around."""
    places = np.argwhere(cv2.dilate(blob.mask.view(np.uint8), _BORDER))
    rows, columns = places[:, 0], places[:, 1]
    lit = (view.now.pixels[rows, columns] + LEAST_LIGHT) / (view.reference.pixels[rows, columns] + LEAST_LIGHT)
    lit = lit - lit.mean()
    slopes = np.stack([rows - rows.mean(), columns - columns.mean()], axis=1)
    fitted, *_ = np.linalg.lstsq(slopes, lit, rcond=None)
    return bool(np.sum((slopes @ fitted) ** 2) > STEP * np.sum(lit * lit))


def _sharpness(blob: Blob, view: View) -> float:
    """How clearly its outline differs from the ground, 0..1."""
    border = _border(blob.mask)
    strongest = np.quantile(view.compared.difference[border], 0.75) if border.any() else 0.0
    return float(min(1.0, strongest / 0.6))


def _was_there(blob: Blob, view: View) -> bool:
    """Whether the reference has the thing, and the picture the ground."""
    border = _border(blob.mask)
    then, now = edges(view.reference)[border].mean(), edges(view.now)[border].mean()
    ratio = (float(np.median(view.now.mean[border])) + 5.0) / (float(np.median(view.reference.mean[border])) + 5.0)
    return bool(then * ratio > TAKEN * now + 0.2)


def _border(mask: Mask) -> Mask:
    grown, shrunk = cv2.dilate(mask.view(np.uint8), _BORDER), cv2.erode(mask.view(np.uint8), _BORDER)
    return (grown > shrunk).astype(np.bool_)
