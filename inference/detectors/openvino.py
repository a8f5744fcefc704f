"""YOLO on OpenVINO: the default backend for Intel and AMD processors.

Colour order, scaling and layout are part of the compiled graph, so that a frame goes in as it is, eight bits a value.
"""

from collections import deque
from typing import Any

import numpy as np
import openvino as ov
from openvino.preprocess import ColorFormat, PrePostProcessor

from domain.contracts.detections import ModelRef
from inference.detections import Codes, Detections
from inference.detectors.letterbox import Letterbox, draw, fit
from inference.detectors.options import YoloOptions
from inference.detectors.yolo import decode
from inference.errors import DetectorBusy, ModelUnusable
from inference.weights import Weights
from infra.frames import Pixels


class OpenVinoDetector:
    """A Detector. Each processor thread works on a frame of its own; one more frame waits for the first that is free.

    Two threads on one frame would answer sooner on an idle machine, but take 58 instead of 51 ms of processor time, and
    beside a busy process they wait for each other: 6 instead of 9 to 15 frames/s were measured.
    """

    def __init__(self, weights: Weights, codes: Codes, options: YoloOptions) -> None:
        self._codes, self._options = codes, options
        compiled = _compile(weights, options)
        classes = compiled.output(0).partial_shape[1].get_length() - 4
        if classes != len(codes):
            raise ModelUnusable(f"{weights.path} knows {classes} classes, {len(codes)} are expected")
        self.model: ModelRef = weights.ref("openvino", options.width, options.height)
        self.depth = options.threads + 1
        self._slots = deque(_Slot(compiled, options) for _ in range(self.depth))

    def submit(self, pixels: Pixels) -> "_Slot":
        if not self._slots:
            raise DetectorBusy(f"{self.depth} frames are pending")
        slot = self._slots.popleft()
        slot.start(pixels, self)
        return slot

    def finish(self, slot: "_Slot", raw: Any, box: Letterbox) -> Detections:
        """Called by a slot whose request is done: decodes its output and takes the slot back."""
        found = decode(raw, self._codes, self._options.min_score, self._options.max_iou)
        self._slots.append(slot)
        return Detections(box.to_frame(found.boxes), found.scores, found.codes)


class _Slot:
    """One request with its input buffer, which the graph reads in place."""

    def __init__(self, compiled: ov.CompiledModel, options: YoloOptions) -> None:
        self._input = np.empty((1, options.height, options.width, 3), np.uint8)
        self._request = compiled.create_infer_request()
        self._request.set_input_tensor(ov.Tensor(self._input, shared_memory=True))
        self._box: Letterbox | None = None
        self._shape: tuple[int, ...] = ()
        self._owner: OpenVinoDetector | None = None

    def start(self, pixels: Pixels, owner: OpenVinoDetector) -> None:
        if self._box is None or self._shape != pixels.shape:
            height, width = pixels.shape[:2]
            self._shape = pixels.shape
            self._box = fit(width, height, self._input.shape[2], self._input.shape[1])
        draw(pixels, self._input[0], self._box)
        self._owner = owner
        self._request.start_async(share_inputs=True)

    @property
    def ready(self) -> bool:
        return bool(self._request.wait_for(0))

    def result(self) -> Detections:
        owner, box = self._owner, self._box
        if owner is None or box is None:
            raise DetectorBusy("the result of this frame was taken already")
        self._owner = None
        self._request.wait()
        return owner.finish(self, self._request.get_output_tensor(0).data[0], box)


def _compile(weights: Weights, options: YoloOptions) -> ov.CompiledModel:
    core = ov.Core()
    try:
        model = core.read_model(weights.path)
        model.reshape([1, 3, options.height, options.width])
        steps = PrePostProcessor(model)
        entry = steps.input()
        entry.tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC")).set_color_format(ColorFormat.BGR)
        entry.model().set_layout(ov.Layout("NCHW"))
        entry.preprocess().convert_element_type(ov.Type.f32).convert_color(ColorFormat.RGB).scale(255.0)
        hints = {"INFERENCE_NUM_THREADS": options.threads, "NUM_STREAMS": options.threads}
        return core.compile_model(steps.build(), "CPU", hints)
    except RuntimeError as error:
        raise ModelUnusable(f"{weights.path}: {error}") from error
