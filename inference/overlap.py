"""How far boxes overlap."""

import numpy as np

from inference.detections import Floats


def iou(a: Floats, b: Floats) -> Floats:
    """(n, 4) and (m, 4) x1 y1 x2 y2 -> (n, m) intersection over union, 0 for boxes without area."""
    (a_left, a_top, a_right, a_bottom), (b_left, b_top, b_right, b_bottom) = a.T, b.T
    with np.errstate(invalid="ignore", over="ignore"):  # models may say anything
        across = np.minimum(a_right[:, None], b_right) - np.maximum(a_left[:, None], b_left)
        down = np.minimum(a_bottom[:, None], b_bottom) - np.maximum(a_top[:, None], b_top)
        shared = np.maximum(across, 0.0) * np.maximum(down, 0.0)
        area_a, area_b = (a_right - a_left) * (a_bottom - a_top), (b_right - b_left) * (b_bottom - b_top)
        union = area_a[:, None] + area_b - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0), np.float32)
