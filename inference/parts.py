"""Which part of a frame the detector is given: the whole of it, or a window around what asks for a look. Pure.

A window goes into a smaller input at the same scale as the whole frame would: objects look the same to the model, and
a run costs as much less as the window is smaller (R80).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from inference.detections import Detections, Floats, Mask, Tracks
from inference.overlap import iou

Size = tuple[int, int]
"""Width and height of a detector's input, pixels."""

COVERED: Final = 0.95
"""So much of a box must lie in the window for the detector to see the object whole."""

SPARE: Final = 0.2
SPARE_PX: Final = 8.0
"""A window reaches so far beyond what asked for it, in parts of its size and in pixels of the frame at least."""

EDGE_PX: Final = 3.0
"""A box that ends so near to the window's border is cut off by it."""

SAME: Final = 0.45
"""From this overlap on a box in the window and one carried on from outside of it are one object."""


@dataclass(frozen=True, slots=True)
class Part:
    """A window of the frame, in its pixels, and the size of the input it is given to.

    beyond   windows of far zones, which have looks of their own: of what lies in them this one says nothing
    """

    left: int
    top: int
    right: int
    bottom: int
    size: Size
    beyond: tuple["Part", ...] = ()

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def is_all_of(self, frame: Size) -> bool:
        return (self.width, self.height) == frame

    def covers(self, boxes: Floats) -> Mask:
        """Which of the boxes, (n, 4) in pixels of the frame, lie in the window: (n,)."""
        left, top, right, bottom = boxes.T
        across = np.minimum(right, self.right) - np.maximum(left, self.left)
        down = np.minimum(bottom, self.bottom) - np.maximum(top, self.top)
        shared = np.maximum(across, 0.0) * np.maximum(down, 0.0)
        covered = np.asarray(shared >= COVERED * ((right - left) * (bottom - top)))
        for tile in self.beyond:
            covered &= ~tile.covers(boxes)
        return covered

    def joined(self, found: Detections, tracks: Tracks, width: int, height: int) -> Detections:
        """What the detector found in the window, and outside of it the tracks where they were followed to.

        found           boxes in pixels of the window
        tracks          in pixels of the frame
        width, height   of the frame
        """
        offset = np.array([self.left, self.top] * 2, np.float32)
        whole = self._is_whole(found.boxes, width, height)
        seen = Detections(found.boxes + offset, found.scores, found.codes).pick(whole)
        others = ~self.covers(tracks.boxes)
        if len(seen) and others.any():
            others &= ~(iou(tracks.boxes, seen.boxes) >= SAME).any(axis=1)
        return Detections(
            np.concatenate([seen.boxes, tracks.boxes[others]]),
            np.concatenate([seen.scores, tracks.scores[others]]),
            np.concatenate([seen.codes, tracks.codes[others]]),
        )

    def _is_whole(self, boxes: Floats, width: int, height: int) -> Mask:
        """False for what the window's border cuts off; the frame's own border may."""
        low = np.array([self.left > 0, self.top > 0]) * EDGE_PX
        far = np.array([self.width, self.height], np.float32)
        far = np.where([self.right < width, self.bottom < height], far - EDGE_PX, np.inf)
        inner = np.where(low > 0, low, -np.inf)
        return np.asarray(((boxes[:, :2] >= inner) & (boxes[:, 2:] <= far)).all(axis=1))


def best_part(boxes: Floats, worth: Floats, whole: float, frame: Size, inputs: Sequence[Size]) -> Part | None:
    """The window that answers most for each pixel of input; None for the whole frame. The first of the boxes is in it.

    boxes       (n, 4) what asks for a look, pixels of the frame; n > 0; what comes first is taken in first
    worth       (n,) of a look at each
    whole       worth of a look at the frame as a whole
    inputs      of the detector: the one for whole frames first, then smaller ones
    """
    width, height = frame
    scale = min(inputs[0][0] / width, inputs[0][1] / height)
    best, best_worth = None, (float(worth.sum()) + whole) / _area(inputs[0])
    for size in inputs[1:]:
        room = (min(width, round(size[0] / scale)), min(height, round(size[1] / scale)))
        part = _around(boxes, frame, room, size)
        if part is None:
            continue
        answered = float(worth[part.covers(boxes)].sum()) / _area(size)
        if answered > best_worth:
            best, best_worth = part, answered
    return best


def _around(boxes: Floats, frame: Size, room: Size, size: Size) -> Part | None:
    """A window of this room around the first of the boxes and those of the next that fit in; None if it cannot be."""
    spare = np.maximum(SPARE * (boxes[:, 2:] - boxes[:, :2]), SPARE_PX)
    limits = np.array(frame, np.float32)
    low = np.clip(boxes[:, :2] - spare, 0.0, limits).tolist()
    high = np.clip(boxes[:, 2:] + spare, 0.0, limits).tolist()
    (left, top), (right, bottom) = low[0], high[0]
    if right - left > room[0] or bottom - top > room[1]:
        return None
    for (each_left, each_top), (each_right, each_bottom) in zip(low[1:], high[1:], strict=True):
        both = min(left, each_left), min(top, each_top), max(right, each_right), max(bottom, each_bottom)
        if both[2] - both[0] <= room[0] and both[3] - both[1] <= room[1]:
            left, top, right, bottom = both
    x = min(max(0, round((left + right - room[0]) / 2)), frame[0] - room[0])
    y = min(max(0, round((top + bottom - room[1]) / 2)), frame[1] - room[1])
    return Part(x, y, x + room[0], y + room[1], size)


def _area(size: Size) -> int:
    return size[0] * size[1]
