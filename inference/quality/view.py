"""What one picture tells about itself: brightness, edges, sharpness, and points to know it again. Pure."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from infra.frames import Pixels

Field = NDArray[np.float32]
"""(2, h, w) float32: cosine and sine of twice the angle of the edge at each place, 0 where there is none. An edge keeps
its angle when the light changes, also when its bright side becomes its dark one."""

WIDTH: Final = 160
"""Pixels of the picture whose edges are compared; one is 8 of a 1280 pixel frame."""

LEAST_STEP: Final = 3.0
"""Grey values between neighbours, of 255, that are an edge and no noise."""

LEAST_CONTRAST: Final = 0.035
"""The step, in parts of the brightness around it: lamps and the sun change both."""

DARKEST: Final = 16.0
SHARPEST_SHARE: Final = 0.05
"""Sharpness is measured at so many of the steepest places."""

APART: Final = 8
"""Pixels of the frame over which the height of a step is measured."""

LINES: Final = 4
"""Sharpness is measured along one of so many lines."""

POINTS_ACROSS: Final = 80
BINS: Final = 256


@dataclass(frozen=True, slots=True)
class View:
    """One picture.

    mean, low, middle, high   grey values of 0..255: mean, and 5th, 50th, 95th percentile
    spread                    standard deviation of the grey values
    edges                     see Field
    sharpness                 how much of a step over APART pixels lies between two: 1 all of it, 1 / APART a ramp
    points                    grey values of a grid of single pixels, as they came
    """

    mean: float
    low: float
    middle: float
    high: float
    spread: float
    edges: Field
    sharpness: float
    points: Pixels


def view_of(luma: Pixels) -> View:
    """luma   (h, w) uint8 of a frame, any size"""
    height, width = luma.shape
    small = cv2.resize(luma, (WIDTH, max(2, round(height * WIDTH / width))), interpolation=cv2.INTER_AREA)
    counts = cv2.calcHist([small], [0], None, [BINS], [0, BINS]).ravel()
    shares = np.cumsum(counts) / counts.sum()
    mean, spread = cv2.meanStdDev(small)
    step = max(1, width // POINTS_ACROSS)
    return View(
        mean=float(mean[0, 0]),
        low=float(np.searchsorted(shares, 0.05)),
        middle=float(np.searchsorted(shares, 0.5)),
        high=float(np.searchsorted(shares, 0.95)),
        spread=float(spread[0, 0]),
        edges=edges_of(np.asarray(small, np.uint8)),
        sharpness=sharpness_of(luma),
        points=luma[::step, ::step].copy(),
    )


def edges_of(small: Pixels) -> Field:
    calm = cv2.GaussianBlur(small.astype(np.float32), (0, 0), 0.8)
    across = cv2.Sobel(calm, cv2.CV_32F, 1, 0, scale=0.125)
    down = cv2.Sobel(calm, cv2.CV_32F, 0, 1, scale=0.125)
    squared = across * across + down * down
    around = cv2.blur(calm, (15, 15))
    least = np.maximum(np.float32(LEAST_STEP), LEAST_CONTRAST * (around + np.float32(DARKEST)))
    strong = squared > least * least
    squared[~strong] = np.inf
    return np.stack([(across * across - down * down) / squared, 2 * across * down / squared])


def sharpness_of(luma: Pixels) -> float:
    """Independent of contrast, noise makes it larger; 0 where the picture has no step at all."""
    steep, within = 0.0, 0.0
    for picture in (luma[::LINES], np.ascontiguousarray(luma[:, ::LINES].T)):
        steps = cv2.absdiff(picture[:, APART:], picture[:, :-APART])
        counts = cv2.calcHist([steps], [0], None, [BINS], [0, BINS]).ravel()
        from_steepest = np.cumsum(counts[::-1])
        limit = max(1, BINS - 1 - int(np.searchsorted(from_steepest, SHARPEST_SHARE * steps.size)))
        rows, columns = np.nonzero(steps >= limit)
        lines = picture[rows[:, None], columns[:, None] + np.arange(APART + 1)].astype(np.float32)
        steep += float(np.square(lines[:, -1] - lines[:, 0]).sum())
        within += float(np.square(np.diff(lines)).sum())
    return within / steep if steep else 0.0
