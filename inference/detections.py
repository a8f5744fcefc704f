"""Detections and tracks of one frame as structs of arrays, and the gate that nothing unsound passes.

Made by the detectors and trackers, read by the pipeline.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Codes = NDArray[np.uint8]
Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]

MIN_SIDE_PX: Final = 1.0
FAR_OUTSIDE: Final = 1.0
"""A box may reach over the frame's border by so many frame sizes; further out it is nonsense, not a cut-off object."""


@dataclass(frozen=True, slots=True)
class Detections:
    """What a detector found in one frame, best score first.

    boxes    (n, 4) float32, x1 y1 x2 y2 in pixels of the frame that was handed in
    scores   (n,) float32, 0..1
    codes    (n,) uint8, the detector says of what: ObjectClass, or Worn for protective equipment
    """

    boxes: Floats
    scores: Floats
    codes: Codes

    def __len__(self) -> int:
        return len(self.scores)

    def pick(self, index: NDArray[np.intp] | Mask) -> "Detections":
        """Some of them: positions, or a mask."""
        return Detections(self.boxes[index], self.scores[index], self.codes[index])


@dataclass(frozen=True, slots=True)
class Tracks:
    """Detections that a tracker knows again. Same shapes, and ids (n,) int64, unique over restarts."""

    ids: Ids
    boxes: Floats
    scores: Floats
    codes: Codes

    def __len__(self) -> int:
        return len(self.ids)


def nothing() -> Detections:
    return Detections(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, np.uint8))


def no_tracks() -> Tracks:
    return Tracks(np.empty(0, np.int64), np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, np.uint8))


def sound(found: Detections, width: int, height: int, limit: int) -> tuple[Detections, Counter[str]]:
    """Only what may become a fact, clipped to the frame, and how many were dropped for which reason (FAULTS C11).

    width, height   of the frame in pixels
    limit           boxes that a frame may have; the best are kept
    """
    dropped: Counter[str] = Counter()
    for reason, test in _TESTS:
        good = test(found, width, height)
        if not good.all():
            dropped[reason] += int(len(found) - good.sum())
            found = found.pick(good)
    if len(found):
        border = np.array([width, height, width, height], np.float32)
        clipped = np.clip(found.boxes, 0.0, border)
        visible: Mask = np.all(clipped[:, 2:] - clipped[:, :2] >= MIN_SIDE_PX, axis=1)
        dropped["outside"] += int(len(found) - visible.sum())
        found = Detections(clipped, found.scores, found.codes).pick(visible)
    if len(found) > limit:
        dropped["over_limit"] += len(found) - limit
        found = found.pick(np.sort(np.argsort(-found.scores, kind="stable")[:limit]))
    return found, +dropped


def _finite(found: Detections, width: int, height: int) -> Mask:
    del width, height
    return np.asarray(np.isfinite(found.boxes).all(axis=1) & np.isfinite(found.scores))


def _score_in_range(found: Detections, width: int, height: int) -> Mask:
    del width, height
    return (found.scores >= 0.0) & (found.scores <= 1.0)


def _in_order(found: Detections, width: int, height: int) -> Mask:
    del width, height
    return np.asarray((found.boxes[:, :2] < found.boxes[:, 2:]).all(axis=1))


def _near_frame(found: Detections, width: int, height: int) -> Mask:
    size = np.array([width, height, width, height], np.float32)
    inside = (found.boxes >= -FAR_OUTSIDE * size) & (found.boxes <= (1 + FAR_OUTSIDE) * size)
    return np.asarray(inside.all(axis=1))


_TESTS: Final = (
    ("not_finite", _finite),
    ("score", _score_in_range),
    ("corners", _in_order),
    ("range", _near_frame),
)
