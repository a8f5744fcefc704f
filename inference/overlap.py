"""How far boxes overlap."""

import numpy as np

from inference.detections import Floats


def iou(a: Floats, b: Floats) -> Floats:
    """(n, 4) and (m, 4) x1 y1 x2 y2 -> (n, m) intersection over union, 0 for boxes without area."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    with np.errstate(invalid="ignore", over="ignore"):  # models may say anything
        shared = np.clip(high - low, 0.0, None).prod(axis=2)
        area_a, area_b = (a[:, 2:] - a[:, :2]).prod(axis=1), (b[:, 2:] - b[:, :2]).prod(axis=1)
        union = area_a[:, None] + area_b[None, :] - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0), np.float32)
