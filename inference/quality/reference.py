"""What a camera usually shows: the edges that stay, and its sharpness. A picture is compared with it. Pure."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.detections import Mask
from inference.quality.view import Field, View

ENOUGH_VIEWS: Final = 10
ADAPT_S: Final = 600.0
"""What changed and stays has become usual after so long: shadows wander, a pallet is put down."""

SHARPNESS_S: Final = 6 * 3600.0
STABLE: Final = 0.5
"""An edge belongs to the place when it was there at least about half of the time."""

USUAL: Final = 0.25
LEAST_EDGES: Final = 150
"""Pixels of stable edges, of the small picture, without which nothing can be recognised."""

GRID: Final = 6
LEAST_IN_BLOCK: Final = 8
LOST: Final = 0.35
"""Two unlike pictures full of edges agree by chance in so much of them."""

GONE: Final = 0.1
FAR: Final = 0.4
"""A turned camera is sought up to so many parts of the picture away."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of what is usual a picture shows; all but the last two are 0..1.

    kept         of the stable edges, the part that is in its place
    explained    of the picture's edges, the part that lies on usual ones
    lost         of the blocks that have stable edges, the part that shows no more of them than chance would
    gone         the same, the part that shows none
    amount       edges of the picture for each stable one
    sharpness    for each part of the usual one
    """

    kept: float
    explained: float
    lost: float
    gone: float
    amount: float
    sharpness: float


@dataclass(frozen=True, slots=True)
class Shift:
    """Where a picture fits best. right, down: parts of its width and height; kept: see Likeness, there."""

    right: float
    down: float
    kept: float


@dataclass(frozen=True, slots=True)
class _Places:
    """stable (h, w); directions of the usual edges, Field; totals of stable edges in each block, (GRID, GRID)."""

    stable: Mask
    directions: Field
    totals: NDArray[np.float64]

    @property
    def edges(self) -> int:
        return int(self.totals.sum())


class Reference:
    """edges       mean of the fields so far: its length at a place tells how often an edge is there
    sharpness   usual one
    kept        of Likeness, usually
    views       how many were learnt, up to ENOUGH_VIEWS
    """

    def __init__(self, edges: Field, sharpness: float, kept: float = 1.0, views: int = 1) -> None:
        self.edges, self.sharpness, self.kept, self.views = edges, sharpness, kept, views
        self._places: _Places | None = None
        self._compared: tuple[View, Likeness] | None = None

    @classmethod
    def of(cls, view: View) -> "Reference":
        return cls(view.edges.copy(), view.sharpness)

    def copied(self) -> "Reference":
        """As it is now, for another thread."""
        return Reference(self.edges.copy(), self.sharpness, self.kept, self.views)

    @property
    def is_usable(self) -> bool:
        """Whether enough was seen, and there is something to recognise."""
        return self.views >= ENOUGH_VIEWS and self._arranged().edges >= LEAST_EDGES

    def learn(self, view: View, elapsed_s: float) -> None:
        """elapsed_s   since the last view that was learnt"""
        first = 1.0 / (self.views + 1) if self.views < ENOUGH_VIEWS else 0.0
        share = max(first, min(1.0, elapsed_s / ADAPT_S))
        self.kept += (self.likeness(view).kept - self.kept) * share
        cv2.accumulateWeighted(view.edges, self.edges, share)
        self.sharpness += (view.sharpness - self.sharpness) * max(first, min(1.0, elapsed_s / SHARPNESS_S))
        self.views = min(ENOUGH_VIEWS, self.views + 1)
        self._places = self._compared = None

    def likeness(self, view: View) -> Likeness:
        """Kept for the view that was asked about last: who judges it then learns it."""
        if self._compared is None or self._compared[0] is not view:
            self._compared = view, self._compare(view)
        return self._compared[1]

    def _compare(self, view: View) -> Likeness:
        places = self._arranged()
        agreement = np.maximum(0.0, (places.directions * view.edges).sum(axis=0))
        blocks = places.totals >= LEAST_IN_BLOCK
        agreed = _by_block(np.where(places.stable, agreement, 0.0))
        kept_in = agreed[blocks] / places.totals[blocks]
        now, stable = int(np.count_nonzero(np.any(view.edges, axis=0))), places.edges
        return Likeness(
            kept=float(agreed.sum()) / max(1, stable),
            explained=float(agreement.sum()) / max(1, now),
            lost=_share(kept_in < LOST),
            gone=_share(kept_in < GONE),
            amount=now / max(1, stable),
            sharpness=view.sharpness / self.sharpness if self.sharpness else 1.0,
        )

    def shift(self, view: View) -> Shift:
        """Compares at all places at once, over the picture's border too: up to FAR of it."""
        places = self._arranged()
        fixed = np.where(places.stable, places.directions, np.float32(0.0))
        spectrum = np.conj(np.fft.fft2(fixed)) * np.fft.fft2(view.edges)
        scores = np.fft.ifft2(spectrum.sum(axis=0)).real
        down, right = (np.fft.fftfreq(n) for n in scores.shape)
        scores[np.abs(down) > FAR, :] = -1.0
        scores[:, np.abs(right) > FAR] = -1.0
        row, column = np.unravel_index(int(np.argmax(scores)), scores.shape)
        return Shift(float(right[column]), float(down[row]), float(scores[row, column]) / max(1, places.edges))

    def _arranged(self) -> _Places:
        if self._places is None:
            often = np.hypot(self.edges[0], self.edges[1])
            stable = np.asarray(often > STABLE)
            directions = np.asarray(self.edges / np.where(often > USUAL, often, np.float32(np.inf)), np.float32)
            self._places = _Places(stable, directions, _by_block(stable))
        return self._places


def _share(blocks: Mask) -> float:
    return float(blocks.mean()) if blocks.size else 0.0


def _by_block(values: NDArray[Any]) -> NDArray[np.float64]:
    """(GRID, GRID) sums."""
    rows, columns = (_blocks(length) for length in values.shape)
    return np.asarray(rows @ values.astype(np.float64) @ columns.T)


@lru_cache
def _blocks(length: int) -> NDArray[np.float64]:
    """(GRID, length) 1 where a line of the picture belongs to the block."""
    parts = np.array_split(np.arange(length), GRID)
    return np.array([np.isin(np.arange(length), part) for part in parts], np.float64)
