"""Moments as a person names them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.inquiry.errors import QuestionRefused
from domain.inquiry.moments import moment

BERLIN, MOSCOW = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "tz", "expected"),
    [
        ("2026-11-01T12:00", MOSCOW, "2026-11-01T09:00+00:00"),  # the plant's clocks
        ("2026-11-01T12:00+00:00", MOSCOW, "2026-11-01T12:00+00:00"),  # an offset says otherwise
        ("2026-11-01", MOSCOW, "2026-11-01T21:00+00:00"),  # all of the day
        ("2026-11-21", MOSCOW, "2026-11-21T12:00+00:00"),  # today, up to now
        ("2026-10-25", BERLIN, "2026-10-25T23:00+00:00"),  # a day of 25 hours ends at its midnight
        ("2026-03-29", BERLIN, "2026-03-29T22:00+00:00"),  # a day of 23 hours
        ("2026-10-25T02:30", BERLIN, "2026-10-25T01:30+00:00"),  # the second of two
        ("2026-03-29T03:00", BERLIN, "2026-03-29T01:00+00:00"),  # right after the gap
    ],
)
def test_a_moment(text: str, tz: ZoneInfo, expected: str) -> None:
    assert moment(text, tz, NOW) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "2026-02-30", "2026-11-01T25:00", "9999-12-31"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(QuestionRefused, match="is no time such as"):
        moment(text, MOSCOW, NOW)


@pytest.mark.parametrize("text", ["2026-03-29T02:00", "2026-03-29T02:30"])
def test_a_wall_time_that_spring_leaves_out_is_refused(text: str) -> None:
    with pytest.raises(QuestionRefused, match="put forward"):
        moment(text, BERLIN, NOW)
