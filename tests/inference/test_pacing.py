"""When the detector looks, and who gets it when it is wanted by too many."""

import math
from collections import Counter
from itertools import pairwise

import pytest

from inference.pacing import CALM_S, LONGEST_S, MOST_STRETCH, CameraPace, FairShare, Load, Reason

SECOND = 1_000_000
FRAME = 100_000


def test_the_first_frame_goes_to_the_detector_and_so_does_one_of_a_clock_that_was_set_back() -> None:
    pace = CameraPace()
    assert pace.urgency([Reason.QUIET], 10 * SECOND) == math.inf
    pace.ran(10 * SECOND, found_more=False)
    assert pace.urgency([Reason.QUIET], 9 * SECOND) == math.inf


@pytest.mark.parametrize("reason", [Reason.UNCERTAIN, Reason.MOVING, Reason.STANDING, Reason.QUIET])
def test_a_run_is_due_after_its_interval_and_not_before(reason: Reason) -> None:
    pace = CameraPace()
    pace.ran(0, found_more=False)
    due = round(reason.interval_s * SECOND)
    assert pace.urgency([reason], due) >= 1
    assert pace.urgency([reason], due - FRAME) < 1


def test_motion_in_which_nothing_is_found_is_looked_at_ever_more_rarely_but_never_left_alone() -> None:
    pace, runs = CameraPace(), []
    for at in range(0, 20 * SECOND, FRAME):
        if pace.urgency([Reason.APPEARED], at) >= 1:
            pace.ran(at, found_more=False)
            runs.append(at)
    gaps = [later - earlier for earlier, later in pairwise(runs)]
    assert gaps == sorted(gaps)
    assert gaps[0] <= 2 * FRAME
    assert gaps[-1] == pytest.approx(CALM_S * SECOND, abs=FRAME)


def test_who_appears_after_a_false_alarm_is_looked_at_soon_again() -> None:
    pace = CameraPace()
    for at in range(0, 10 * SECOND, FRAME):
        if pace.urgency([Reason.APPEARED], at) >= 1:
            pace.ran(at, found_more=False)
    pace.urgency([Reason.APPEARED], 12 * SECOND)
    pace.ran(12 * SECOND, found_more=True)
    assert pace.urgency([Reason.APPEARED], 12 * SECOND + FRAME) >= 1


def test_no_overload_keeps_a_camera_from_its_look_for_long() -> None:
    share, pace = FairShare(), CameraPace()
    for _ in range(50):
        share.adapt(Load(9.0, lag_s=2.0))
    pace.ran(0, found_more=False)
    assert not share.grant("a", pace.urgency([Reason.QUIET], round((LONGEST_S - 0.5) * SECOND)), 1, 0)
    assert not share.grant("busier", 20.0, 0, 0)
    assert share.grant("a", pace.urgency([Reason.QUIET], round(LONGEST_S * SECOND)), 1, 0)


def test_places_are_kept_for_those_who_waited_longer() -> None:
    share = FairShare()
    assert not share.grant("a", 3.0, 0, 0)
    assert not share.grant("b", 2.0, 1, 0)  # the one place is for a
    assert share.grant("b", 2.0, 2, 0)
    assert share.grant("a", 3.1, 1, 0)
    assert share.grant("b", 2.0, 1, 0)


def test_a_camera_that_went_away_holds_no_place() -> None:
    share = FairShare()
    assert not share.grant("gone", 9.0, 0, 0)
    assert not share.grant("b", 2.0, 1, 400_000)
    assert share.grant("b", 2.0, 1, 600_000)


def test_nobody_starves_and_all_get_alike_under_threefold_overload() -> None:
    """Twelve cameras ask twice a second each for a detector that does eight runs a second; frames come in phase."""
    share, runs, stretches = FairShare(), Counter[str](), []
    paces = {f"camera-{number}": CameraPace() for number in range(12)}
    for pace in paces.values():
        pace.ran(0, found_more=False)
    for tick in range(1, 1200):
        now, free = tick * FRAME, int(tick % 5 in {0, 1, 2, 3})
        for camera, pace in paces.items():
            if share.grant(camera, pace.urgency([Reason.MOVING], now), free, now):
                free -= 1
                pace.ran(now, found_more=False)
                runs[camera] += tick > 600
        if tick % 5 == 0:
            share.adapt(Load(share.taken()[1], lag_s=0.05))
            stretches.append(share.stretch)
    assert sum(runs.values()) == pytest.approx(480, rel=0.15)
    assert min(runs.values()) >= 0.7 * max(runs.values())
    assert stretches[-1] > 1.2


def test_late_frames_stretch_the_intervals_up_to_a_limit_and_ease_gives_them_back() -> None:
    share = FairShare()
    for _ in range(30):
        share.adapt(Load(0.0, lag_s=0.8))
    assert share.stretch == MOST_STRETCH
    share.adapt(Load(0.0, lag_s=0.2))
    assert share.stretch == MOST_STRETCH
    for _ in range(60):
        share.adapt(Load(0.0, lag_s=0.05))
    assert share.stretch == 1.0


def test_below_the_stretched_interval_nothing_is_granted() -> None:
    share = FairShare()
    for _ in range(8):
        share.adapt(Load(0.4, lag_s=0.05))
    assert not share.grant("a", 1.5, 3, 0)
    assert share.grant("a", share.stretch, 3, 0)
