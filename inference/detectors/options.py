"""How a YOLO model is run, the same for each backend."""

from dataclasses import dataclass
from typing import Final

from inference.parts import Size

PARTS: Final[tuple[Size, ...]] = ((192, 192), (320, 192), (256, 256), (384, 256))
"""Inputs for parts of a frame: a tenth to two fifths of the work of one of 640 by 384."""


@dataclass(frozen=True, slots=True)
class YoloOptions:
    """width, height   of the model's input, multiples of 32
    threads         processor threads
    min_score       less sure boxes are left out; low, because the tracker uses weak boxes of known objects
    max_iou         of non-maximum suppression
    parts           widths and heights of further, smaller inputs, for parts of a frame
    """

    width: int = 640
    height: int = 384
    threads: int = 2
    min_score: float = 0.1
    max_iou: float = 0.7
    parts: tuple[Size, ...] = ()
