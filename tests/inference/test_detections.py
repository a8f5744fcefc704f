"""Nothing unsound becomes a fact (FAULTS C11)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inference.detections import Detections, nothing, sound
from tests.inference.samples import Corners, detections

WIDTH, HEIGHT = 640, 360
NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("box", "score", "reason"),
    [
        ((10, 10, NAN, 50), 0.9, "not_finite"),
        ((10, 10, INF, 50), 0.9, "not_finite"),
        ((10, 10, 40, 50), NAN, "not_finite"),
        ((10, 10, 40, 50), 1.5, "score"),
        ((10, 10, 40, 50), -0.1, "score"),
        ((40, 10, 10, 50), 0.9, "corners"),  # left and right swapped
        ((10, 50, 40, 10), 0.9, "corners"),  # top and bottom swapped
        ((10, 10, 10, 50), 0.9, "corners"),  # no width
        ((10, 10, 5000, 50), 0.9, "range"),  # far outside
        ((-641, 10, 40, 50), 0.9, "range"),
        ((650, 10, 700, 50), 0.9, "outside"),  # beside the frame
        ((639.5, 10, 700, 50), 0.9, "outside"),  # less than a pixel is inside
    ],
)
def test_C11_an_unsound_box_is_dropped_and_counted(box: Corners, score: float, reason: str) -> None:
    found, dropped = sound(detections((box, score), ((1, 1, 9, 9), 0.5)), WIDTH, HEIGHT, 300)
    assert found.boxes.tolist() == [[1, 1, 9, 9]]
    assert dropped == {reason: 1}


def test_a_box_that_reaches_over_the_border_is_cut_off() -> None:
    found, dropped = sound(detections(((-8, -5, 700, 365), 0.9)), WIDTH, HEIGHT, 300)
    assert found.boxes.tolist() == [[0, 0, WIDTH, HEIGHT]]
    assert not dropped


def test_of_too_many_boxes_the_best_are_kept() -> None:
    many = detections(*(((i, 0, i + 5, 5), 0.1 + i / 1000) for i in range(500)))
    found, dropped = sound(many, WIDTH, HEIGHT, 300)
    assert dropped == {"over_limit": 200}
    assert found.scores.min() == pytest.approx(0.3)


def test_nothing_is_sound() -> None:
    found, dropped = sound(nothing(), WIDTH, HEIGHT, 300)
    assert len(found) == 0
    assert not dropped


@given(
    boxes=arrays.arrays(np.float32, (12, 4), elements=st.floats(width=32)),
    scores=arrays.arrays(np.float32, 12, elements=st.floats(width=32)),
)
def test_C11_whatever_a_model_says_facts_are_in_range_and_none_is_lost_uncounted(
    boxes: np.ndarray, scores: np.ndarray
) -> None:
    found, dropped = sound(Detections(boxes, scores, np.ones(12, np.uint8)), WIDTH, HEIGHT, 10)
    assert len(found) + dropped.total() == 12
    assert len(found) <= 10
    assert (found.boxes >= 0).all()
    assert (found.boxes <= np.array([WIDTH, HEIGHT, WIDTH, HEIGHT])).all()
    assert (found.boxes[:, :2] < found.boxes[:, 2:]).all()
    assert ((found.scores >= 0) & (found.scores <= 1)).all()
