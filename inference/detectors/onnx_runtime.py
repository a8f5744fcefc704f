"""YOLO on ONNX Runtime: the backend for processors that OpenVINO does not serve well."""

from typing import Any

import numpy as np
import onnxruntime as ort

from domain.contracts.detections import ModelRef
from inference.classes import codes_of
from inference.detections import Codes, Detections
from inference.detectors.deferred import Deferred
from inference.detectors.letterbox import draw, fit
from inference.detectors.options import YoloOptions
from inference.detectors.yolo import BOX_ROWS, decode
from inference.errors import ModelUnusable
from inference.parts import Size
from inference.weights import Weights
from infra.frames import Pixels


class OnnxRuntimeDetector:
    """A Detector that works when its result is asked for."""

    def __init__(self, weights: Weights, codes: Codes | None, options: YoloOptions) -> None:
        """codes   None: what the classes are stands in the model's file"""
        self._options = options
        self._session = _open(weights, options)
        self._name = self._session.get_inputs()[0].name
        classes = self._session.get_outputs()[0].shape[1] - BOX_ROWS
        if codes is None:
            names = self._session.get_modelmeta().custom_metadata_map.get("names")
            codes = codes_of(weights.path, names, classes)
        if classes != len(codes):
            raise ModelUnusable(f"{weights.path} knows {classes} classes, {len(codes)} are expected")
        self._codes = codes
        self.inputs: tuple[Size, ...] = ((options.width, options.height), *options.parts)
        self._canvases = {size: np.empty((size[1], size[0], 3), np.uint8) for size in self.inputs}
        self.model: ModelRef = weights.ref("onnxruntime", options.width, options.height)
        self.depth = 1

    def submit(self, pixels: Pixels, size: Size | None = None) -> Deferred:
        height, width = pixels.shape[:2]
        canvas = self._canvases[size or self.inputs[0]]
        box = fit(width, height, canvas.shape[1], canvas.shape[0])
        draw(pixels, canvas, box)
        planes = np.ascontiguousarray(canvas[:, :, ::-1].transpose(2, 0, 1)[None], np.float32)
        planes *= np.float32(1 / 255)

        def work() -> Detections:
            raw = np.asarray(self._session.run(None, {self._name: planes})[0])[0]
            found = decode(raw, self._codes, self._options.min_score, self._options.max_iou)
            return Detections(box.to_frame(found.boxes), found.scores, found.codes)

        return Deferred(work)


def _open(weights: Weights, options: YoloOptions) -> Any:
    chosen = ort.SessionOptions()
    chosen.intra_op_num_threads = options.threads
    chosen.log_severity_level = 3
    try:
        return ort.InferenceSession(weights.path, chosen, providers=["CPUExecutionProvider"])
    except Exception as error:  # its exceptions have no common base
        raise ModelUnusable(f"{weights.path}: {error}") from error
