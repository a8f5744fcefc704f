"""What of a crop's pixels tells the states of a machine: edges, tones and colours of its parts, not the light on it.

A crop is 6 x 6 blocks of 2 x 2 cells. Tones are logarithms against the crop's median, colours are ratios of channels
against the crop's median, edges are oriented and normalised within the block (HOG, Dalal and Triggs 2005): brighter,
darker or warmer light moves all pixels alike and is taken out. Lamps are the exception: what shines has a colour of its
own, and is looked for pixel by pixel.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from infra.frames import Pixels

Floats = NDArray[np.float32]

SIDE: Final = 96
CELL: Final = 8
CELLS: Final = SIDE // CELL
BLOCKS: Final = (CELLS // 2) ** 2
ORIENTATIONS: Final = 8
DEPTH: Final = 4 * (ORIENTATIONS + 6)
"""Numbers of a block: for each of its cells edges by orientation, tone, two colour ratios, three kinds of shine."""

FORM: Final = "96/8-hog8-tone-ratio2-shine3-v1"
"""Named in each file of a classifier: another form needs another training."""

DARK: Final = 0.04
"""Added to brightness 0..1 before its logarithm: sensor noise in the dark says nothing."""

FLAT: Final = 0.15
"""Tones of a crop that differ by less are noise and are not stretched."""

NOISE: Final = 0.4
"""Edges of a block that are weaker altogether are noise."""

_ANGLES: Final = np.arange(ORIENTATIONS, dtype=np.float32) * np.float32(np.pi / ORIENTATIONS)
_DIRECTIONS: Final = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)])
_BETWEEN: Final = np.float32(np.cos(1.5 * np.pi / ORIENTATIONS))
"""An edge counts for the orientations less than one and a half steps away."""


def features(crop: Pixels) -> Floats:
    """(BLOCKS, DEPTH) float32.

    crop   (h, w, 3) uint8 BGR, any size
    """
    return described(shrunk(crop))


def shrunk(crop: Pixels) -> Pixels:
    """(SIDE, SIDE, 3). Of a large crop some pixels are left out: there are enough to take means of."""
    step = max(1, min(crop.shape[:2]) // (2 * SIDE))
    return np.asarray(cv2.resize(crop[::step, ::step], (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def described(small: Pixels) -> Floats:
    """(BLOCKS, DEPTH) float32 of what `shrunk` made."""
    picture = np.asarray(cv2.GaussianBlur(small, (3, 3), 0), np.float32) / np.float32(255)
    tone = _tone(picture)
    cells = np.concatenate([_edges(tone), _pooled(tone)[..., None], _ratios(picture), _shine(picture)], axis=2)
    half = CELLS // 2
    blocks = cells.reshape(half, 2, half, 2, -1).transpose(0, 2, 1, 3, 4).reshape(BLOCKS, 4, -1)
    edges = blocks[:, :, :ORIENTATIONS]
    length = np.sqrt((edges**2).sum(axis=(1, 2), keepdims=True) + np.float32(NOISE**2))
    return np.concatenate([edges / length, blocks[:, :, ORIENTATIONS:]], axis=2).reshape(BLOCKS, DEPTH)


def contrast(small: Pixels) -> float:
    """How far bright parts are from dark ones, 0..1 of white; noise of single pixels is no contrast.

    small   of `shrunk`
    """
    coarse = cv2.resize(small, (SIDE // 3, SIDE // 3), interpolation=cv2.INTER_AREA)
    tones = np.sort(coarse.mean(axis=2).ravel())
    few = len(tones) // 50
    return float(tones[-few] - tones[few]) / 255


def _tone(picture: Floats) -> Floats:
    """(SIDE, SIDE) logarithm of brightness against the crop's median, in units of its usual deviation."""
    luma = picture @ np.array([0.114, 0.587, 0.299], np.float32)
    tone = np.log(luma + np.float32(DARK))
    tone -= np.median(tone[::2, ::2])
    return np.asarray(tone / (np.abs(tone).mean() + np.float32(FLAT)), np.float32)


def _edges(tone: Floats) -> Floats:
    """(CELLS, CELLS, ORIENTATIONS) strength of edges by orientation, shared by the nearest orientations."""
    dx, dy = cv2.Sobel(tone, cv2.CV_32F, 1, 0, scale=0.25), cv2.Sobel(tone, cv2.CV_32F, 0, 1, scale=0.25)
    steps = np.stack([dx, dy], axis=2).reshape(-1, 2)
    strength = np.sqrt((steps**2).sum(axis=1, keepdims=True))
    along = np.abs(steps @ _DIRECTIONS)
    along -= strength * _BETWEEN
    found = np.maximum(along, 0.0, out=along).reshape(SIDE, SIDE, ORIENTATIONS)
    return _pooled(found)


def _ratios(picture: Floats) -> Floats:
    """(CELLS, CELLS, 2) logarithms of red and blue over green, against the crop's medians."""
    logs = np.log(picture + np.float32(DARK))
    ratios = np.stack([logs[..., 2] - logs[..., 1], logs[..., 0] - logs[..., 1]], axis=2)
    ratios -= np.median(ratios[::2, ::2], axis=(0, 1))
    return _pooled(np.clip(ratios, -1.5, 1.5))


def _shine(picture: Floats) -> Floats:
    """(CELLS, CELLS, 3) how far red, green, and both together stand out anywhere in the cell, 0..1."""
    blue, green, red = picture[..., 0], picture[..., 1], picture[..., 2]
    both = np.minimum(red, green) - blue
    shine = np.stack([red - np.maximum(green, blue), green - np.maximum(red, blue), both], axis=2)
    found: Floats = shine.reshape(CELLS, CELL, CELLS, CELL, 3).max(axis=(1, 3))
    return np.maximum(found, 0.0)


def _pooled(values: Floats) -> Floats:
    """Means of cells."""
    return np.asarray(cv2.resize(values, (CELLS, CELLS), interpolation=cv2.INTER_AREA), np.float32)
