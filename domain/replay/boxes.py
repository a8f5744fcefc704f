"""Many boxes at once, as `domain.rules.hits.feet` and `grown` make of each."""

import numpy as np
from numpy.typing import NDArray

from domain.rules.hits import FEET

Floats = NDArray[np.float64]


def feet(boxes: Floats) -> Floats:
    x1, y1, x2, y2 = boxes.T
    return np.stack([x1, y2 - (y2 - y1) * FEET, x2, y2], axis=1)


def around(boxes: Floats, by: float) -> Floats:
    x1, y1, x2, y2 = boxes.T
    dx, dy = (x2 - x1) * by, (y2 - y1) * by
    return np.stack([x1 - dx, y1 - dy, x2 + dx, y2 + dy], axis=1)
