"""How a YOLO model is run, the same for each backend."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class YoloOptions:
    """width, height   of the model's input, multiples of 32
    threads         processor threads
    min_score       less sure boxes are left out; low, because the tracker uses weak boxes of known objects
    max_iou         of non-maximum suppression
    """

    width: int = 640
    height: int = 384
    threads: int = 2
    min_score: float = 0.1
    max_iou: float = 0.7
