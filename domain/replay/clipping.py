"""`domain.rules.geometry.covered_fraction` for many boxes at once: the same sums in the same order, to the bit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.contracts.plant import Polygon

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def covered_fractions(polygon: Polygon, boxes: Floats) -> Floats:
    """Which part of each box (n, 4) lies inside the polygon, 0..1, (n,)."""
    fractions = np.zeros(len(boxes))
    x1, y1, x2, y2 = boxes.T
    area = (x2 - x1) * (y2 - y1)
    xs, ys = zip(*polygon, strict=True)
    apart = (x2 < min(xs)) | (x1 > max(xs)) | (y2 < min(ys)) | (y1 > max(ys))
    near = np.flatnonzero((area > 0.0) & ~apart)
    if len(near):
        clipped = _Polygons.alike(polygon, len(near))
        for axis, bound, sign in ((0, x1, 1.0), (0, x2, -1.0), (1, y1, 1.0), (1, y2, -1.0)):
            clipped = clipped.clipped(axis, bound[near], sign)
        fractions[near] = np.minimum(1.0, np.abs(clipped.signed_areas(len(near))) / area[near])
    return fractions


@dataclass(frozen=True, slots=True)
class _Polygons:
    """Polygons one after the other: x and y of their k vertices, and to which box each belongs, rising; (k,) each."""

    xy: tuple[Floats, Floats]
    boxes: Integers

    @classmethod
    def alike(cls, polygon: Polygon, n: int) -> "_Polygons":
        x, y = np.asarray(polygon, np.float64).T
        return cls((np.tile(x, n), np.tile(y, n)), np.repeat(np.arange(n), len(polygon)))

    def clipped(self, axis: int, bound: Floats, sign: float) -> "_Polygons":
        """What lies on the inner side of each box's bound: a vertex gives where its side crosses, then itself."""
        side = (self.xy[axis] - bound.take(self.boxes)) * sign
        before = self._before()
        inner = side >= 0.0
        crosses = inner != inner.take(before)
        end, kept = np.flatnonzero(crosses), np.flatnonzero(inner)
        begin = before.take(end)
        gives = np.add(crosses, inner, dtype=np.intp)
        after = np.cumsum(gives)
        t = side.take(begin) / (side.take(begin) - side.take(end))
        crossing_at, kept_at = after.take(end) - gives.take(end), after.take(kept) - 1
        x, y = (np.empty(int(after[-1]) if len(after) else 0) for _ in self.xy)
        for clipped, old in zip((x, y), self.xy, strict=True):
            clipped[crossing_at] = old.take(begin) + t * (old.take(end) - old.take(begin))
            clipped[kept_at] = old.take(kept)
        return _Polygons((x, y), np.repeat(self.boxes, gives))

    def signed_areas(self, n: int) -> Floats:
        """As `signed_area`, for each of n boxes; bincount adds in the order of the vertices."""
        before, (x, y) = self._before(), self.xy
        return np.bincount(self.boxes, weights=x.take(before) * y - x * y.take(before), minlength=n) / 2

    def _before(self) -> Integers:
        """For each vertex the one before it in its polygon; before the first comes the last."""
        first = np.flatnonzero(np.diff(self.boxes, prepend=-1))
        before = np.arange(-1, len(self.boxes) - 1)
        before[first] = np.append(first[1:], len(self.boxes)) - 1
        return before
