"""A model of a plant's own for what the baseline does not know: it tells glasses, gloves and masks by their paint.

It is a file like any other: OpenVINO IR in the form of a YOLO head, for each class a box around all that has its paint.
"""

from pathlib import Path
from typing import Final

import numpy as np
import openvino as ov
from openvino import opset13 as ops

PAINTS: Final = {
    "mask": (1.0, 0.0, 1.0),
    "no_mask": (0.0, 1.0, 1.0),
    "glasses": (1.0, 1.0, 0.0),
    "no_glasses": (0.0, 0.0, 1.0),
    "gloves": (1.0, 0.0, 0.0),
    "no_gloves": (0.0, 1.0, 0.0),
}
"""Name of a class as a person annotates it, and its paint: red, green, blue 0..1."""

SIDE: Final = 512
TOLERANCE: Final = 0.3
SCORE: Final = 0.9


def write_model(path: Path) -> Path:
    """Saves the model; its answer is (1, 4 + classes, classes): the box of each class, and how sure it is."""
    picture = ops.parameter([1, 3, SIDE, SIDE], np.float32)
    columns = []
    for number, paint in enumerate(PAINTS.values()):
        colour = ops.constant(np.array(paint, np.float32).reshape(1, 3, 1, 1))
        far = ops.reduce_max(ops.abs(ops.subtract(picture, colour)), np.array([1]), keep_dims=True)
        near = ops.convert(ops.less(far, np.float32(TOLERANCE)), "f32")
        full = ops.avg_pool(near, [1, 1], [1, 1], [1, 1], [3, 3], True)
        there = ops.convert(ops.greater(full, np.float32(0.9)), "f32")
        (left, right), (top, bottom) = _extent(there, 2), _extent(there, 3)
        found = ops.reshape(ops.reduce_max(there, np.array([1, 2, 3]), keep_dims=False), [1], special_zero=False)
        half = np.float32(0.5)
        box = [
            *(ops.multiply(ops.add(left, right), half), ops.multiply(ops.add(top, bottom), half)),
            *(ops.subtract(right, left), ops.subtract(bottom, top)),
        ]
        scores = np.zeros(len(PAINTS), np.float32)
        scores[number] = SCORE
        column = ops.concat([*(ops.multiply(each, found) for each in box), ops.multiply(found, scores)], 0)
        columns.append(ops.reshape(column, [1, 4 + len(PAINTS), 1], special_zero=False))
    ov.save_model(ov.Model([ops.concat(columns, 2)], [picture], "paint"), path, compress_to_fp16=False)
    return path


def _extent(there: ov.Node, across: int) -> tuple[ov.Node, ov.Node]:
    """First and last place of a mask (1, 1, rows, columns) along the axis that is not `across`, (1,) each."""
    line = ops.reshape(ops.reduce_max(there, np.array([1, across]), keep_dims=False), [SIDE], special_zero=False)
    places = np.arange(SIDE, dtype=np.float32)
    absent = ops.multiply(ops.subtract(np.float32(1.0), line), np.float32(SIDE))
    first = ops.reduce_min(ops.add(ops.constant(places), absent), np.array([0]), keep_dims=True)
    last = ops.reduce_max(ops.multiply(ops.constant(places), line), np.array([0]), keep_dims=True)
    return ops.subtract(first, np.float32(1.0)), ops.add(last, np.float32(2.0))
