"""Keypoints of people by YOLO11n-pose on OpenVINO, on the parts of a frame where protective equipment is looked at."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import openvino as ov
from openvino.preprocess import ColorFormat, PrePostProcessor

from inference.background import made_in_background
from inference.bodies import KEYPOINTS, Body
from inference.detections import Detections, Floats
from inference.detectors.letterbox import Letterbox, draw, fit
from inference.detectors.yolo import kept
from inference.errors import InferenceError, ModelUnusable
from inference.overlap import iou
from inference.weights import Weights, from_assets
from infra.frames import Pixels

log = logging.getLogger(__name__)

ASSET: Final = "yolo11n-pose.onnx"
SIDE: Final = 640
ROWS: Final = 5 + 3 * KEYPOINTS
MIN_SCORE: Final = 0.4
MAX_IOU: Final = 0.7
MOST: Final = 100
SAME: Final = 0.4
"""From this overlap on a track and a pose are one person's."""


@dataclass(frozen=True, slots=True)
class Poses:
    """boxes (n, 4) and keypoints (n, 17, 3) in pixels of the picture that was handed in; scores (n,). Best first."""

    boxes: Floats
    scores: Floats
    keypoints: Floats

    def moved(self, x: float, y: float) -> "Poses":
        """The same in a picture of which this one is a part."""
        return Poses(
            self.boxes + np.array([x, y, x, y], np.float32),
            self.scores,
            self.keypoints + np.array([x, y, 0], np.float32),
        )

    def of(self, persons: Floats) -> list[Body | None]:
        """Each person's body, where one is theirs. persons: (m, 4)."""
        found: list[Body | None] = [None] * len(persons)
        overlap = iou(persons, self.boxes)
        for _ in range(min(overlap.shape)):
            person, pose = np.unravel_index(int(overlap.argmax()), overlap.shape)
            if overlap[person, pose] < SAME:
                break
            found[person] = Body(self.keypoints[pose], float(persons[person, 3] - persons[person, 1]))
            overlap[person, :], overlap[:, pose] = -1.0, -1.0
        return found


class PoseDetector:
    """For one thread. The model's input has one size; colour order and scaling are part of the compiled graph."""

    def __init__(self, weights: Weights, threads: int) -> None:
        core = ov.Core()
        try:
            model = core.read_model(weights.path)
            if model.is_dynamic() or [*model.input(0).shape, *model.output(0).shape[:2]] != [1, 3, SIDE, SIDE, 1, ROWS]:
                raise ModelUnusable(f"{weights.path} does not give the keypoints of people")
            steps = PrePostProcessor(model)
            entry = steps.input()
            entry.tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC")).set_color_format(ColorFormat.BGR)
            entry.model().set_layout(ov.Layout("NCHW"))
            entry.preprocess().convert_element_type(ov.Type.f32).convert_color(ColorFormat.RGB).scale(255.0)
            compiled = core.compile_model(steps.build(), "CPU", {"INFERENCE_NUM_THREADS": threads})
        except RuntimeError as error:
            raise ModelUnusable(f"{weights.path}: {error}") from error
        self.model = weights.ref("openvino", SIDE, SIDE)
        self._compiled = compiled

    def submit(self, pixels: Pixels) -> "PendingPoses":
        """Starts work on a picture; its pixels are not needed any more when this returns."""
        height, width = pixels.shape[:2]
        box, canvas = fit(width, height, SIDE, SIDE), np.empty((1, SIDE, SIDE, 3), np.uint8)
        draw(pixels, canvas[0], box)
        request = self._compiled.create_infer_request()
        request.set_input_tensor(ov.Tensor(canvas, shared_memory=True))
        request.start_async(share_inputs=True)
        return PendingPoses(request, box, canvas)


class PendingPoses:
    """A picture that the model is working on. canvas: kept as long as the model reads it."""

    def __init__(self, request: Any, box: Letterbox, canvas: Pixels) -> None:
        self._request, self._box, self._canvas = request, box, canvas

    def result(self) -> Poses:
        self._request.wait()
        return decoded(self._request.get_output_tensor(0).data[0], self._box)


def decoded(raw: Floats, box: Letterbox) -> Poses:
    """raw: (5 + 51, anchors) centre x, centre y, width, height, score, then x, y, sureness of each keypoint."""
    best = np.flatnonzero(raw[4] >= MIN_SCORE)
    best = best[np.argsort(-raw[4, best], kind="stable")][:MOST]
    chosen = raw[:, best].T.astype(np.float32)
    chosen = chosen[np.isfinite(chosen).all(axis=1)]
    half = chosen[:, 2:4] / 2
    boxes = np.concatenate([chosen[:, :2] - half, chosen[:, :2] + half], axis=1)
    stay = kept(Detections(boxes, chosen[:, 4], np.ones(len(chosen), np.uint8)), MAX_IOU)
    keypoints = chosen[stay, 5:].reshape(-1, KEYPOINTS, 3).copy()
    keypoints[..., :2] = (keypoints[..., :2] - np.array([box.left, box.top], np.float32)) / np.float32(box.scale)
    return Poses(box.to_frame(boxes[stay]), chosen[stay, 4], keypoints)


def pose_detector(threads: int) -> PoseDetector:
    """The weights are fetched when needed. Raises ModelUnusable."""
    return PoseDetector(from_assets(ASSET), threads)


class PosesWhenWanted:
    """The detector, made in a thread when it is first asked for; there is none until then, nor if it cannot be had."""

    def __init__(self, make: Callable[[], PoseDetector]) -> None:
        self._make = make
        self._found: PoseDetector | None = None
        self._thread: threading.Thread | None = None

    def __call__(self) -> PoseDetector | None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="poses", daemon=True)
            self._thread.start()
        return self._found

    def _run(self) -> None:
        try:
            self._found = made_in_background(self._make)
        except InferenceError as error:
            log.warning("parts of bodies are told by boxes alone", extra={"reason": str(error)})
