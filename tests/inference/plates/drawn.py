"""Number plates drawn to the layout of ГОСТ Р 50577, and cars that bear them. The font is DejaVu Bold."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

Picture = Any
FONT = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans-Bold.ttf"
MM = 2
"""Pixels of a drawn plate per millimetre; it is scaled down when it is put into a scene."""

DIGIT, LETTER, REGION, WORD = 76, 58, 58, 20
"""Heights of characters in mm."""

WIDE, SQUARE = (520, 112), (290, 170)


@dataclass(frozen=True)
class Char:
    """A character of a plate: left edge, base line, height and width in mm."""

    char: str
    x: float
    base: float
    height: float
    width: float


def one_line(main: str, region: str) -> Picture:
    """Types 1, 1Б, 2, 20: letters lower than digits, region and RUS in a field of their own on the right."""
    field = 115 if len(region) == 2 else 128
    pitch = (WIDE[0] - field - 20) / len(main)
    chars = [
        Char(c, 14 + i * pitch, 94, DIGIT if c.isdigit() else LETTER, pitch * (0.86 if c.isdigit() else 0.92))
        for i, c in enumerate(main)
    ]
    left = WIDE[0] - field
    step = (field - 16) / len(region)
    chars += [Char(c, left + 8 + i * step, 70, REGION, step * 0.9) for i, c in enumerate(region)]
    chars += [Char(c, left + 14 + i * 15, 102, WORD, 14) for i, c in enumerate("RUS")]
    return _plate(WIDE, chars, divider=left)


def two_lines(top: str, bottom: str, region: str) -> Picture:
    """Types 1А, 3 and 4: two lines, the region at the end of the lower one."""
    pitch = (SQUARE[0] - 20) / max(len(top), 4)
    chars = [Char(c, 12 + i * pitch, 80, 66, pitch * 0.85) for i, c in enumerate(top)]
    step = (SQUARE[0] - 24) / (len(bottom) + len(region))
    below = [*((c, 58) for c in bottom), *((c, 50) for c in region)]
    chars += [Char(c, 12 + i * step, 158, height, step * 0.85) for i, (c, height) in enumerate(below)]
    return _plate(SQUARE, chars, divider=None)


def _plate(size: tuple[int, int], chars: Sequence[Char], divider: float | None) -> Picture:
    width, height = size[0] * MM, size[1] * MM
    image = Image.new("L", (width, height), 235)
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((4, 4, width - 5, height - 5), 14, outline=20, width=6)
    if divider is not None:
        pen.line((divider * MM, 6, divider * MM, height - 6), fill=20, width=5)
    for each in chars:
        glyph = _glyph(each.char, round(each.height * MM), round(each.width * MM))
        place = (round(each.x * MM), round((each.base - each.height) * MM))
        image.paste(20, (*place, place[0] + glyph.width, place[1] + glyph.height), glyph)
    return cv2.cvtColor(np.asarray(image), cv2.COLOR_GRAY2BGR)


@cache
def _glyph(char: str, height: int, width: int) -> Image.Image:
    """The character's ink, stretched to the size that the standard gives it; 1 and others keep a natural width."""
    font = ImageFont.truetype(str(FONT), 200)
    left, top, right, bottom = font.getbbox(char)
    ink = Image.new("L", (int(right - left), int(bottom - top)), 0)
    ImageDraw.Draw(ink).text((-left, -top), char, fill=255, font=font)
    natural = ink.width * height / ink.height
    return ink.resize((max(2, round(min(width, natural))), height), Image.Resampling.LANCZOS)


def car(plate: Picture, *, width: int = 420, plate_px: int = 110, tilt: float = 0.0, seed: int = 0) -> Picture:
    """The rear of a car with the plate in it, `plate_px` pixels wide.

    tilt   0..1: how far the car is turned away, and rolled
    """
    rng = np.random.default_rng(seed)
    height = int(width * 0.8)
    body = int(rng.integers(30, 150))
    picture = np.full((height, width, 3), body, np.uint8)
    cv2.rectangle(picture, (width // 8, height // 12), (width * 7 // 8, height * 2 // 5), (60, 50, 45), -1)
    for x in (width // 16, width * 13 // 16):
        cv2.rectangle(picture, (x, height // 2), (x + width // 8, height * 5 // 8), (40, 40, 190), -1)
    cv2.rectangle(picture, (0, height * 7 // 8), (width, height), (25, 25, 25), -1)
    _put(picture, plate, plate_px, (width * 0.5, height * 0.68), tilt)
    return picture


def _put(picture: Picture, plate: Picture, plate_px: int, middle: tuple[float, float], tilt: float) -> None:
    """The plate in perspective, drawn with smooth edges: pixels of the plate are averaged, not picked."""
    h, w = plate.shape[:2]
    scale = plate_px / w
    small = cv2.resize(plate, (plate_px, max(1, round(h * scale))), interpolation=cv2.INTER_AREA)
    h, w = small.shape[:2]
    left, top = middle[0] - w / 2, middle[1] - h / 2
    skew = tilt * h * 0.9
    corners = np.array(
        [
            [left, top],
            [left + w * (1 - 0.25 * tilt), top + skew],
            [left + w * (1 - 0.25 * tilt), top + skew + h * (1 - 0.2 * tilt)],
            [left, top + h],
        ],
        np.float32,
    )
    source = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    turn = cv2.getPerspectiveTransform(source, corners)
    size = (picture.shape[1], picture.shape[0])
    mask = cv2.warpPerspective(np.full((h, w), 255, np.uint8), turn, size)
    warped = cv2.warpPerspective(small, turn, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    share = (mask.astype(np.float32) / 255)[..., None]
    picture[:] = (warped * share + picture * (1 - share)).astype(np.uint8)


def night(picture: Picture, seed: int = 0) -> Picture:
    """A sixth of the light, and the noise of a sensor that is turned up."""
    rng = np.random.default_rng(seed)
    dark = picture.astype(np.float32) / 6 + rng.normal(0, 4, picture.shape)
    return np.clip(dark, 0, 255).astype(np.uint8)


def noisy(picture: Picture, seed: int = 0) -> Picture:
    rng = np.random.default_rng(seed)
    return np.clip(picture + rng.normal(0, 12, picture.shape), 0, 255).astype(np.uint8)


def blurred(picture: Picture, pixels: int = 5) -> Picture:
    """The blur of a car that moves sideways."""
    kernel = np.zeros((pixels, pixels), np.float32)
    kernel[pixels // 2] = 1 / pixels
    return cv2.filter2D(picture, -1, kernel)
