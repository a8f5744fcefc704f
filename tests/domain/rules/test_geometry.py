"""Boxes against polygons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contracts.detections import Box
from domain.contracts.plant import Polygon
from domain.rules.geometry import PolygonRefused, checked_polygon, contains, covered_fraction

SQUARE: Polygon = ((0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.2, 0.6))
L_SHAPE: Polygon = ((0.0, 0.0), (0.4, 0.0), (0.4, 0.2), (0.2, 0.2), (0.2, 0.4), (0.0, 0.4))


@pytest.mark.parametrize(
    ("polygon", "box", "fraction"),
    [
        (SQUARE, (0.3, 0.3, 0.5, 0.5), 1.0),  # all inside
        (SQUARE, (0.7, 0.7, 0.9, 0.9), 0.0),  # all outside
        (SQUARE, (0.0, 0.2, 0.4, 0.6), 0.5),  # half over the left side
        (SQUARE, (0.0, 0.0, 0.4, 0.4), 0.25),  # a corner
        (SQUARE, (0.0, 0.0, 1.0, 1.0), 0.16),  # the zone is inside the box
        (SQUARE, (0.6, 0.2, 0.8, 0.6), 0.0),  # touches the border only
        (SQUARE[::-1], (0.0, 0.2, 0.4, 0.6), 0.5),  # the direction of the vertices does not matter
        (L_SHAPE, (0.2, 0.2, 0.4, 0.4), 0.0),  # in the notch of a concave zone
        (L_SHAPE, (0.0, 0.0, 0.4, 0.4), 0.75),
        (SQUARE, (0.3, 0.3, 0.3, 0.5), 0.0),  # a box without area
    ],
)
def test_the_covered_part_of_a_box(polygon: Polygon, box: Box, fraction: float) -> None:
    assert covered_fraction(polygon, box) == pytest.approx(fraction)


@given(st.tuples(*[st.floats(0, 0.9)] * 2), st.floats(0.01, 0.1))
def test_a_tiny_box_is_covered_as_its_points_are(corner: tuple[float, float], size: float) -> None:
    x, y = corner
    fraction = covered_fraction(SQUARE, (x, y, x + size, y + size))
    corners = [contains(SQUARE, cx, cy) for cx in (x, x + size) for cy in (y, y + size)]
    if all(corners):
        assert fraction == pytest.approx(1.0)
    assert 0.0 <= fraction <= 1.0


def test_a_bow_tie_is_refused_with_the_sides_named() -> None:
    with pytest.raises(PolygonRefused, match="side 1 crosses side 3"):
        checked_polygon(((0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)))


@pytest.mark.parametrize("polygon", [SQUARE, L_SHAPE, ((0.0, 0.0), (1.0, 0.0), (0.5, 1.0))])
def test_a_simple_polygon_is_accepted(polygon: Polygon) -> None:
    assert checked_polygon(polygon) == polygon
