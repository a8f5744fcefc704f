"""Schedules in wall time, over midnight and over daylight-saving changes."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain.contracts.plant import Schedule, Window
from domain.rules.schedule import in_force

ALL_DAYS = tuple(range(7))
NIGHT = Schedule("Europe/Warsaw", (Window(ALL_DAYS, time(22), time(6)),))
WORK = Schedule("Europe/Moscow", (Window((0, 1, 2, 3, 4), time(8), time(17)),))
FRIDAY_NIGHT = Schedule("UTC", (Window((4,), time(22), time(6)),))


def at(text: str, zone: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


@pytest.mark.parametrize(
    ("schedule", "moment", "expected"),
    [
        (None, at("2026-01-01T00:00", "UTC"), True),  # no schedule: always
        (WORK, at("2026-03-02T08:00", "Europe/Moscow"), True),  # the first minute
        (WORK, at("2026-03-02T17:00", "Europe/Moscow"), False),  # the end is not in it
        (WORK, at("2026-03-07T12:00", "Europe/Moscow"), False),  # Saturday
        (WORK, at("2026-03-02T05:30", "UTC"), True),  # 08:30 in Moscow
        (NIGHT, at("2026-03-10T23:00", "Europe/Warsaw"), True),
        (NIGHT, at("2026-03-10T05:59", "Europe/Warsaw"), True),
        (NIGHT, at("2026-03-10T06:00", "Europe/Warsaw"), False),
        (FRIDAY_NIGHT, at("2026-03-07T03:00", "UTC"), True),  # Saturday morning belongs to Friday's night
        (FRIDAY_NIGHT, at("2026-03-06T03:00", "UTC"), False),  # Friday morning does not
        (FRIDAY_NIGHT, at("2027-01-02T01:00", "UTC"), True),  # over the new year
        (NIGHT, at("2026-03-29T01:59", "Europe/Warsaw"), True),  # before the gap
        (NIGHT, at("2026-03-29T03:00", "Europe/Warsaw"), True),  # after the gap
        (NIGHT, at("2026-10-25T02:30", "Europe/Warsaw", fold=0), True),  # both hours that are called 02:30
        (NIGHT, at("2026-10-25T02:30", "Europe/Warsaw", fold=1), True),
        (Schedule("UTC", ()), at("2026-01-01T00:00", "UTC"), False),  # no window: never
        (Schedule("UTC", (Window(ALL_DAYS, time(0), time(0)),)), at("2026-01-01T15:00", "UTC"), True),  # all day
    ],
)
def test_in_force(schedule: Schedule | None, moment: datetime, expected: bool) -> None:
    assert in_force(schedule, moment) is expected
