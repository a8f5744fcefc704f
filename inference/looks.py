"""What of one camera's picture was looked at when, and what asks for a look. Pure.

A look is a run of the detector over the whole frame or a part of it. Each track, each place where something moves and
the frame as a whole ask for one of their own, with the interval of their `Reason`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.detections import Floats, Mask
from inference.pacing import CALM_S, JITTER_S, LONGEST_S, MUST, SECOND_US, Reason
from inference.parts import Part, Size, best_part

ROWS: Final = 6
COLUMNS: Final = 8
"""The places of a picture that remember whether motion there was in vain."""

LEAST_WORTH: Final = 0.3
MOST_WORTH: Final = 3.0
"""What was looked at more recently than the one part of its interval adds nothing to a window's worth; however urgent
something is, it adds no more than the other."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What asks for a look in one frame, the whole frame first.

    boxes       (n, 4) in pixels of the frame
    reasons     n of them
    urgencies   (n,) the time since its last look in parts of its interval: due from 1 on
    tiles       windows of far zones; the last ones that ask are these
    """

    boxes: Floats
    reasons: Sequence[Reason]
    urgencies: Floats
    tiles: tuple[Part, ...] = ()

    @property
    def most(self) -> int:
        """The most urgent one."""
        return int(np.argmax(self.urgencies))

    def part(self, frame: Size, inputs: Sequence[Size]) -> Part | None:
        """What of the frame the detector should be given; None for the whole of it, if there are no far zones."""
        others = len(self.boxes) - len(self.tiles)
        if self.most >= others:
            return self.tiles[self.most - others]
        part = None
        if self.most > 0 and len(inputs) > 1:
            boxes, urgencies = self.boxes[1:others], self.urgencies[1:others]
            worth = np.where(urgencies >= LEAST_WORTH, np.minimum(urgencies, MOST_WORTH), 0.0)
            first = self.most - 1
            order = [first, *(i for i in np.argsort(-worth, kind="stable").tolist() if i != first)]
            part = best_part(boxes[order], worth[order], float(self.urgencies[0]), frame, inputs)
        return replace(part or Part(0, 0, *frame, inputs[0]), beyond=self.tiles) if self.tiles else part


class Looks:
    """One camera. Times are those of the frames, microseconds; a clock that is set back starts it anew."""

    def __init__(self) -> None:
        self._whole_us: int | None = None
        self._tracks: dict[int, int] = {}
        self._places = np.zeros((ROWS, COLUMNS), np.int64)
        self._in_vain = np.full((ROWS, COLUMNS), Reason.APPEARED.interval_s)

    def whole(self, reason: Reason, at_us: int) -> float:
        """The urgency of the frame as a whole."""
        if self._whole_us is None or at_us < self._whole_us:
            return math.inf
        elapsed_s = (at_us - self._whole_us) / SECOND_US + JITTER_S
        return MUST if elapsed_s >= LONGEST_S else elapsed_s / reason.interval_s

    def tracks(self, ids: Sequence[int], reasons: Sequence[Reason], at_us: int) -> list[float]:
        """The urgency of each track."""
        looked = (self._tracks.get(i, self._whole_us or 0) for i in ids)
        return [_urgency(at_us - at, reason.interval_s) for at, reason in zip(looked, reasons, strict=True)]

    def moving(self, boxes: Floats, at_us: int, width: int, height: int) -> list[float]:
        """The urgency of each of the places, (n, 4) in pixels of the frame, where something moves that is no track."""
        rows, columns = _cells(boxes, width, height)
        looked, intervals = self._places[rows, columns].tolist(), self._in_vain[rows, columns].tolist()
        return [_urgency(at_us - at, interval_s) for at, interval_s in zip(looked, intervals, strict=True)]

    def looked(self, part: Part | None, ids: Sequence[int], at_us: int, width: int, height: int) -> None:
        """The detector has looked at a part of a frame, or at the whole of it, and knows these tracks of there."""
        if part is None or part.is_all_of((width, height)):
            self._whole_us = at_us
            self._places[:] = at_us
            self._tracks = {} if part is None else self._tracks
        else:
            top, bottom, left, right = _inner_cells(part, width, height)
            self._places[top:bottom, left:right] = at_us
        self._tracks.update((i, at_us) for i in ids)

    def forget_others(self, ids: set[int]) -> None:
        """Only these tracks are left."""
        self._tracks = {i: at for i, at in self._tracks.items() if i in ids}

    def in_vain(self, boxes: Floats, are_found: Sequence[bool] | Mask, width: int, height: int) -> None:
        """Whether a look at moving places found something: what is never anybody, such as leaves, is looked at less."""
        rows, columns = _cells(boxes, width, height)
        for row, column, is_found in zip(rows.tolist(), columns.tolist(), are_found, strict=True):
            longer = min(CALM_S, 2 * float(self._in_vain[row, column]))
            self._in_vain[row, column] = Reason.APPEARED.interval_s if is_found else longer

    def calm(self, boxes: Floats, width: int, height: int) -> None:
        """Where nothing moves in a look at the whole frame, the next motion is news again."""
        rows, columns = _cells(boxes, width, height)
        kept = self._in_vain[rows, columns]
        self._in_vain[:] = Reason.APPEARED.interval_s
        self._in_vain[rows, columns] = kept


def _urgency(elapsed_us: int, interval_s: float) -> float:
    return (elapsed_us / SECOND_US + JITTER_S) / interval_s


def _cells(boxes: Floats, width: int, height: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(n, 4) pixels of the frame -> rows and columns of the places in which the boxes' middles are."""
    x, y = ((boxes[:, i] + boxes[:, i + 2]) / 2 for i in range(2))
    columns = np.clip(x * COLUMNS / width, 0, COLUMNS - 1).astype(np.intp)
    rows = np.clip(y * ROWS / height, 0, ROWS - 1).astype(np.intp)
    return rows, columns


def _inner_cells(part: Part, width: int, height: int) -> tuple[int, int, int, int]:
    """The places whose middle lies in the part: rows from and to, columns from and to."""
    top, bottom = (round(y * ROWS / height) for y in (part.top, part.bottom))
    left, right = (round(x * COLUMNS / width) for x in (part.left, part.right))
    return top, bottom, left, right
