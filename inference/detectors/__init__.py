"""Detectors, one file per backend. Only the chosen backend's libraries are imported."""

from inference.detectors.options import YoloOptions
from inference.protocols import Detector
from inference.weights import from_assets
from infra.detectors import DetectorKind


def create(kind: DetectorKind, options: YoloOptions) -> Detector:
    """A detector of objects of ours (codes are ObjectClass); its weights are fetched when needed.

    Raises ModelUnusable.
    """
    match kind:
        case DetectorKind.OPENVINO:
            from inference.detectors.openvino import OpenVinoDetector  # noqa: PLC0415

            return OpenVinoDetector(from_assets(kind.weights), None, options)
        case DetectorKind.ONNX_RUNTIME:
            from inference.detectors.onnx_runtime import OnnxRuntimeDetector  # noqa: PLC0415

            return OnnxRuntimeDetector(from_assets(kind.weights), None, options)
        case DetectorKind.EFFICIENTDET:
            from inference.detectors.efficientdet import EfficientDetDetector  # noqa: PLC0415

            return EfficientDetDetector(from_assets(kind.weights), options.threads, options.min_score)
        case DetectorKind.ULTRALYTICS:
            from inference.detectors.ultralytics import UltralyticsDetector  # noqa: PLC0415

            return UltralyticsDetector(from_assets(kind.weights), None, options)
