"""Fits a frame into a detector's input without changing its proportions, and maps boxes back."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from inference.detections import Floats
from infra.frames import Pixels

GREY: Final = 114
"""Border that the YOLO models were trained with."""


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where a frame lies inside the input: scaled by `scale`, then moved by left, top pixels.

    width, height   of the scaled frame inside the input
    """

    scale: float
    left: int
    top: int
    width: int
    height: int

    def to_frame(self, boxes: Floats) -> Floats:
        """(n, 4) x1 y1 x2 y2 in pixels of the input -> in pixels of the frame."""
        moved = boxes - np.array([self.left, self.top, self.left, self.top], np.float32)
        return np.asarray(moved / np.float32(self.scale), np.float32)


def fit(frame_width: int, frame_height: int, input_width: int, input_height: int) -> Letterbox:
    """As large as fits, in the middle."""
    scale = min(input_width / frame_width, input_height / frame_height)
    width = max(1, min(input_width, round(frame_width * scale)))
    height = max(1, min(input_height, round(frame_height * scale)))
    return Letterbox(scale, (input_width - width) // 2, (input_height - height) // 2, width, height)


def draw(pixels: Pixels, target: Pixels, box: Letterbox) -> None:
    """Fills `target`, (input height, input width, 3) uint8, with the frame and a grey border."""
    bottom, right = box.top + box.height, box.left + box.width
    target[: box.top] = GREY
    target[bottom:] = GREY
    target[box.top : bottom, : box.left] = GREY
    target[box.top : bottom, right:] = GREY
    inside = target[box.top : bottom, box.left : right]
    if inside.shape == pixels.shape:
        np.copyto(inside, pixels)
    else:
        inside[:] = cv2.resize(pixels, (box.width, box.height), interpolation=cv2.INTER_LINEAR)
