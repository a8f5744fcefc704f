"""YOLO on torch by `ultralytics`: for machines with a GPU, and for weights that are not exported yet. Extra `training`.

A file of weights for torch is a program: only files of a pinned source, or of the plant's own, may be given.
"""

import os
from typing import Any, Final

import numpy as np

from domain.contracts.detections import ModelRef
from inference.classes import codes_of
from inference.coco import NOT_OURS
from inference.detections import Codes, Detections, nothing
from inference.detectors.deferred import Deferred
from inference.detectors.options import YoloOptions
from inference.errors import ModelUnusable
from inference.parts import Size
from inference.weights import Weights
from infra.frames import Pixels

INSTALL: Final = "pip install -r requirements-training.lock"


class UltralyticsDetector:
    """A Detector that works when its result is asked for, on the first GPU if there is one."""

    def __init__(self, weights: Weights, codes: Codes | None, options: YoloOptions) -> None:
        """codes   None: what the classes are stands in the model's file"""
        self._options = options
        torch, yolo = _libraries()
        torch.set_num_threads(options.threads)
        self._device = "cuda:0" if torch.cuda.is_available() else "cpu"
        try:
            self._model = yolo(str(weights.path), task="detect")
            names = self._model.names
        except Exception as error:  # its exceptions have no common base
            raise ModelUnusable(f"{weights.path}: {error}") from error
        self._codes = codes_of(weights.path, repr(dict(names)), len(names)) if codes is None else codes
        if len(names) != len(self._codes):
            raise ModelUnusable(f"{weights.path} knows {len(names)} classes, {len(self._codes)} are expected")
        self._wanted = np.flatnonzero(self._codes != NOT_OURS).tolist()
        self.inputs: tuple[Size, ...] = ((options.width, options.height), *options.parts)
        backend = "torch" if self._device == "cpu" else "torch-cuda"
        self.model: ModelRef = weights.ref(backend, options.width, options.height)
        self.depth = 1
        self._run(np.zeros((options.height, options.width, 3), np.uint8), self.inputs[0])  # the first takes seconds

    def submit(self, pixels: Pixels, size: Size | None = None) -> Deferred:
        kept = pixels.copy()
        return Deferred(lambda: self._run(kept, size or self.inputs[0]))

    def _run(self, pixels: Pixels, size: Size) -> Detections:
        [answer] = self._model.predict(
            pixels,
            imgsz=(size[1], size[0]),
            conf=self._options.min_score,
            iou=self._options.max_iou,
            classes=self._wanted,
            device=self._device,
            verbose=False,
        )
        boxes: Any = answer.boxes
        if boxes is None or not len(boxes):
            return nothing()
        classes = boxes.cls.cpu().numpy().astype(np.intp)
        scores = boxes.conf.cpu().numpy().astype(np.float32)
        order = np.argsort(-scores, kind="stable")
        corners = boxes.xyxy.cpu().numpy().astype(np.float32)
        return Detections(corners[order], scores[order], self._codes[classes][order])


def _libraries() -> tuple[Any, Any]:
    """torch and the class YOLO. Raises ModelUnusable where they are not installed, or do not fit each other."""
    os.environ.setdefault("YOLO_OFFLINE", "true")  # it would tell its makers about its use
    try:
        import torch  # noqa: PLC0415 - an extra
        from ultralytics import YOLO  # noqa: PLC0415
    except (ImportError, RuntimeError) as error:
        raise ModelUnusable(f"torch and ultralytics cannot be used ({error}); {INSTALL}") from error
    return torch, YOLO
