"""YOLO on OpenVINO: the default backend for Intel and AMD processors.

Colour order, scaling and layout are part of the compiled graph, so that a frame goes in as it is, eight bits a value.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any

import numpy as np
import openvino as ov
from openvino.preprocess import ColorFormat, PrePostProcessor

from domain.contracts.detections import ModelRef
from inference.classes import codes_of
from inference.detections import Codes, Detections
from inference.detectors.letterbox import Letterbox, draw, fit
from inference.detectors.options import YoloOptions
from inference.detectors.yolo import BOX_ROWS, decode
from inference.errors import DetectorBusy, ModelUnusable
from inference.parts import Size
from inference.weights import Weights
from infra.frames import Pixels

NAMES = ["framework", "names"]
"""Where OpenVINO keeps the metadata of an ONNX file."""


class OpenVinoDetector:
    """A Detector. Each processor thread works on a frame of its own; one more frame waits for the first that is free.

    Two threads on one frame would answer sooner on an idle machine, but take 58 instead of 51 ms of processor time, and
    beside a busy process they wait for each other: 6 instead of 9 to 15 frames/s were measured.
    """

    def __init__(self, weights: Weights, codes: Codes | None, options: YoloOptions) -> None:
        """codes   None: what the classes are stands in the model's file"""
        self._options = options
        self.inputs: tuple[Size, ...] = ((options.width, options.height), *options.parts)
        model, names = _read(weights)
        compiled = {size: _compile(weights, model, size, options.threads) for size in self.inputs}
        classes = compiled[self.inputs[0]].output(0).partial_shape[1].get_length() - BOX_ROWS
        if codes is None:
            codes = codes_of(weights.path, names, classes)
        if classes != len(codes):
            raise ModelUnusable(f"{weights.path} knows {classes} classes, {len(codes)} are expected")
        self._codes = codes
        self.model: ModelRef = weights.ref("openvino", options.width, options.height)
        self.depth = options.threads + 1
        self._slots = deque(_Slot(compiled) for _ in range(self.depth))

    def submit(self, pixels: Pixels, size: Size | None = None) -> "_Slot":
        if not self._slots:
            raise DetectorBusy(f"{self.depth} frames are pending")
        slot = self._slots.popleft()
        slot.start(pixels, size or self.inputs[0], self)
        return slot

    def finish(self, slot: "_Slot", raw: Any, box: Letterbox) -> Detections:
        """Called by a slot whose request is done: decodes its output and takes the slot back."""
        found = decode(raw, self._codes, self._options.min_score, self._options.max_iou)
        self._slots.append(slot)
        return Detections(box.to_frame(found.boxes), found.scores, found.codes)


class _Slot:
    """Place for a frame: for each size of input a request with its buffer, which the graph reads in place."""

    def __init__(self, compiled: Mapping[Size, ov.CompiledModel]) -> None:
        self._requests = {size: _Request(model, size) for size, model in compiled.items()}
        self._begun: _Request | None = None
        self._owner: OpenVinoDetector | None = None

    def start(self, pixels: Pixels, size: Size, owner: OpenVinoDetector) -> None:
        self._begun, self._owner = self._requests[size], owner
        self._begun.start(pixels)

    @property
    def ready(self) -> bool:
        return self._begun is None or self._begun.ready

    def result(self) -> Detections:
        owner, begun = self._owner, self._begun
        if owner is None or begun is None:
            raise DetectorBusy("the result of this frame was taken already")
        self._owner = None
        return owner.finish(self, begun.output(), begun.box)


class _Request:
    """box   where the pixels that were given last lie in the input"""

    def __init__(self, compiled: ov.CompiledModel, size: Size) -> None:
        self._input = np.empty((1, size[1], size[0], 3), np.uint8)
        self._request = compiled.create_infer_request()
        self._request.set_input_tensor(ov.Tensor(self._input, shared_memory=True))
        self._size = size
        self.box = fit(size[0], size[1], *size)

    def start(self, pixels: Pixels) -> None:
        height, width = pixels.shape[:2]
        self.box = fit(width, height, *self._size)
        draw(pixels, self._input[0], self.box)
        self._request.start_async(share_inputs=True)

    @property
    def ready(self) -> bool:
        return bool(self._request.wait_for(0))

    def output(self) -> Any:
        self._request.wait()
        return self._request.get_output_tensor(0).data[0]


def _read(weights: Weights) -> tuple[ov.Model, str | None]:
    """The model as it stands in its file, and the names of its classes."""
    try:
        model = ov.Core().read_model(weights.path)
        return model, str(model.get_rt_info(NAMES).value) if model.has_rt_info(NAMES) else None
    except RuntimeError as error:
        raise ModelUnusable(f"{weights.path}: {error}") from error


def _compile(weights: Weights, read: ov.Model, size: Size, threads: int) -> ov.CompiledModel:
    try:
        model = read.clone()
        model.reshape([1, 3, size[1], size[0]])
        steps = PrePostProcessor(model)
        entry = steps.input()
        entry.tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC")).set_color_format(ColorFormat.BGR)
        entry.model().set_layout(ov.Layout("NCHW"))
        entry.preprocess().convert_element_type(ov.Type.f32).convert_color(ColorFormat.RGB).scale(255.0)
        # Pinned, the streams of several sizes would wait for one processor while another is idle.
        hints = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": threads, "ENABLE_CPU_PINNING": False}
        return ov.Core().compile_model(steps.build(), "CPU", hints)
    except RuntimeError as error:
        raise ModelUnusable(f"{weights.path}: {error}") from error
