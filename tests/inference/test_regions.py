"""Which parts of a frame are enlarged for the model of protective equipment."""

import numpy as np
import pytest

from inference.regions import MIN_SIDE_PX, Region, regions
from tests.inference.samples import Corners

WIDTH, HEIGHT = 640, 360


def chosen(*persons: Corners, limit: int = 2, order: list[int] | None = None) -> list[Region]:
    boxes = np.array(persons, np.float32).reshape(-1, 4)
    return regions(boxes, list(range(len(persons))) if order is None else order, WIDTH, HEIGHT, limit)


@pytest.mark.parametrize(
    ("persons", "groups"),
    [
        # one person
        ([(100, 100, 140, 200)], [(0,)]),
        # two side by side share a region
        ([(100, 100, 140, 200), (160, 100, 200, 200)], [(0, 1)]),
        # two small ones at opposite ends do not
        ([(10, 100, 40, 180), (600, 100, 630, 180)], [(0,), (1,)]),
        # two large ones at opposite ends do: their heads stay large enough
        ([(10, 100, 110, 340), (500, 100, 600, 340)], [(0, 1)]),
        # a small one does not let itself be taken into a region that suits large ones only
        ([(10, 100, 110, 340), (600, 100, 630, 170)], [(0,), (1,)]),
    ],
)
def test_persons_share_a_region_as_long_as_their_heads_stay_large(
    persons: list[Corners], groups: list[tuple[int, ...]]
) -> None:
    assert [region.persons for region in chosen(*persons)] == groups


def test_who_does_not_fit_waits_and_who_waits_longest_is_first() -> None:
    far_apart: list[Corners] = [(10, 100, 40, 160), (300, 100, 330, 160), (600, 100, 630, 160)]
    assert [region.persons for region in chosen(*far_apart, limit=1, order=[2, 0, 1])] == [(2,)]


def test_a_region_holds_its_persons_and_stays_inside_the_frame() -> None:
    (region,) = chosen((600, 300, 640, 360))
    assert (region.x2, region.y2) == (WIDTH, HEIGHT)
    assert region.x2 - region.x1 == region.y2 - region.y1 == MIN_SIDE_PX
    assert region.x1 <= 600
    assert region.y1 <= 300


def test_nobody_needs_no_region() -> None:
    assert chosen() == []
