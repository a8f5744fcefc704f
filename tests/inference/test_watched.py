"""Gaps of watching and their reasons: tables of times in seconds."""

import pytest

from domain.contracts.observations import GapReason
from inference.watched import Because, Interval, explained, extended, gaps, least_gap_us

S = 1_000_000
FROZEN, DOWN, LOST, NONE = (
    GapReason.FROZEN,
    GapReason.PROCESS_DOWN,
    GapReason.RECONNECTING,
    GapReason.NO_FRAMES,
)


def us(*intervals: tuple[float, float]) -> list[Interval]:
    return [(round(a * S), round(b * S)) for a, b in intervals]


@pytest.mark.parametrize(
    ("spans", "known_s", "expected"),
    [
        ([(0, 60)], 60.5, []),
        ([], 65, [(0, 60)]),
        ([(-5, 70)], 75, []),
        ([(0.5, 59)], 60.9, []),  # it takes a moment, and the next frame may be on its way
        ([(0, 10), (30, 60)], 60.5, [(10, 30)]),
        ([(0, 10), (11.9, 60)], 60.5, []),  # shorter than the least gap
        ([(-9, -1), (1.5, 60)], 60.5, [(0, 1.5)]),  # a pause over the border of the minute
        ([(-9, -1), (0.5, 60)], 60.5, []),
        ([(0, 58.5), (61, 62)], 65, [(58.5, 60)]),
        ([(0, 40)], 65, [(40, 60)]),
        ([(20, 30), (5, 25), (28, 60)], 60.5, [(0, 5)]),  # a clock that was set back
        ([(-20, -10)], 65, [(0, 60)]),
        ([(70, 80)], 85, [(0, 60)]),
    ],
)
def test_gaps_of_a_minute(
    spans: list[tuple[float, float]], known_s: float, expected: list[tuple[float, float]]
) -> None:
    assert gaps(us(*spans), (0, 60 * S), round(known_s * S), 2 * S) == us(*expected)


@pytest.mark.parametrize(("fps", "seconds"), [(10.0, 2.0), (25.0, 2.0), (1.0, 3.0), (0.2, 15.0)])
def test_a_slow_camera_has_longer_pauses(fps: float, seconds: float) -> None:
    assert least_gap_us(fps) == seconds * S


def test_frames_close_together_are_one_span() -> None:
    spans: list[Interval] = []
    for at_s in (0.0, 0.5, 1.5, 2.6, 3.0, 2.9):
        extended(spans, round(at_s * S))
    assert spans == us((0, 1.5), (2.6, 3), (2.9, 2.9))


@pytest.mark.parametrize(
    ("because", "expected"),
    [
        ([], [(10, 40, NONE)]),
        ([(0, 60, FROZEN)], [(10, 40, FROZEN)]),
        ([(12, 22, FROZEN), (22, 38, LOST)], [(10, 22, FROZEN), (22, 40, LOST)]),  # noticed late, over early
        ([(30, 35, DOWN), (12, 45, FROZEN)], [(10, 30, FROZEN), (30, 35, DOWN), (35, 40, FROZEN)]),
        ([(20, 45, FROZEN)], [(10, 20, NONE), (20, 40, FROZEN)]),  # too long before to be the same
        ([(12, 30, LOST)], [(10, 30, LOST), (30, 40, NONE)]),  # too long after
        ([(0, 15, DOWN), (15, 60, DOWN)], [(10, 40, DOWN)]),
    ],
)
def test_a_gap_is_told_in_pieces(
    because: list[tuple[int, int, GapReason]], expected: list[tuple[int, int, GapReason]]
) -> None:
    told = explained((10 * S, 40 * S), [Because(a * S, b * S, r) for a, b, r in because], NONE)
    assert told == [Because(a * S, b * S, r) for a, b, r in expected]
