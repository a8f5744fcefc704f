"""Where a fixed camera's picture changes: the small luma against a background that follows the light. Pure.

Looked at for every frame, so that the detector need not be: 0.1 ms against 15. Noise, swaying leaves and a change of
the light raise what counts as normal at each pixel; a person who stands still for long becomes background, which does
not matter: he is kept as a track, and the detector looks from time to time anyway.
"""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.detections import Floats, Mask
from infra.frames import Pixels

WIDTH: Final = 320
"""Pixels of the small luma. A person of 16 pixels at 640 has 8 here: enough to be seen moving."""

BACKGROUND_S: Final = 5.0
"""After so long two thirds of a change have become background."""

LEAST_CHANGE: Final = 9.0
"""Grey values, of 255: what is always taken for noise of the sensor or the encoder."""

DEVIATIONS: Final = 3.5
"""A change counts from so many times the change that is usual at its place."""

LEAST_AREA: Final = 12
"""Pixels of the small luma that must change near each other."""

STIRS: Final = 9
LEAST_STIRRING: Final = 8.0
CALMS: Final = 0.7
"""Of these, so many must differ by so many grey values from what they were a moment ago, a change being worth so much
less with each frame: where somebody stood when the background was learned, nothing stirs, and nobody need look."""

EVERYWHERE: Final = 0.5
"""More of the picture changed than objects could explain: a light was switched, or the camera turned."""

MARGIN: Final = 0.25
"""Shadow and swinging arms reach so far over a box, in parts of its size."""

NEAR: Final = 4
"""Pixels of the small luma: what moves less than two of these apart belongs together, as the head and the legs of
somebody in grey overalls."""

NO_BLOBS: Final[Floats] = np.empty((0, 4), np.float32)

_KERNEL: Final = cv2.getStructuringElement(cv2.MORPH_RECT, (2, 2))


@dataclass(frozen=True, slots=True)
class Glance:
    """What changed in one frame.

    small     (h, w) uint8, the luma at the width of WIDTH
    moving    (h, w) bool, where something is other than the background
    stirring  (h, w) 1 where it was other a moment ago, too, else 0
    scale     pixels of the small luma for each pixel of the frame
    is_new    nothing can be said yet: the first frame, or a scene that changed as a whole
    """

    small: Pixels
    moving: Mask
    stirring: Pixels
    scale: float
    is_new: bool

    def blobs_outside(self, boxes: Floats) -> Floats:
        """(n, 4) pixels of the frame: where something moves that none of the boxes, (n, 4) likewise, explains."""
        if not self.moving.any():
            return NO_BLOBS
        left = self.moving.view(np.uint8).copy()
        for x1, y1, x2, y2 in (boxes * self.scale).tolist():
            across, down = MARGIN * (x2 - x1) + 2, MARGIN * (y2 - y1) + 2
            top, bottom = max(0, int(y1 - down)), max(0, math.ceil(y2 + down))
            left[top:bottom, max(0, int(x1 - across)) : max(0, math.ceil(x2 + across))] = 0
        if cv2.countNonZero(left) < LEAST_AREA:
            return NO_BLOBS
        return _blobs(left, self.stirring) / np.float32(self.scale)

    def share_inside(self, boxes: Floats) -> list[float]:
        """Of each box, (n, 4) in pixels of the frame, the part that differs from the background."""
        shares = []
        for x1, y1, x2, y2 in (boxes * self.scale).tolist():
            part = self.moving[max(0, int(y1)) : max(0, math.ceil(y2)), max(0, int(x1)) : max(0, math.ceil(x2))]
            shares.append(float(np.count_nonzero(part)) / part.size if part.size else 0.0)
        return shares


