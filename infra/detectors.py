"""The detectors that can be chosen, by the words of the command line and of the settings; `inference/` runs them."""

from enum import StrEnum


class DetectorKind(StrEnum):
    """What finds objects. EFFICIENTDET is the choice under a permissive licence."""

    OPENVINO = "openvino"
    ONNX_RUNTIME = "onnxruntime"
    EFFICIENTDET = "efficientdet"

    @property
    def weights(self) -> str:
        """Name of the weights in infra.assets."""
        return "efficientdet-lite2.tflite" if self is DetectorKind.EFFICIENTDET else "yolo11n.onnx"
