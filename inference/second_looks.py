"""Places that must be looked at again at once: somebody of whom no track was made yet, or whose track was not found.

Pure. One camera; times are those of the frames, microseconds.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.detections import Floats
from inference.overlap import iou
from inference.pacing import JITTER_S, SECOND_US, Reason
from inference.parts import SAME, Part

MOST_RETRIES: Final = 3
"""So many times in a row the detector is asked at once about an object that comes and goes."""

FIRST: Final = 100.0
"""A second look comes before any first one: the tracker forgets whom it sees once and not in the next look."""


class SecondLooks:
    """boxes   (n, 4) in pixels of the frame"""

    def __init__(self) -> None:
        self.boxes: Floats = np.empty((0, 4), np.float32)
        self._tries: NDArray[np.int64] = np.empty(0, np.int64)
        self._since_us: NDArray[np.int64] = np.empty(0, np.int64)

    def urgencies(self, at_us: int) -> list[float]:
        """Of each of the places, due from 1 on."""
        elapsed_s = (at_us - self._since_us) / SECOND_US + JITTER_S
        return [float(each) for each in FIRST * elapsed_s / Reason.UNCERTAIN.interval_s]

    def looked(self, part: Part | None, doubtful: Floats, at_us: int) -> None:
        """The detector has looked, at a part of the frame or the whole.

        doubtful   (n, 4) where somebody is of whom nothing is known, or nobody any more of whom something was
        """
        tries = np.ones(len(doubtful), np.int64)
        if len(self.boxes) and len(doubtful):
            overlaps = iou(doubtful, self.boxes)
            known = overlaps.max(axis=1) >= SAME
            tries[known] += self._tries[overlaps.argmax(axis=1)[known]]
        again = tries <= MOST_RETRIES
        stay = np.zeros(len(self.boxes), np.bool_) if part is None else ~part.covers(self.boxes)
        self.boxes = np.concatenate([self.boxes[stay], doubtful[again]])
        self._tries = np.concatenate([self._tries[stay], tries[again]])
        self._since_us = np.concatenate([self._since_us[stay], np.full(int(again.sum()), at_us)])
