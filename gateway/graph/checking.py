"""Numbers and forms in an argument `input`: each sentence names the field and what is accepted."""

from math import isfinite
from typing import Final

from domain.contracts.plant import Polygon
from domain.contracts.whatif import VERTICES
from gateway.errors import InputRefused

SCORE: Final = (0.0, 1.0)


def checked_number(name: str, value: float, accepted: tuple[float, float], at_least: float | None = None) -> float:
    """at_least   another field of this input, thresholdMin, that it may not be below. Raises InputRefused."""
    low, high = accepted
    if not (isfinite(value) and low <= value <= high):
        raise InputRefused(f"input.{name}: {low:g} to {high:g} is expected")
    if at_least is not None and value < at_least:
        raise InputRefused(f"input.{name}: at least input.thresholdMin, {at_least:g}, is expected")
    return value


def checked_polygon(points: list[list[float]]) -> Polygon:
    """Raises InputRefused; whether its sides cross each other is asked by the domain."""
    fewest, most = VERTICES
    if not fewest <= len(points) <= most:
        raise InputRefused(f"input.polygon: {fewest} to {most} vertices are expected")
    if not all(map(_is_point, points)):
        raise InputRefused("input.polygon: each vertex is x y in 0..1")
    return tuple((point[0], point[1]) for point in points)


def checked_point(name: str, point: list[float]) -> tuple[float, float]:
    """Raises InputRefused."""
    if not _is_point(point):
        raise InputRefused(f"input.{name}: x y in 0..1 is expected")
    return point[0], point[1]


def _is_point(point: list[float]) -> bool:
    return len(point) == 2 and all(isfinite(x) and 0.0 <= x <= 1.0 for x in point)
