"""Incidents beside the labelled ones: found, missed, doubled, false."""

import numpy as np

from tests.training.test_boxes import boxes
from training.evaluation.incidents import Clock, Incident, incident_scores

CLOCK = Clock(start_us=0, fps=10.0)
S = 1_000_000
TRUTH = boxes(*((frame, 1, 0.0, 1) for frame in range(1, 101)), *((frame, 2, 200.0, 1) for frame in range(1, 101)))
FIRST = Incident("zone", 1, 1 * S, 2 * S, 5 * S)


def test_an_incident_of_the_same_object_is_found() -> None:
    tracks = boxes(*((frame, 77, 1.0, 1) for frame in range(1, 101)))
    found = incident_scores([Incident("zone", 77, 2 * S, 3 * S, 5 * S)], tracks, [FIRST], TRUTH, CLOCK)
    assert (found.matched, found.false, found.duplicates, found.recall, found.precision) == (1, 0, 0, 1.0, 1.0)
    assert found.detect_s == (2.0,)


def test_another_object_rule_or_time_is_false() -> None:
    tracks = boxes(*((frame, 77, 200.0, 1) for frame in range(1, 101)))
    for other in (
        Incident("zone", 77, 1 * S, 2 * S, 5 * S),
        Incident("fence", 1, 1 * S, 2 * S, 5 * S),
        Incident("zone", 1, 8 * S, 9 * S, 10 * S),
    ):
        found = incident_scores([other], tracks, [FIRST], TRUTH, CLOCK)
        assert (found.matched, found.false, found.recall, found.precision) == (0, 1, 0.0, 0.0)


def test_a_second_incident_of_one_episode_is_a_duplicate() -> None:
    tracks = boxes(*((frame, 7 if frame < 30 else 8, 1.0, 1) for frame in range(1, 101)))
    halves = [Incident("zone", 7, 1 * S, 2 * S, 3 * S), Incident("zone", 8, 3 * S, 4 * S, 5 * S)]
    found = incident_scores(halves, tracks, [FIRST], TRUTH, CLOCK)
    assert (found.matched, found.duplicates, found.false) == (1, 1, 0)


def test_without_incidents_nothing_is_missed() -> None:
    found = incident_scores([], TRUTH.pick(np.zeros(len(TRUTH), np.bool_)), [], TRUTH, CLOCK)
    assert (found.recall, found.precision, found.detect_s) == (1.0, 1.0, ())
