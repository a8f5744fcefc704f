"""How the score came about, against the live fold of the rules over the same frames."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time

from domain.contracts.detections import FrameAnalysed
from domain.contracts.events import IncidentOpened
from domain.contracts.passport import Threshold
from domain.contracts.plant import Schedule, Thresholds, Window
from domain.inquiry.scoring import Judged, judged, models_of, score_path, seen
from domain.rules.engine import CameraState, Opening, Raise, observe
from domain.rules.hits import ActiveRule
from tests.domain.inquiry.told import History, given
from tests.domain.samples import DETECTOR, LEFT_HALF, OUTSIDE, PPE, danger_rule, frame, person, second, zone

RULE = replace(danger_rule(dwell_s=0.5, gap_s=1.0), thresholds=Thresholds(0.4, 0.7))
PLANT = given((-59.0, zone()), (-58.0, RULE))
Numbered = list[tuple[int, FrameAnalysed]]


def walk(scores: Sequence[float | None], step_s: float = 0.1) -> Numbered:
    """One person in the zone with these scores of the detector; None: stands outside of it."""
    frames = [
        frame(n * step_s, person(score=0.9, box=OUTSIDE) if score is None else person(score=score))
        for n, score in enumerate(scores)
    ]
    return list(enumerate(frames, 100))


def live(frames: Numbered) -> tuple[IncidentOpened, list[Raise]]:
    """What the service finds in the frames."""
    state, found = CameraState(), []
    for sequence, one in frames:
        state, findings = observe(state, one, sequence, [ActiveRule(RULE, LEFT_HALF, 1)])
        found += findings
    [opened] = [finding.opened for finding in found if isinstance(finding, Opening)]
    return opened, [finding for finding in found if isinstance(finding, Raise)]


def judge(frames: Numbered, opened: IncidentOpened, plant: History = PLANT) -> list[Judged]:
    return judged(frames, opened, plant.around(), before=10)


def test_the_score_is_derived_anew_as_it_was_recorded() -> None:
    frames = walk([0.3, 0.5, None, 0.6, 0.7, 0.9, 0.9, 0.95, None, 0.99, 0.99])
    opened, raises = live(frames)
    path = score_path(judge(frames, opened), opened)
    assert (path.score, path.repeats) == (opened.score, True)
    by_sequence = {point.sequence: point.score for point in path.points}
    assert raises
    assert [by_sequence[each.detections_to] for each in raises] == [each.score for each in raises]
    assert path.total == len(path.points) == len(frames)


def test_a_score_that_was_recorded_otherwise_is_told() -> None:
    frames = walk([0.8] * 10)
    opened, _ = live(frames)
    assert score_path(judge(frames, opened), replace(opened, score=0.81)).repeats is False


def test_thresholds_are_crossed_up_and_down() -> None:
    frames = walk([0.3, 0.3, 0.9, 0.99, 0.99, 0.99, 0.99, *([None] * 5), 0.99, 0.99])
    opened, _ = live([*frames[:7]])
    path = score_path(judge(frames, opened), opened)
    found = [(crossing.threshold, crossing.upwards) for crossing in path.crossings]
    assert found[:2] == [(Threshold.MIN, True), (Threshold.MAX, True)]
    assert (Threshold.MAX, False) in found
    for crossing in path.crossings:
        bound = 0.4 if crossing.threshold is Threshold.MIN else 0.7
        assert (crossing.score >= bound) is crossing.upwards


def test_a_first_frame_above_both_thresholds_crosses_both_in_their_order() -> None:
    frames = walk([0.95] * 10)
    opened, _ = live(frames)
    crossings = score_path(judge(frames, opened), opened).crossings
    assert [(each.threshold, each.sequence) for each in crossings] == [(Threshold.MIN, 100), (Threshold.MAX, 100)]


def test_the_path_ends_with_the_episode() -> None:
    """The track comes back after the gap: that would be another incident."""
    frames = walk([0.8] * 10)
    late = [(200 + n, frame(10 + n / 10, person(score=0.8))) for n in range(5)]
    opened, _ = live(frames)
    assert score_path(judge([*frames, *late], opened), opened).total == 10


def test_frames_before_the_first_hit_and_other_tracks_do_not_count() -> None:
    frames = walk([None, None, *([0.8] * 8)])
    crowd = [(n, replace(one, tracks=(*one.tracks, person(score=0.1, n=5)))) for n, one in frames]
    opened, _ = live(frames)
    found = judge(crowd, opened)
    assert score_path(found, opened).repeats
    assert [seen(each).others for each in found] == [1] * 10
    track = seen(found[0]).seen
    assert track is not None
    assert (track.hit, track.box) == (0.0, OUTSIDE)


def test_a_frame_without_the_track_is_shown_without_it() -> None:
    frames = walk([0.8] * 6)
    opened, _ = live(frames)
    empty = (200, frame(0.7, until_s=0.9))
    shown = seen(judge([*frames, empty], opened)[-1])
    assert (shown.seen, shown.others, shown.frames, shown.sequence) == (None, 0, 2, 200)


def test_without_the_rule_there_is_no_path_and_the_frames_are_shown() -> None:
    frames = walk([0.8] * 6)
    opened, _ = live(frames)
    found = judge(frames, opened, given())
    path = score_path(found, opened)
    assert (path.points, path.score, path.repeats) == ((), None, None)
    track = seen(found[0]).seen
    assert track is not None
    assert track.hit is None


def test_outside_of_the_rules_schedule_there_is_no_hit() -> None:
    frames = walk([0.8] * 6)
    opened, _ = live(frames)
    at_night = replace(RULE, schedule=Schedule("UTC", (Window((0,), time(22), time(6)),)))  # T0 is a Monday, 09:00
    found = judge(frames, opened, given((-59.0, zone()), (-58.0, at_night)))
    assert [each.hit for each in found] == [None] * 6


def test_a_rule_changed_for_the_past_afterwards_does_not_change_the_path() -> None:
    frames = walk([0.8] * 10)
    opened, _ = live(frames)
    backdated = replace(RULE, rule_version=2, object_classes=(), effective_from=second(0))
    plant = given((-59.0, zone()), (-58.0, RULE), *[(100.0 + n, backdated) for n in range(12)])
    assert score_path(judged(frames, opened, plant.around(), before=3), opened).repeats
    assert score_path(judged(frames, opened, plant.around(), before=99), opened).repeats is None


def test_a_long_path_is_thinned() -> None:
    frames = walk([0.8] * 2500)
    opened, _ = live(frames)
    path = score_path(judge(frames, opened), opened)
    assert (path.total, len(path.points)) == (2500, 834)


def test_all_models_that_looked_are_named_the_deciding_one_first() -> None:
    frames = walk([0.8] * 6)
    opened, _ = live(frames)
    assert models_of(judge(frames, opened), opened) == (DETECTOR, PPE)
    assert models_of([], opened) == (DETECTOR,)
