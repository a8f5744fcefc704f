"""Haralick's texture features of the tiles of a picture (Haralick, Shanmugam, Dinstein 1973; R88).

For each tile the co-occurrence of grey levels is counted at several distances and four angles. Of each property the
mean over the angles says what the texture is, the range how directed it is: both are the same whichever way it lies.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import feature

Picture = NDArray[np.uint8]
"""(h, w) grey."""

Features = NDArray[np.float64]
"""(tiles, numbers)."""

Boxes = NDArray[np.int64]
"""(tiles, 4) x1 y1 x2 y2 in pixels."""

ANGLES: Final = (0.0, np.pi / 4, np.pi / 2, 3 * np.pi / 4)
PROPERTIES: Final = ("contrast", "dissimilarity", "homogeneity", "ASM", "correlation", "entropy")
AT_ONCE: Final = 64
"""Tiles whose matrices are held together: 8 MB each dozen."""

SPREAD: Final = 3.0
"""Grey levels cover so many standard deviations of the surface to each side; what is beyond is as far as it gets."""

LEAST_SPREAD: Final = 2.0
"""Grey values; a surface that is smoother than that is not enlarged into noise."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """tile       side in pixels
    step       pixels from a tile to the next
    levels     of grey that are told apart
    distances  in pixels, between two grey levels that are counted together
    """

    tile: int = 64
    step: int = 32
    levels: int = 32
    distances: tuple[int, ...] = (1, 2, 4, 8)

    @property
    def numbers(self) -> int:
        """How many features a tile has."""
        return 2 * len(PROPERTIES) * len(self.distances)


def tiles(width: int, height: int, tiling: Tiling) -> Boxes:
    """Where the tiles of a picture lie, line by line; the last ones end at its border. None when it is too small."""
    across, down = _starts(width, tiling), _starts(height, tiling)
    corners = [(x, y, x + tiling.tile, y + tiling.tile) for y in down for x in across]
    return np.array(corners, np.int64).reshape(-1, 4)


def haralick(picture: Picture, tiling: Tiling) -> Features:
    """(tiles, tiling.numbers) of the picture's tiles, in their order."""
    levels, boxes = levelled(picture, tiling.levels), tiles(picture.shape[1], picture.shape[0], tiling)
    found = [_of_some(levels, boxes[i : i + AT_ONCE], tiling) for i in range(0, len(boxes), AT_ONCE)]
    return np.concatenate([np.empty((0, tiling.numbers)), *found])


def levelled(picture: Picture, levels: int) -> Picture:
    """(h, w) uint8, 0 to levels - 1: grey levels about the surface's own brightness near by, in its own spread.

    A lamp that is nearer to one end, or brighter today, leaves the levels as they are.
    """
    plain = picture.astype(np.float32)
    side = max(3, min(picture.shape) // 2 | 1)
    flat = plain - cv2.blur(plain, (side, side), borderType=cv2.BORDER_REFLECT)
    low, high = np.percentile(flat, (16, 84))
    spread = max(LEAST_SPREAD, float(high - low) / 2)
    scaled = (flat / (SPREAD * spread) + 1) / 2 * levels
    return np.asarray(np.clip(scaled, 0, levels - 1), np.uint8)


def _of_some(picture: Picture, boxes: Boxes, tiling: Tiling) -> Features:
    count = len(boxes)
    matrices = [_matrix(picture[y1:y2, x1:x2], tiling) for x1, y1, x2, y2 in boxes.tolist()]
    together = np.concatenate(matrices, axis=3)
    columns = []
    for name in PROPERTIES:
        values = _property(together, name).reshape(len(tiling.distances), count, len(ANGLES))
        columns += [values.mean(axis=2).T, np.ptp(values, axis=2).T]
    return np.asarray(np.concatenate(columns, axis=1), np.float64)


def _matrix(tile: Picture, tiling: Tiling) -> NDArray[np.float64]:
    """(levels, levels, distances, angles) how often two levels lie so far apart, as parts of 1."""
    count: Callable[..., NDArray[np.float64]] = feature.graycomatrix
    return count(tile, tiling.distances, ANGLES, tiling.levels, symmetric=True, normed=True)


def _property(matrices: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """(distances, angles)"""
    measure: Callable[..., NDArray[np.float64]] = feature.graycoprops
    return measure(matrices, name)


def _starts(length: int, tiling: Tiling) -> list[int]:
    if length < tiling.tile:
        return []
    last = length - tiling.tile
    return sorted({*range(0, last + 1, tiling.step), last})
