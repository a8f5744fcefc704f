"""EfficientDet-Lite2 on LiteRT: the choice under a permissive licence (Apache-2.0).

Non-maximum suppression is inside the model, and at most 25 boxes come out: weaker in crowds than YOLO.
"""

from typing import Final

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from domain.contracts.detections import ModelRef
from inference.coco import COCO90, NOT_OURS, code_table
from inference.detections import Detections
from inference.detectors.deferred import Deferred
from inference.detectors.letterbox import Letterbox, draw, fit
from inference.errors import ModelUnusable
from inference.parts import Size
from inference.weights import Weights
from infra.frames import Pixels

CLASSES: Final = 90
OUTPUTS: Final = 4  # boxes y1 x1 y2 x2 in 0..1 of the input, classes, scores, count


class EfficientDetDetector:
    """A Detector that works when its result is asked for."""

    def __init__(self, weights: Weights, threads: int, min_score: float) -> None:
        try:
            self._interpreter = Interpreter(model_path=str(weights.path), num_threads=threads)
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelUnusable(f"{weights.path}: {error}") from error
        entry = self._interpreter.get_input_details()[0]
        self._outputs = [output["index"] for output in self._interpreter.get_output_details()]
        if entry["dtype"] != np.uint8 or len(self._outputs) != OUTPUTS:
            raise ModelUnusable(f"{weights.path} does not take bytes or give {OUTPUTS} outputs")
        self._entry: int = entry["index"]
        self._size = int(entry["shape"][1])
        self._canvas = np.empty((self._size, self._size, 3), np.uint8)
        self._codes = code_table(COCO90, CLASSES)
        self._min_score = min_score
        self.model: ModelRef = weights.ref("litert", self._size, self._size)
        self.depth = 1
        self.inputs: tuple[Size, ...] = ((self._size, self._size),)

    def submit(self, pixels: Pixels, size: Size | None = None) -> Deferred:
        del size  # there is one
        height, width = pixels.shape[:2]
        box = fit(width, height, self._size, self._size)
        draw(pixels, self._canvas, box)
        rgb = cv2.cvtColor(self._canvas, cv2.COLOR_BGR2RGB)[None]
        return Deferred(lambda: self._run(np.asarray(rgb, np.uint8), box))

    def _run(self, rgb: Pixels, box: Letterbox) -> Detections:
        self._interpreter.set_tensor(self._entry, rgb)
        self._interpreter.invoke()
        boxes, classes, scores = (self._interpreter.get_tensor(i)[0] for i in self._outputs[:3])
        codes = self._codes[np.clip(classes.astype(int), 0, CLASSES - 1)]
        good = (scores >= self._min_score) & (codes != NOT_OURS)
        corners = boxes[good][:, [1, 0, 3, 2]] * np.float32(self._size)
        order = np.argsort(-scores[good], kind="stable")
        return Detections(box.to_frame(corners[order]), scores[good][order], codes[good][order])
