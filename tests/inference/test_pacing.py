"""Who gets the detector when it is wanted by too many."""

from collections import Counter

import pytest

from inference.pacing import MOST_STRETCH, PATIENCE_US, FairShare, Load, Reason

SECOND = 1_000_000
FRAME = 100_000


def test_a_free_place_goes_to_the_most_overdue_and_is_never_kept_free() -> None:
    share = FairShare()
    assert share.grant(0) is None
    assert share.ask("a", 2.0, 0)
    assert share.ask("b", 3.0, 0)
    assert [share.grant(0), share.grant(0), share.grant(0)] == ["b", "a", None]


def test_a_frame_that_waited_in_vain_is_given_up_and_its_wait_is_remembered() -> None:
    share = FairShare()
    share.ask("a", 2.0, 0)
    assert share.give_up(PATIENCE_US - 1) == []
    assert share.give_up(PATIENCE_US) == ["a"]
    assert share.grant(PATIENCE_US) is None
    share.ask("a", 3.0, FRAME)
    assert share.grant(2 * FRAME) == "a"
    assert share.taken() == (1, 0.2)
    assert share.taken() == (0, 0.0)


def test_who_wants_nothing_any_more_has_not_waited() -> None:
    share = FairShare()
    share.ask("a", 2.0, 0)
    share.give_up(FRAME)
    assert not share.ask("a", 0.5, FRAME)
    share.ask("a", 1.0, 9 * FRAME)
    share.grant(9 * FRAME)
    assert share.taken() == (1, 0.0)


def test_a_camera_that_went_away_waits_for_nothing() -> None:
    share = FairShare()
    share.ask("gone", 9.0, 0)
    share.forget("gone")
    assert share.grant(0) is None
    assert share.give_up(SECOND) == []


def test_C14_nobody_starves_and_all_get_alike_under_threefold_overload() -> None:
    """Twelve cameras ask twice a second each for a detector that does eight runs a second; frames come in phase."""
    share, runs, stretches = FairShare(), Counter[str](), []
    looked = {f"camera-{number}": 0 for number in range(12)}
    for tick in range(1, 1200):
        now = tick * FRAME
        share.give_up(now)
        for camera, at in looked.items():
            share.ask(camera, (now - at) / SECOND / Reason.EQUIPMENT.interval_s, now)
        if tick % 5 in {0, 1, 2, 3} and (granted := share.grant(now)):
            looked[granted] = now
            runs[granted] += tick > 600
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


def test_below_the_stretched_interval_nothing_is_due() -> None:
    share = FairShare()
    for _ in range(8):
        share.adapt(Load(0.4, lag_s=0.05))
    assert not share.ask("a", 1.5, 0)
    assert share.ask("a", share.stretch, 0)
