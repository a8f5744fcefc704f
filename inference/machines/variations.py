"""What a few examples do not show: other light, noise, a camera that was nudged, somebody who walks past. For training.

A state must be told alike in all of these but the last; what is covered, or dark, must not be told at all.
"""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np

from infra.frames import Pixels

NUDGED: Final = 0.012
"""Of the crop's width and height: two pixels of a crop of 170."""

Random = np.random.Generator


def varied(crop: Pixels, random: Random) -> Pixels:
    """The same look in another light, a little shifted, with the noise and the blocks of a camera."""
    height, width = crop.shape[:2]
    dx, dy = random.uniform(-NUDGED, NUDGED, 2) * (width, height)
    moved = cv2.warpAffine(crop, np.array([[1, 0, dx], [0, 1, dy]]), (width, height), borderMode=cv2.BORDER_REPLICATE)
    tones = 255 * (np.arange(256) / 255) ** random.uniform(0.7, 1.4) * random.uniform(0.55, 1.35)
    warmth = random.uniform(0.92, 1.08, 3).astype(np.float32)
    light = tones.astype(np.float32)[moved] * warmth * _falling(height, width, random)
    light += random.standard_normal(light.shape, np.float32) * np.float32(255 * random.uniform(0.0, 0.03))
    return _compressed(np.asarray(np.clip(light, 0, 255), np.uint8), int(random.integers(45, 95)))


def covers(crop: Pixels, random: Random) -> Iterator[tuple[Pixels, Pixels]]:
    """Without end: the look with something large in front of it, and the mask (h, w) of what it hides, 0 or 1."""
    height, width = crop.shape[:2]
    while True:
        mask = np.zeros((height, width), np.uint8)
        across, down = random.uniform(0.25, 0.7) * width, random.uniform(0.5, 1.2) * height
        centre = random.uniform(-0.05, 1.05) * width, random.uniform(0.1, 1.0) * height
        cv2.ellipse(mask, (centre, (across, down), float(random.uniform(-20, 20))), 1, -1)
        body = np.empty_like(crop)
        body[:] = random.integers(15, 235, 3)
        stripe = int(random.uniform(0.2, 0.8) * height)
        body[stripe:] = random.integers(15, 235, 3)
        texture = cv2.GaussianBlur(random.standard_normal(crop.shape, np.float32) * np.float32(12), (5, 5), 0)
        body = np.clip(body + texture * 2, 0, 255).astype(np.uint8)
        hidden = np.where(mask[..., None] > 0, body, crop)
        yield varied(np.asarray(hidden, np.uint8), random), mask


def dark(crop: Pixels, random: Random) -> Iterator[tuple[Pixels, Pixels]]:
    """Without end: the look with the light off, and a mask that says that all is hidden."""
    while True:
        left = crop.astype(np.float32) * np.float32(random.uniform(0.0, 0.05))
        noise = random.standard_normal(crop.shape, np.float32) * np.float32(random.uniform(1, 6))
        seen = np.asarray(np.clip(left + noise + np.float32(random.uniform(0, 12)), 0, 255), np.uint8)
        yield _compressed(seen, int(random.integers(45, 95))), np.ones(crop.shape[:2], np.uint8)


def _falling(height: int, width: int, random: Random) -> Pixels:
    """Light from one side: a factor for each pixel."""
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :] * np.float32(random.uniform(-0.2, 0.2))
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None] * np.float32(random.uniform(-0.2, 0.2))
    return np.asarray((1 + across + down)[..., None])


def _compressed(crop: Pixels, quality: int) -> Pixels:
    _, data = cv2.imencode(".jpg", crop, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
