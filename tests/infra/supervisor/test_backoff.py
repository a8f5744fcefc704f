"""A child that keeps dying is started ever more rarely; one that was healthy starts afresh."""

import random

import pytest

from infra.supervisor.backoff import Backoff


def _steps(lives_s: list[float]) -> list[float]:
    backoff = Backoff(first_s=0.2, most_s=30.0, healthy_s=60.0, chance=random.Random(1))
    return [backoff.after_death(lived_s) for lived_s in lives_s]


@pytest.mark.parametrize(
    ("deaths", "least_s", "most_s"),
    [(1, 0.1, 0.2), (2, 0.2, 0.4), (5, 1.6, 3.2), (9, 15.0, 30.0), (500, 15.0, 30.0)],
)
def test_pauses_double_up_to_half_a_minute(deaths: int, least_s: float, most_s: float) -> None:
    assert least_s <= _steps([0.0] * deaths)[-1] <= most_s


def test_a_minute_of_health_starts_afresh() -> None:
    assert _steps([0.0] * 10 + [60.0])[-1] <= 0.2


def test_pauses_differ_so_that_children_do_not_start_together() -> None:
    assert len({round(Backoff().after_death(0), 6) for _ in range(20)}) > 1