def _blobs(moving: Pixels, stirring: Pixels) -> Floats:
    """(n, 4) around each group of at least LEAST_AREA moving pixels of which some stir; tiles of NEAR pixels that touch
    are one group."""
    tiles = _tiles(moving)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((tiles > 0).view(np.uint8), connectivity=8)
    areas, stirred = (
        np.bincount(labels.ravel(), each.ravel() * (NEAR * NEAR / 255.0), count)[1:]
        for each in (tiles, _tiles(moving & stirring))
    )
    left, top, across, down = stats[1:, :4].astype(np.float32).T * NEAR
    boxes = np.stack([left, top, left + across, top + down], axis=1)
    return np.asarray(boxes[(areas >= LEAST_AREA) & (stirred >= LEAST_STIRRING)], np.float32)


def _tiles(marked: Pixels) -> Pixels:
    """(h / NEAR, w / NEAR) how much of each tile is marked with 1: 255 is all of it."""
    height, width = marked.shape
    size = (-(-width // NEAR), -(-height // NEAR))
    padded = cv2.copyMakeBorder(marked, 0, size[1] * NEAR - height, 0, size[0] * NEAR - width, cv2.BORDER_CONSTANT)
    return np.asarray(cv2.resize(padded * np.uint8(255), size, interpolation=cv2.INTER_AREA), np.uint8)


class MotionGate:
    """One camera's background. Frames are to come in the order of their capture."""

    def __init__(self) -> None:
        self._background: NDArray[np.float32] = np.empty((0, 0), np.float32)
        self._usual: NDArray[np.float32] = np.empty((0, 0), np.float32)
        self._before: Pixels = np.empty((0, 0), np.uint8)
        self._stirred: Pixels = np.empty((0, 0), np.uint8)
        self._last_us = 0

    def look(self, luma: Pixels, captured_at_us: int) -> Glance:
        """luma   (h, w) uint8 of the frame"""
        height, width = luma.shape
        scale = min(1.0, WIDTH / width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)
        blurred = np.asarray(cv2.blur(small, (3, 3)), np.uint8)
        calm = blurred.astype(np.float32)
        if calm.shape != self._background.shape:
            self._before, self._stirred = blurred, np.zeros_like(blurred)
            return self._anew(small, calm, scale, captured_at_us)
        stirring = self._stirring(blurred)
        share = self._share_of(captured_at_us)
        light = cv2.mean(calm)[0] - cv2.mean(self._background)[0]
        change = cv2.absdiff(calm, self._background + np.float32(light))
        limit = np.maximum(self._usual * np.float32(DEVIATIONS), np.float32(LEAST_CHANGE))
        moving = cv2.morphologyEx((change > limit).view(np.uint8), cv2.MORPH_OPEN, _KERNEL)
        if cv2.countNonZero(moving) > EVERYWHERE * moving.size:
            return self._anew(small, calm, scale, captured_at_us)
        cv2.accumulateWeighted(calm, self._background, share)
        cv2.accumulateWeighted(change, self._usual, share / 2)
        return Glance(small, moving.view(np.bool_), stirring, scale, is_new=False)

    def _stirring(self, blurred: Pixels) -> Pixels:
        """(h, w) 1 where the picture has just changed, else 0."""
        faded = cv2.convertScaleAbs(self._stirred, alpha=CALMS)
        self._stirred = np.asarray(cv2.max(faded, cv2.absdiff(blurred, self._before)), np.uint8)
        self._before = blurred
        return (self._stirred > STIRS).view(np.uint8)

    def _anew(self, small: Pixels, calm: NDArray[np.float32], scale: float, captured_at_us: int) -> Glance:
        self._background, self._usual = calm, np.zeros_like(calm)
        self._last_us = captured_at_us
        return Glance(small, np.zeros(small.shape, np.bool_), np.zeros_like(small), scale, is_new=True)

    def _share_of(self, captured_at_us: int) -> float:
        """How much of this frame goes into the background; nothing when a clock was set back."""
        elapsed_s = max(0.0, (captured_at_us - self._last_us) / 1e6)
        self._last_us = captured_at_us
        return 1.0 - math.exp(-elapsed_s / BACKGROUND_S)
