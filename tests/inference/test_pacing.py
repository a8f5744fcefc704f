"""Who gets the detector when it is wanted by too many."""

from collections import Counter

import pytest

from inference.pacing import MOST_STRETCH, FairShare, Load, Reason

SECOND = 1_000_000
FRAME = 100_000


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


def test_C14_nobody_starves_and_all_get_alike_under_threefold_overload() -> None:
    """Twelve cameras ask twice a second each for a detector that does eight runs a second; frames come in phase."""
    share, runs, stretches = FairShare(), Counter[str](), []
    looked = {f"camera-{number}": 0 for number in range(12)}
    for tick in range(1, 1200):
        now, free = tick * FRAME, int(tick % 5 in {0, 1, 2, 3})
        for camera, at in looked.items():
            if share.grant(camera, (now - at) / SECOND / Reason.MOVING.interval_s, free, now):
                free -= 1
                looked[camera] = now
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
