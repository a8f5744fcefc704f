"""What looks at frames when the chosen detector cannot be had: an accelerator is gone, weights are not there."""

import logging

from prometheus_client import CollectorRegistry, Gauge

from inference.detectors import create
from inference.detectors.options import YoloOptions
from inference.errors import ModelUnusable
from inference.protocols import Detector
from infra.detectors import DetectorKind

log = logging.getLogger(__name__)


def create_or_fall_back(kind: DetectorKind, options: YoloOptions, registry: CollectorRegistry) -> Detector:
    """The chosen detector, or the one that needs nothing but a processor; then `kaska_detector_fallback` is 1, and
    every fact and the coverage name the model that really looked (FAULTS C13).

    Raises ModelUnusable when there is none at all.
    """
    fallback = Gauge("kaska_detector_fallback", "1 while another detector looks than was chosen", registry=registry)
    try:
        return create(kind, options)
    except (ModelUnusable, ImportError, RuntimeError, OSError) as error:
        if kind is DetectorKind.OPENVINO:
            raise
        log.critical(
            "the chosen detector cannot be used: another one takes its place",
            extra={"detector": kind.value, "instead": DetectorKind.OPENVINO.value, "reason": str(error)},
        )
        fallback.set(1)
        return create(DetectorKind.OPENVINO, options)
