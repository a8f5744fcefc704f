"""Reads the raw output of YOLO models (v8, 11, 26 without end-to-end head): decoding and non-maximum suppression.

Vectorised numpy; shared by the OpenVINO and ONNX Runtime backends.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.coco import NOT_OURS
from inference.detections import Codes, Detections, Floats, nothing
from inference.overlap import iou

MAX_CANDIDATES: Final = 1000
BOX_ROWS: Final = 4


def decode(raw: Floats, codes: Codes, min_score: float, max_iou: float) -> Detections:
    """The objects in one raw output, best first, in pixels of the model's input.

    raw         (4 + classes, anchors) float32: centre x, centre y, width, height, then a score per class
    codes       (classes,) what each class is to us; a box whose best class is NOT_OURS is left out
    min_score   less sure boxes are left out
    max_iou     of two boxes of one code that overlap more, the better one stays
    """
    wanted = np.flatnonzero(codes != NOT_OURS) + BOX_ROWS
    best_wanted = raw[wanted].max(axis=0)
    anchors = np.flatnonzero(~(best_wanted < min_score))  # keeps NaN, which is counted later
    if len(anchors) > MAX_CANDIDATES:
        anchors = anchors[np.argpartition(-best_wanted[anchors], MAX_CANDIDATES)[:MAX_CANDIDATES]]
    candidates = raw[:, anchors]
    classes = candidates[BOX_ROWS:].argmax(axis=0)
    ours = codes[classes] != NOT_OURS
    if not ours.any():
        return nothing()
    candidates, classes = candidates[:, ours], classes[ours]
    scores = candidates[BOX_ROWS + classes, np.arange(len(classes))]
    order = np.argsort(-scores, kind="stable")
    boxes = _corners(candidates[:BOX_ROWS])[order]
    found = Detections(boxes, scores[order], codes[classes][order])
    return found.pick(kept(found, max_iou))


def kept(found: Detections, max_iou: float) -> NDArray[np.intp]:
    """Non-maximum suppression per code: positions that stay. `found` is sorted, best first."""
    clash = iou(found.boxes, found.boxes) > max_iou
    clash &= found.codes[:, None] == found.codes[None, :]
    alive = np.ones(len(found), bool)
    for i in np.flatnonzero(np.triu(clash, 1).any(axis=1)):
        if alive[i]:
            alive[i + 1 :] &= ~clash[i, i + 1 :]
    return np.flatnonzero(alive)


def _corners(centred: Floats) -> Floats:
    """(4, n) centre x, centre y, width, height -> (n, 4) x1 y1 x2 y2."""
    half = centred[2:] / 2
    return np.ascontiguousarray(np.concatenate([centred[:2] - half, centred[:2] + half]).T)
