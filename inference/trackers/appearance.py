"""What objects look like, as numbers: a ReID model on OpenVINO, for trackers that know objects again by their looks."""

from typing import Final

import cv2
import numpy as np
import openvino as ov

from inference.detections import Floats
from inference.errors import ModelUnusable
from inference.weights import Weights
from infra.frames import Pixels

USUAL: Final = (128, 256)
"""Width and height of the crop, where the model takes any."""

MEAN: Final = np.array([0.485, 0.456, 0.406], np.float32)
SPREAD: Final = np.array([0.229, 0.224, 0.225], np.float32)
"""Of red, green and blue in 0..1, as nearly all ReID models were trained with."""


class Appearance:
    """Raises ModelUnusable when the file is no ReID model: pictures in, one row of numbers for each out."""

    def __init__(self, weights: Weights, threads: int) -> None:
        try:
            model = ov.Core().read_model(weights.path)
            shape = model.inputs[0].partial_shape
            fixed = shape[2].is_static and shape[3].is_static
            self._size = (shape[3].get_length(), shape[2].get_length()) if fixed else USUAL
            model.reshape([1, 3, self._size[1], self._size[0]])
            self._compiled = ov.Core().compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": threads})
        except (RuntimeError, IndexError) as error:
            raise ModelUnusable(f"{weights.path}: {error}") from error
        outputs = self._compiled.output(0).partial_shape
        if outputs.rank.is_dynamic or len(outputs) != 2:
            raise ModelUnusable(f"{weights.path} gives {outputs}, one row of numbers for each object is expected")
        self.numbers = int(outputs[1].get_length())

    def of(self, pixels: Pixels, boxes: Floats) -> Floats:
        """(n, numbers) float32 of length 1 each: what lies in the boxes, (n, 4) in pixels of the frame."""
        rows = np.empty((len(boxes), self.numbers), np.float32)
        height, width = pixels.shape[:2]
        for place, (x1, y1, x2, y2) in enumerate(boxes.tolist()):
            left, top = max(0, int(x1)), max(0, int(y1))
            right, bottom = min(width, max(left + 1, round(x2))), min(height, max(top + 1, round(y2)))
            crop = cv2.resize(pixels[top:bottom, left:right], self._size, interpolation=cv2.INTER_LINEAR)
            planes = (crop[:, :, ::-1].astype(np.float32) / 255 - MEAN) / SPREAD
            answer = self._compiled(planes.transpose(2, 0, 1)[None].copy())[0][0]
            rows[place] = answer / max(float(np.linalg.norm(answer)), 1e-9)
        return rows
