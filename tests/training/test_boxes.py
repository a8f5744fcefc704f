"""Scores of boxes and tracks, on arrays whose right answer can be counted by hand."""

import numpy as np
import pytest

from training.evaluation.boxes import detection_scores, mistakes, precision_curve, track_scores
from training.evaluation.dataset import Boxes


def boxes(*rows: tuple[int, int, float, float]) -> Boxes:
    """Squares of 10 pixels: (frame, id, left edge, score)."""
    table = sorted(rows)
    return Boxes(
        np.array([row[0] for row in table], np.int64),
        np.array([row[1] for row in table], np.int64),
        np.array([[row[2], 0.0, row[2] + 10.0, 10.0] for row in table]).reshape(-1, 4),
        np.array([row[3] for row in table], np.float64),
    )


TRUTH = boxes((1, 1, 0, 1), (1, 2, 100, 1), (2, 1, 2, 1), (2, 2, 102, 1))


def test_the_truth_scores_one() -> None:
    found = detection_scores(TRUTH, TRUTH, at=0.5)
    assert (found.ap50, found.f1, found.precision, found.recall) == (1.0, 1.0, 1.0, 1.0)
    tracks = track_scores(TRUTH, TRUTH, frames=2)
    assert (tracks.hota, tracks.det_a, tracks.idf1) == pytest.approx((1.0, 1.0, 1.0))
    assert tracks.tracks == 2


def test_nothing_found_scores_nothing() -> None:
    found = detection_scores(boxes(), TRUTH, at=0.5)
    assert (found.ap50, found.f1, found.precision, found.recall) == (0.0, 0.0, 0.0, 0.0)
    assert track_scores(boxes(), TRUTH, frames=2).hota == 0.0


def test_average_precision_is_the_area_under_the_curve() -> None:
    seen = boxes((1, 0, 0, 0.9), (1, 0, 50, 0.8), (2, 0, 2, 0.7))
    # right, wrong, right of four: precision 1 up to recall 1/4, then 2/3 up to 1/2
    assert detection_scores(seen, TRUTH, at=0.1).ap50 == pytest.approx(0.25 * 1 + 0.25 * 2 / 3)


def test_a_second_box_on_the_same_object_is_wrong() -> None:
    seen = boxes((1, 0, 0, 0.9), (1, 0, 1, 0.8))
    found = detection_scores(seen, TRUTH, at=0.5)
    assert (found.precision, found.recall) == (0.5, 0.25)


def test_the_fixed_confidence_leaves_weak_boxes_out_of_f1_only() -> None:
    seen = boxes((1, 0, 0, 0.9), (1, 0, 100, 0.3))
    assert detection_scores(seen, TRUTH, at=0.5).f1 == pytest.approx(2 * 1 / (1 + 4))
    assert detection_scores(seen, TRUTH, at=0.5).ap50 == 0.5


def test_too_little_overlap_is_a_miss() -> None:
    assert detection_scores(boxes((1, 0, 5, 0.9)), TRUTH, at=0.5).recall == 0.0
    assert detection_scores(boxes((1, 0, 3, 0.9)), TRUTH, at=0.5).recall == 0.25


def test_swapped_identities_cost_identity_and_not_detection() -> None:
    swapped = boxes((1, 7, 0, 1), (1, 8, 100, 1), (2, 8, 2, 1), (2, 7, 102, 1))
    tracks = track_scores(swapped, TRUTH, frames=2)
    assert tracks.det_a == pytest.approx(1.0)
    assert tracks.idf1 == pytest.approx(0.5)
    assert tracks.hota < 0.8


def test_mistakes_are_what_was_made_up_and_what_was_missed() -> None:
    truth = boxes((1, 1, 0.0, 1), (2, 1, 0.0, 1), (2, 2, 300.0, 1))
    found = boxes((1, 0, 1.0, 0.9), (1, 0, 200.0, 0.6), (2, 0, 500.0, 0.8), (2, 0, 0.0, 0.2))
    made = mistakes(found, truth, 0.5)
    assert made.false.scores.tolist() == [0.8, 0.6]
    assert sorted(zip(made.missed.frames.tolist(), made.missed.ids.tolist(), strict=True)) == [(2, 1), (2, 2)]
    assert len(mistakes(found, truth, 0.1).missed) == 1


def test_the_curve_falls_from_the_surest_detection_to_all() -> None:
    truth = boxes((1, 1, 0.0, 1), (2, 1, 0.0, 1))
    curve = precision_curve(boxes((1, 0, 0.0, 0.9), (2, 0, 400.0, 0.7), (2, 0, 0.0, 0.5)), truth)
    assert curve.recall.tolist() == [0.5, 0.5, 1.0]
    assert curve.precision.tolist() == [1.0, 0.5, pytest.approx(2 / 3)]
