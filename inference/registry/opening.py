"""A model's file as a detector of objects, or of what people wear. Called in the background, after a trial."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from domain.contracts.learning import ModelForm, ModelFormat, ModelKind
from inference.classes import codes_of
from inference.detections import Codes
from inference.detectors.openvino import OpenVinoDetector
from inference.detectors.options import YoloOptions
from inference.errors import ModelUnusable
from inference.protocols import Detector
from inference.wearing import Worn
from inference.weights import Weights
from inference.worn_names import worn_named
from infra.detectors import DetectorKind


def open_model(weights: Weights, form: ModelForm, options: YoloOptions, backend: DetectorKind) -> Detector:
    """Raises ModelUnusable.

    options   of the build's own models of that kind; a model with an input of its own size has that
    backend   what the plant chose; a model that it cannot read is read by OpenVINO
    """
    if form.width:
        options = replace(options, width=form.width, height=form.height, parts=())
    codes = codes_for(form, weights.path)
    if backend is DetectorKind.ONNX_RUNTIME and form.format is ModelFormat.ONNX:
        from inference.detectors.onnx_runtime import OnnxRuntimeDetector  # noqa: PLC0415 - only the chosen library

        return OnnxRuntimeDetector(weights, codes, options)
    try:
        return OpenVinoDetector(weights, codes, options)
    except ModelUnusable:
        if not options.parts:
            raise
        return OpenVinoDetector(weights, codes, replace(options, parts=()))  # it takes whole frames only


def codes_for(form: ModelForm, path: Path) -> Codes:
    """What each class is to us: ObjectClass of a detector, Worn of a PPE model. Raises ModelUnusable."""
    if form.kind is ModelKind.DETECTOR:
        return codes_of(path, repr(list(form.classes)), len(form.classes))
    codes = np.array([worn_named(name) or 0 for name in form.classes], np.uint8)
    if not codes.any():
        ours = ", ".join(each.name.lower() for each in Worn)
        raise ModelUnusable(f"{path}: none of its classes is one of {ours}: {', '.join(form.classes)[:200]}")
    return codes
