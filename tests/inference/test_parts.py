"""A window of the frame: what the detector finds in it, together with what was followed outside of it."""

import numpy as np

from domain.contracts.detections import ObjectClass
from inference.detections import Tracks, nothing
from inference.parts import Part
from inference.second_looks import MOST_RETRIES, SecondLooks
from tests.inference.samples import Corners, detections

FRAME_US = 100_000
SIZE = (640, 360)
PART = Part(200, 100, 392, 292, (192, 192))
NOBODY = np.empty((0, 4), np.float32)


def tracks(*boxes: Corners) -> Tracks:
    count = len(boxes)
    ids, codes = np.arange(1, count + 1, dtype=np.int64), np.full(count, ObjectClass.PERSON, np.uint8)
    return Tracks(ids, np.array(boxes, np.float32).reshape(-1, 4), np.full(count, 0.6, np.float32), codes)


def test_what_is_found_lies_in_the_frame() -> None:
    joined = PART.joined(detections(((20, 30, 60, 130), 0.9)), tracks(), *SIZE)
    assert joined.boxes.tolist() == [[220, 130, 260, 230]]


def test_what_the_window_cuts_off_is_left_to_the_track() -> None:
    followed = tracks((180, 130, 240, 230))
    joined = PART.joined(detections(((0, 30, 40, 130), 0.9)), followed, *SIZE)
    assert joined.boxes.tolist() == followed.boxes.tolist()
    assert joined.scores.tolist() == followed.scores.tolist()


def test_the_border_of_the_frame_cuts_nothing_off() -> None:
    corner = Part(0, 0, 192, 192, (192, 192))
    assert len(corner.joined(detections(((0, 0, 40, 130), 0.9)), tracks(), *SIZE)) == 1


def test_who_is_not_found_in_the_window_is_not_kept_by_it_and_others_are() -> None:
    joined = PART.joined(nothing(), tracks((220, 130, 260, 230), (500, 130, 540, 230)), *SIZE)
    assert joined.boxes.tolist() == [[500, 130, 540, 230]]


def test_one_at_the_windows_border_is_not_two() -> None:
    """He was followed a little outside, and is found whole inside."""
    joined = PART.joined(detections(((4, 30, 44, 130), 0.9)), tracks((195, 130, 237, 230)), *SIZE)
    assert joined.boxes.tolist() == [[204, 130, 244, 230]]


def test_nothing_and_nobody() -> None:
    assert len(PART.joined(nothing(), tracks(), *SIZE)) == 0
    assert PART.covers(NOBODY).tolist() == []


def test_what_comes_and_goes_is_looked_at_again_a_few_times_in_a_row() -> None:
    second, flicker = SecondLooks(), np.array([[220, 130, 260, 230]], np.float32)
    looks = 0
    for at in range(0, 20 * FRAME_US, FRAME_US):
        if at == 0 or any(urgency >= 1 for urgency in second.urgencies(at)):
            second.looked(None, flicker, at)
            looks += 1
    assert looks == MOST_RETRIES + 1
    assert len(second.boxes) == 0


def test_a_look_elsewhere_does_not_answer_it() -> None:
    second, flicker = SecondLooks(), np.array([[500, 30, 540, 80]], np.float32)
    second.looked(None, flicker, 0)
    second.looked(PART, NOBODY, FRAME_US)
    assert second.boxes.tolist() == flicker.tolist()
    assert second.urgencies(2 * FRAME_US)[0] >= 2
    second.looked(None, NOBODY, 2 * FRAME_US)
    assert second.urgencies(3 * FRAME_US) == []
