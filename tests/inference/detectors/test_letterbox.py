"""A frame goes into the input without distortion, and boxes come back to where they were."""

import numpy as np
import pytest

from inference.detectors.letterbox import GREY, draw, fit

INPUT = (640, 384)


@pytest.mark.parametrize(
    ("frame", "inside"),
    [
        ((640, 360), (640, 360)),  # as producers send it: only a border is added
        ((1280, 720), (640, 360)),  # twice as large
        ((768, 576), (512, 384)),  # 4:3, border at the sides
        ((320, 180), (640, 360)),  # smaller frames are enlarged
        ((100, 4000), (10, 384)),  # a sliver
        ((4000, 1), (640, 1)),  # thinner than a pixel
    ],
)
def test_a_frame_is_fitted_in_its_proportions(frame: tuple[int, int], inside: tuple[int, int]) -> None:
    box = fit(*frame, *INPUT)
    assert (box.width, box.height) == inside
    assert box.left == (INPUT[0] - box.width) // 2
    assert box.top == (INPUT[1] - box.height) // 2


@pytest.mark.parametrize("frame", [(640, 360), (1280, 720), (768, 576), (810, 1080), (333, 77)])
def test_a_box_comes_back_to_where_it_was(frame: tuple[int, int]) -> None:
    box = fit(*frame, *INPUT)
    original = np.array([[0, 0, *frame], [10, 20, 30, 40]], np.float32)
    in_input = original * np.float32(box.scale) + np.array([box.left, box.top, box.left, box.top], np.float32)
    np.testing.assert_allclose(box.to_frame(in_input), original, atol=0.01)


def test_the_border_is_grey_and_the_frame_is_in_the_middle() -> None:
    target = np.zeros((384, 640, 3), np.uint8)
    draw(np.full((360, 640, 3), 7, np.uint8), target, fit(640, 360, *INPUT))
    assert (target[:12] == GREY).all()
    assert (target[12:372] == 7).all()
    assert (target[372:] == GREY).all()


def test_what_an_earlier_frame_left_is_overwritten() -> None:
    target = np.full((384, 640, 3), 1, np.uint8)
    draw(np.full((576, 768, 3), 7, np.uint8), target, fit(768, 576, *INPUT))
    assert set(np.unique(target).tolist()) == {7, GREY}
