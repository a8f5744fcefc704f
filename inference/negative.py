"""Grey pictures, the right way round for the detector: thermal cameras show what is warm in white (R23, R199).

Detectors learnt people from photographs, where people are mostly darker than what is around them. On 44 pictures of a
thermal camera (LLVIP, 640 by 384) YOLO11n finds 58 % of the people surely (score 0.4) as they are and 83 % in their
negative, AP50 .79 and .89; stretched or equalised grey values gain far less. A grey picture by night light is worse off
in its negative, so nobody guesses: both are tried on the camera's own pictures now and then, and what shows more stays.
"""

from typing import Final

import numpy as np

from domain.contracts.detections import ModelRef
from inference.detections import Detections
from inference.parts import Size
from inference.protocols import Detector, Pending
from infra.frames import Pixels

GRID: Final = 16
"""So many pixels apart it is looked whether a picture is grey."""

MAX_COLOUR: Final = 8
"""Of 255: what video compression leaves between the channels of a grey picture."""

MIN_SCORE: Final = 0.25
FIRST_TRIALS: Final = 5
OFTEN, SELDOM = 4, 20
"""Whole pictures from one trial to the next: until the first ones have shown anything, and afterwards."""

KEPT: Final = 0.8
"""Of what earlier trials said, for each new one."""

BETTER: Final = 1.2
"""So many times as much must be seen the other way for a change."""

MIN_SEEN: Final = 2.0
"""Sum of scores from which on the trials say anything."""

SUFFIX: Final = "-negative"


class EitherWay:
    """A Detector of one camera that gives grey pictures to the one inside as they are, or as their negative."""

    def __init__(self, inner: Detector) -> None:
        self._inner = inner
        self._used_negative = False
        self.negative = False
        self._seen = {False: 0.0, True: 0.0}
        self._trials = self._since_trial = 0

    @property
    def model(self) -> ModelRef:
        """Of the frame handed in last: the facts say which way it was looked at."""
        ref = self._inner.model
        return ModelRef(ref.id + SUFFIX, ref.digest) if self._used_negative else ref

    @property
    def depth(self) -> int:
        return self._inner.depth

    @property
    def inputs(self) -> tuple[Size, ...]:
        return self._inner.inputs

    def submit(self, pixels: Pixels, size: Size | None = None) -> Pending:
        grey = is_grey(pixels)
        self._used_negative = grey and self.negative
        pending = self._inner.submit(turned(pixels) if self._used_negative else pixels, size)
        if not grey or size is not None or not self._is_time():
            return pending
        return _Trial(self, pending, pixels.copy(), negative=self._used_negative)

    def try_other(self, found: Detections, pixels: Pixels, *, negative: bool) -> None:
        """What is seen the other way, compared with what was; the detector has a place free for it."""
        other = self._inner.submit(pixels if negative else turned(pixels)).result()
        for way, seen in ((negative, found), (not negative, other)):
            sure = seen.scores[seen.scores >= MIN_SCORE]
            self._seen[way] = self._seen[way] * KEPT + float(sure.sum())
        there = self._seen[not self.negative]
        if there >= MIN_SEEN and there > BETTER * self._seen[self.negative]:
            self.negative = not self.negative
        self._trials += max(len(found), len(other)) > 0

    def _is_time(self) -> bool:
        self._since_trial += 1
        if self._since_trial < (OFTEN if self._trials < FIRST_TRIALS else SELDOM):
            return False
        self._since_trial = 0
        return True


class _Trial:
    """A frame that is looked at both ways; what is told of it is what the way in force shows."""

    def __init__(self, owner: EitherWay, pending: Pending, pixels: Pixels, *, negative: bool) -> None:
        self._owner, self._pending, self._pixels, self._negative = owner, pending, pixels, negative

    @property
    def ready(self) -> bool:
        return self._pending.ready

    def result(self) -> Detections:
        found = self._pending.result()
        self._owner.try_other(found, self._pixels, negative=self._negative)
        return found


def is_grey(pixels: Pixels) -> bool:
    """Whether a picture (rows, columns, 3) has no colour."""
    some = pixels[::GRID, ::GRID].astype(np.int16)
    return bool((some.max(axis=2) - some.min(axis=2)).max() <= MAX_COLOUR)


def turned(pixels: Pixels) -> Pixels:
    """The negative."""
    return np.asarray(np.subtract(np.uint8(255), pixels), np.uint8)
