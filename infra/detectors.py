"""The detectors that can be chosen, by the words of the command line and of the settings; `inference/` runs them."""

from enum import StrEnum


class DetectorKind(StrEnum):
    """What finds objects. EFFICIENTDET is the choice under a permissive licence, ULTRALYTICS that for a GPU."""

    OPENVINO = "openvino"
    ONNX_RUNTIME = "onnxruntime"
    EFFICIENTDET = "efficientdet"
    ULTRALYTICS = "ultralytics"

    @property
    def weights(self) -> str:
        """Name of the weights in infra.assets."""
        match self:
            case DetectorKind.EFFICIENTDET:
                return "efficientdet-lite2.tflite"
            case DetectorKind.ULTRALYTICS:
                return "yolo26n.pt"
            case _:
                return "yolo11n.onnx"
