"""A JPEG or PNG that somebody sent: decoded, cut to the machine and made small. Runs in a process of its own."""

from typing import Final

import cv2
import numpy as np

from domain.contracts.detections import Box
from domain.contracts.teaching import LONGEST_SIDE

MOST_PIXELS: Final = 50_000_000
LEAST_SIDE: Final = 24
"""Pixels each way of a crop that shows anything of a machine."""

JPEG: Final = (b"\xff\xd8\xff", b"\xff\xd9")
PNG: Final = (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82")


class NoPicture(ValueError):
    """The bytes are no whole JPEG or PNG."""


class TooSmall(ValueError):
    """The part that shows the machine has too few pixels."""


def crop_of_machine(data: bytes, crop: Box) -> bytes:
    """PNG of the crop, at most LONGEST_SIDE each way. Where a JPEG says which way is up, it is turned first.

    crop     x1 y1 x2 y2 in 0..1
    Raises   NoPicture, TooSmall
    """
    if not any(data.startswith(head) and data.rstrip(b"\x00").endswith(end) for head, end in (JPEG, PNG)):
        raise NoPicture("no whole JPEG or PNG")
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise NoPicture(str(error)) from error
    if pixels is None or pixels.shape[0] * pixels.shape[1] > MOST_PIXELS:
        raise NoPicture("it cannot be decoded")
    height, width = pixels.shape[:2]
    x1, y1, x2, y2 = (round(part * side) for part, side in zip(crop, (width, height) * 2, strict=True))
    machine = pixels[y1:y2, x1:x2]
    if min(machine.shape[:2]) < LEAST_SIDE:
        raise TooSmall(f"{x2 - x1} x {y2 - y1} pixels")
    share = min(1.0, LONGEST_SIDE / max(machine.shape[:2]))
    size = max(1, round(machine.shape[1] * share)), max(1, round(machine.shape[0] * share))
    small = cv2.resize(machine, size, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".png", small)[1].tobytes()
