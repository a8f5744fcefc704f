"""The part of the picture that shows a machine: the same for its examples and for live frames. Pure."""

import numpy as np

from domain.contracts.detections import Box
from domain.contracts.machines import crop_of, grown
from infra.frames import Pixels

__all__ = ["crop_of", "cut", "grown"]


def cut(pixels: Pixels, crop: Box) -> Pixels:
    """The crop's pixels, at least one each way.

    pixels   (h, w, 3) uint8 BGR
    """
    height, width = pixels.shape[:2]
    x1, y1 = min(int(crop[0] * width), width - 1), min(int(crop[1] * height), height - 1)
    x2, y2 = max(x1 + 1, round(crop[2] * width)), max(y1 + 1, round(crop[3] * height))
    return np.ascontiguousarray(pixels[y1:y2, x1:x2])
