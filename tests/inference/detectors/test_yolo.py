"""Decoding of raw YOLO outputs, on arrays small enough to check by eye."""

import numpy as np
import pytest

from inference.coco import NOT_OURS
from inference.detections import Detections, Floats, sound
from inference.detectors.yolo import decode, kept
from inference.overlap import iou

PERSON, CAR = 1, 3
CODES = np.array([PERSON, NOT_OURS, CAR], np.uint8)


def raw(*anchors: tuple[float, ...]) -> Floats:
    """One column per anchor: centre x, centre y, width, height, then the three scores."""
    return np.array(anchors, np.float32).T


@pytest.mark.parametrize(
    ("anchors", "expected"),
    [
        # nothing is sure enough
        ([(50, 50, 20, 40, 0.2, 0.0, 0.0)], []),
        # one person
        ([(50, 50, 20, 40, 0.9, 0.0, 0.0)], [(PERSON, 0.9, (40, 30, 60, 70))]),
        # exactly at the threshold counts
        ([(50, 50, 20, 40, 0.25, 0.0, 0.0)], [(PERSON, 0.25, (40, 30, 60, 70))]),
        # the best class is none of ours: not a person, although its score would do
        ([(50, 50, 20, 40, 0.4, 0.6, 0.0)], []),
        # the same person twice: the better box stays
        ([(50, 50, 20, 40, 0.6, 0.0, 0.0), (51, 50, 20, 40, 0.9, 0.0, 0.0)], [(PERSON, 0.9, (41, 30, 61, 70))]),
        # a person in front of a car: both stay
        (
            [(50, 50, 20, 40, 0.6, 0.0, 0.0), (50, 50, 20, 40, 0.0, 0.0, 0.9)],
            [(CAR, 0.9, (40, 30, 60, 70)), (PERSON, 0.6, (40, 30, 60, 70))],
        ),
        # two persons side by side, best first
        (
            [(50, 50, 20, 40, 0.5, 0.0, 0.0), (70, 50, 20, 40, 0.8, 0.0, 0.0)],
            [(PERSON, 0.8, (60, 30, 80, 70)), (PERSON, 0.5, (40, 30, 60, 70))],
        ),
    ],
)
def test_boxes_are_decoded(
    anchors: list[tuple[float, ...]], expected: list[tuple[int, float, tuple[float, ...]]]
) -> None:
    found = decode(raw(*anchors), CODES, min_score=0.25, max_iou=0.5)
    seen = [
        (int(code), round(float(score), 4), tuple(box.tolist()))
        for code, score, box in zip(found.codes, found.scores, found.boxes, strict=True)
    ]
    assert seen == expected


def test_what_a_suppressed_box_overlaps_may_stay() -> None:
    """Of three in a row that overlap their neighbours, the middle one goes and the outer ones stay."""
    row = np.array([[0, 0, 10, 10], [4, 0, 14, 10], [8, 0, 18, 10]], np.float32)
    found = Detections(row, np.array([0.9, 0.8, 0.7], np.float32), np.full(3, PERSON, np.uint8))
    assert kept(found, max_iou=0.3).tolist() == [0, 2]


def test_a_flood_of_candidates_is_cut_to_the_best() -> None:
    many = np.zeros((7, 5000), np.float32)
    many[0] = np.arange(5000) * 50
    many[1:4] = 20
    many[4] = np.linspace(0.3, 0.9, 5000)
    found = decode(many, CODES, min_score=0.25, max_iou=0.5)
    assert len(found) == 1000
    assert found.scores[0] == pytest.approx(0.9)


def test_what_is_not_a_number_is_passed_on_to_be_counted() -> None:
    broken = raw((50, 50, 20, 40, np.nan, 0.0, 0.0), (90, 50, np.inf, 40, 0.9, 0.0, 0.0))
    found, dropped = sound(decode(broken, CODES, min_score=0.25, max_iou=0.5), 640, 360, 300)
    assert len(found) == 0
    assert dropped == {"not_finite": 2}


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0, 0, 10, 10), (0, 0, 10, 10), 1.0),  # the same
        ((0, 0, 10, 10), (10, 0, 20, 10), 0.0),  # side by side
        ((0, 0, 10, 10), (5, 0, 15, 10), 1 / 3),  # half
        ((0, 0, 10, 10), (2, 2, 7, 7), 0.25),  # inside
        ((5, 5, 5, 5), (5, 5, 5, 5), 0.0),  # no area
    ],
)
def test_intersection_over_union(a: tuple[float, ...], b: tuple[float, ...], expected: float) -> None:
    assert iou(np.array([a], np.float32), np.array([b], np.float32))[0, 0] == pytest.approx(expected)
