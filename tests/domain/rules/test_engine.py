"""Scenes on small arrays: frames and rules in, findings out."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contracts.detections import FrameAnalysed, ObjectClass
from domain.contracts.plant import Schedule, Window
from domain.rules.engine import CameraState, Closing, Finding, Opening, Raise, observe
from domain.rules.hits import ActiveRule
from tests.domain.samples import INSIDE, LEFT_HALF, OUTSIDE, TRACK, danger_rule, frame, helmet_rule, person, second

DANGER_RULES = (ActiveRule(danger_rule(), LEFT_HALF, 1),)
HELMET_RULES = (ActiveRule(helmet_rule()),)


def seen(frames: Iterable[FrameAnalysed], rules: Sequence[ActiveRule]) -> list[Finding]:
    state, findings = CameraState(), []
    for sequence, one in enumerate(frames, start=1):
        state, found = observe(state, one, sequence, rules)
        findings += found
    return findings


def stay(since: float, until: float, *tracks: object, fps: int = 10) -> list[FrameAnalysed]:
    steps = range(round((until - since) * fps) + 1)
    return [frame(since + i / fps, *tracks) for i in steps]  # type: ignore[arg-type]


def test_a_person_who_stays_in_the_zone_opens_one_incident_that_closes() -> None:
    findings = seen([*stay(0, 3, person()), frame(5.1)], DANGER_RULES)
    opening, closing = findings
    assert isinstance(opening, Opening)
    assert isinstance(closing, Closing)
    assert (opening.opened.first_seen, opening.opened.opened_at) == (second(0), second(1))
    assert (opening.opened.detections_from, opening.opened.detections_to) == (1, 11)
    assert (opening.opened.track_id, opening.opened.zone_version) == (TRACK, 1)
    assert opening.opened.score == pytest.approx(0.8, abs=0.001)
    assert (closing.incident_id, closing.last_seen) == (opening.opened.incident_id, second(3))


def test_a_person_outside_is_nothing() -> None:
    assert seen(stay(0, 5, person(OUTSIDE)), DANGER_RULES) == []


def test_a_head_above_the_zone_is_nothing() -> None:
    upper = (ActiveRule(danger_rule(), ((0.0, 0.0), (1.0, 0.0), (1.0, 0.3), (0.0, 0.3)), 1),)
    assert seen(stay(0, 5, person((0.1, 0.2, 0.2, 0.6))), upper) == []


def test_who_only_passes_is_nothing() -> None:
    assert seen([*stay(0, 0.8, person()), *stay(0.9, 6, person(OUTSIDE))], DANGER_RULES) == []


def test_a_flicker_of_the_detector_does_not_end_the_episode() -> None:
    frames = [*stay(0, 1.5, person()), *stay(1.6, 2.5), *stay(2.6, 4, person()), frame(7)]
    assert [type(f) for f in seen(frames, DANGER_RULES)] == [Opening, Closing]


def test_who_comes_back_after_the_gap_is_a_new_incident() -> None:
    frames = [*stay(0, 2, person()), *stay(10, 12, person()), frame(20)]
    first, closed, again, closed_again = seen(frames, DANGER_RULES)
    assert isinstance(first, Opening)
    assert isinstance(again, Opening)
    assert isinstance(closed, Closing)
    assert isinstance(closed_again, Closing)
    assert first.opened.incident_id != again.opened.incident_id


def test_a_run_of_empty_frames_closes_too() -> None:
    findings = seen([*stay(0, 2, person()), frame(2.1, until_s=9)], DANGER_RULES)
    assert [type(f) for f in findings] == [Opening, Closing]


def test_each_intruder_is_an_incident_of_their_own() -> None:
    findings = seen(stay(0, 2, person(), person(n=1)), DANGER_RULES)
    assert len({f.opened.incident_id for f in findings if isinstance(f, Opening)}) == 2


def test_a_score_that_grows_is_raised_in_steps() -> None:
    frames = [*stay(0, 1.2, person(score=0.5)), *stay(1.3, 12, person(score=0.9))]
    raises = [f for f in seen(frames, DANGER_RULES) if isinstance(f, Raise)]
    assert [round(r.score, 1) for r in raises][:2] == [0.6, 0.6]
    assert raises[-1].score > 0.85
    assert all(b.score - a.score >= 0.05 for a, b in pairwise(raises))


def test_other_classes_do_not_count() -> None:
    dog = replace(person(), object_class=ObjectClass.ANIMAL)
    assert seen(stay(0, 5, dog), DANGER_RULES) == []


def test_a_rule_sleeps_outside_its_schedule() -> None:
    asleep = Schedule("UTC", (Window((6,), time(1), time(2)),))
    rules = (ActiveRule(replace(danger_rule(), schedule=asleep), LEFT_HALF, 1),)
    assert seen(stay(0, 5, person()), rules) == []


def test_a_retired_rule_still_closes_its_incident_under_its_own_version() -> None:
    state, found = CameraState(), []
    for i, one in enumerate([*stay(0, 2, person()), *stay(2.1, 8, person())], start=1):
        state, findings = observe(state, one, i, DANGER_RULES if one.captured_at <= second(2) else ())
        found += findings
    assert [type(f) for f in found] == [Opening, Closing]
    assert state == CameraState()


def test_a_helmet_missing_over_time_opens_an_incident() -> None:
    findings = seen(stay(0, 3, person(helmet=(0.1, 0.9))), HELMET_RULES)
    assert [type(f) for f in findings] == [Opening]
    assert isinstance(findings[0], Opening)
    assert findings[0].opened.model_id == "ppe-baseline"


def test_a_helmet_that_is_there_is_nothing() -> None:
    assert seen(stay(0, 9, person(helmet=(0.9, 0.1))), HELMET_RULES) == []


def test_cannot_tell_is_not_missing() -> None:
    assert seen(stay(0, 9, person()), HELMET_RULES) == []


def test_a_few_wrong_frames_are_outvoted() -> None:
    """One frame in four without a helmet: never an incident from single frames (R47)."""
    frames = [frame(i / 10, person(helmet=(0.1, 0.9) if i % 4 == 0 else (0.9, 0.1))) for i in range(100)]
    assert seen(frames, HELMET_RULES) == []


def test_borderline_samples_lower_the_score() -> None:
    frames = [frame(i / 10, person(helmet=(0.1, 0.9) if i % 3 else (0.9, 0.1))) for i in range(60)]
    opening = seen(frames, HELMET_RULES)[0]
    assert isinstance(opening, Opening)
    assert opening.opened.score == pytest.approx(0.6, abs=0.05)


@given(st.sampled_from([2, 5, 10, 25]))
def test_C9_dwell_counts_time_not_frames(fps: int) -> None:
    opening = seen(stay(0, 4, person(), fps=fps), DANGER_RULES)[0]
    assert isinstance(opening, Opening)
    assert 1.0 <= (opening.opened.opened_at - second(0)).total_seconds() <= 1.0 + 1 / fps + 0.001


@given(st.data())
def test_a_fold_that_is_cut_anywhere_and_repeated_from_there_finds_the_same(data: st.DataObject) -> None:
    boxes = data.draw(st.lists(st.sampled_from([INSIDE, OUTSIDE, None]), min_size=20, max_size=60))
    frames = [frame(i / 5, *([person(box)] if box else [])) for i, box in enumerate(boxes)]
    cut = data.draw(st.integers(0, len(frames) - 1))
    state, states, found = CameraState(), [], []
    for i, one in enumerate(frames, start=1):
        states.append(state)
        state, findings = observe(state, one, i, DANGER_RULES)
        found.append(findings)
    state = states[cut]
    for i, one in list(enumerate(frames, start=1))[cut:]:
        state, findings = observe(state, one, i, DANGER_RULES)
        assert findings == found[i - 1]
