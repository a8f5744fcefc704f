"""Whether false alarms became more frequent: only what is sure, and nothing from too little."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from gateway.false_alarms import FalseAlarms, JudgedDay, judged

TODAY = date(2026, 3, 20)


def days(first_ago: int, counts: Sequence[tuple[int, int]]) -> list[JudgedDay]:
    """counts   false alarms and judged incidents of one day after the other, the first so many days ago"""
    return [JudgedDay(TODAY - timedelta(days=first_ago - i), *each) for i, each in enumerate(counts)]


USUAL = days(40, [(1, 10)] * 30)
"""A tenth, over a month."""


def found(newest: Sequence[tuple[int, int]], before: list[JudgedDay] = USUAL) -> FalseAlarms:
    return judged([*before, *days(6, newest)], TODAY)


@pytest.mark.parametrize(
    ("newest", "rising"),
    [
        ([(1, 10)] * 7, False),  # as ever
        ([(2, 10)] * 7, False),  # a fifth of seventy: chance
        ([(4, 10)] * 7, True),
        ([(5, 9), (5, 9), (5, 9)], True),
        ([(20, 25), (0, 5), (0, 5)], False),  # one bad night
        ([(3, 3), (3, 3), (3, 3)], False),  # nine are too few to say
        ([(4, 4), (4, 4), (4, 4)], True),
        ([(0, 10)] * 7, False),
        ([], False),
    ],
)
def test_a_rise_is_told_when_it_is_sure(newest: Sequence[tuple[int, int]], rising: bool) -> None:
    assert found(newest).rising is rising


def test_the_figures() -> None:
    answer = found([(4, 10)] * 5)
    assert answer.chance == pytest.approx(7.275920897993175e-07)  # scipy.stats.fisher_exact, alternative="greater"
    assert answer == FalseAlarms(50, 0.4, 300, 0.1, answer.chance, rising=True)


@pytest.mark.parametrize("before", [[], days(40, [(0, 1)] * 29)])
def test_nothing_is_compared_with_too_short_a_past(before: list[JudgedDay]) -> None:
    answer = found([(9, 9)] * 7, before)
    assert (answer.rising, answer.chance, answer.share) == (False, None, 1.0)


def test_what_is_older_than_nine_weeks_is_past() -> None:
    old = days(90, [(0, 10)] * 20)
    assert judged([*old, *USUAL], TODAY).past_judged == 300


def test_many_quiet_cameras_warn_of_almost_nothing() -> None:
    """A thousand cameras whose share is a fifth for ever, by a fixed dice."""
    state, warned = 7, 0
    for _ in range(1000):
        counts: list[tuple[int, int]] = []
        for _ in range(60):
            false = 0
            for _ in range(5):
                state = (1103515245 * state + 12345) % 2**31
                false += state / 2**31 < 0.2
            counts.append((false, 5))
        warned += judged(days(59, counts), TODAY).rising
    assert warned <= 3
