"""Pictures compared by their structure and not by their brightness. Pure.

What a lamp, a cloud or the exposure change scales and shifts grey values smoothly; what a thing changes is the pattern.
So small windows are compared by their correlation, where at least one of the two has a pattern above the noise.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.detections import Floats, Mask
from infra.frames import Pixels

WIDTH: Final = 448
"""Pixels of the small luma. A bag of 30 pixels at 1280 has 10 here."""

WINDOW: Final = (7, 7)
BAND: Final = (11, 11)
"""Patterns coarser than this are taken for light and soft shadows."""

AROUND: Final = (61, 61)
"""How far around a place its light is taken to be the same."""

NOISE: Final = 4.0
"""Variance in a window, grey values squared, that the sensor and the encoder make."""

PATTERN: Final = 30.0
"""Variance in a window from which a pattern counts half."""

DARK, BRIGHT = 4.0, 247.0
"""Means of a window beyond which the sensor tells nothing."""

LEAST_NEAR: Final = 0.05
"""Of what is around a place, the part that tells its light."""

LEAST_GAIN: Final = 0.1

STEADY: Final = 3.0
"""Grey values by which the pattern in a window may differ from look to look and be the same."""


Part = tuple[slice, slice]
"""Rows and columns."""

WHOLE: Final = (slice(None), slice(None))


@dataclass(frozen=True)
class Picture:
    """The small luma: pixels (h, w) float32, 0..255."""

    pixels: Floats

    @cached_property
    def mean(self) -> Floats:
        return _blurred(self.pixels, BAND)

    @cached_property
    def detail(self) -> Floats:
        """What is left without the light, which is smooth: each pixel less the mean around it."""
        return self.pixels - self.mean

    @cached_property
    def variance(self) -> Floats:
        """Of the detail, in the window around each pixel."""
        return np.maximum(_blurred(self.detail * self.detail), np.float32(0))

    @property
    def told(self) -> Mask:
        """Where the sensor tells something."""
        return (self.mean > DARK) & (self.mean < BRIGHT)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of a picture with a reference, per pixel.

    difference   0..1, how surely the structure differs
    pattern      0..1, how much there is of it in the one that has more: where none is, nothing can be told
    """

    difference: Floats
    pattern: Floats


def small_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of the small luma of a frame of this size."""
    scale = min(1.0, WIDTH / width)
    return max(1, round(width * scale)), max(1, round(height * scale))


def picture(luma: Pixels, at: Part = WHOLE) -> Picture:
    """luma   (h, w) uint8 of a frame; at: rows and columns of the small luma that are wanted"""
    height, width = luma.shape
    size = small_size(width, height)
    small = luma if size == (width, height) else cv2.resize(luma, size, interpolation=cv2.INTER_AREA)
    return Picture(cv2.GaussianBlur(small, (3, 3), 0)[at].astype(np.float32))


def compare(reference: Picture, now: Picture) -> Comparison:
    """How the structure of `now` differs from that of the reference, of the same size."""
    then, here = reference.variance, now.variance
    contrast = (_blurred(here, AROUND) + NOISE) / (_blurred(then, AROUND) + NOISE)
    contrast = np.minimum(contrast, np.float32(1))
    then = then * contrast
    together = _blurred(reference.detail * now.detail) * np.sqrt(contrast)
    alike = np.clip(together / (np.sqrt(then * here) + NOISE), 0.0, 1.0)
    most = np.where(now.told, np.maximum(then, here), 0.0)
    pattern = most / (most + np.float32(PATTERN))
    return Comparison(np.asarray((1.0 - alike) * pattern, np.float32), np.asarray(pattern, np.float32))


def moved(before: Picture, now: Picture) -> Mask:
    """Where the pattern is not what it was a look ago; light that changed is no movement."""
    change = _blurred(np.abs(before.detail - now.detail))
    usual = STEADY + 0.35 * np.sqrt(now.variance)
    return np.asarray(change > usual)


def in_light_of(reference: Floats, now: Floats, alike: Mask) -> Floats:
    """The picture as it would be under the reference's light, which is smooth. All (h, w).

    alike   where both show the same
    """
    weight = alike.astype(np.float32)
    total = float(weight.sum())
    if not total:
        return now
    gain = (float((now * weight).sum()) + DARK * total) / (float((reference * weight).sum()) + DARK * total)
    near = _blurred(weight, AROUND)
    here, then = _blurred(now * weight, AROUND), _blurred(reference * weight, AROUND)
    gains = np.where(near > LEAST_NEAR, (here + DARK * near) / (then + DARK * near + 1e-6), gain)
    return np.asarray((now + DARK) / np.maximum(gains, LEAST_GAIN) - DARK, np.float32)


def edges(image: Picture) -> Floats:
    """How steep the picture is at each pixel, grey values per pixel."""
    across, down = cv2.Sobel(image.pixels, cv2.CV_32F, 1, 0), cv2.Sobel(image.pixels, cv2.CV_32F, 0, 1)
    return np.asarray(cv2.magnitude(across, down), np.float32) / np.float32(8)


def _blurred(values: NDArray[np.float32], window: tuple[int, int] = WINDOW) -> Floats:
    return np.asarray(cv2.blur(values, window, borderType=cv2.BORDER_REFLECT), np.float32)
