"""The part of the picture that shows a machine: the same for its examples and for live frames. Pure."""

from typing import Final

import numpy as np

from domain.contracts.detections import Box
from domain.contracts.plant import Polygon
from infra.frames import Pixels

GROWN: Final = 0.05
"""Of the zone's width and height, on each side: what stands out of the guard's place when it is up."""


def crop_of(polygon: Polygon) -> Box:
    """x1 y1 x2 y2 in 0..1 of the frame, around a zone."""
    xs, ys = zip(*polygon, strict=True)
    return grown((min(xs), min(ys), max(xs), max(ys)))


def grown(box: Box) -> Box:
    x1, y1, x2, y2 = box
    dx, dy = (x2 - x1) * GROWN, (y2 - y1) * GROWN
    return (max(0.0, x1 - dx), max(0.0, y1 - dy), min(1.0, x2 + dx), min(1.0, y2 + dy))


def cut(pixels: Pixels, crop: Box) -> Pixels:
    """The crop's pixels, at least one each way.

    pixels   (h, w, 3) uint8 BGR
    """
    height, width = pixels.shape[:2]
    x1, y1 = min(int(crop[0] * width), width - 1), min(int(crop[1] * height), height - 1)
    x2, y2 = max(x1 + 1, round(crop[2] * width)), max(y1 + 1, round(crop[3] * height))
    return np.ascontiguousarray(pixels[y1:y2, x1:x2])
