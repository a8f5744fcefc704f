"""Schedules in wall time, over midnight and over daylight-saving changes."""

from datetime import UTC, date, datetime, time, timedelta
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


BERLIN = "Europe/Berlin"
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # Sundays: 02:00 becomes 03:00, 03:00 becomes 02:00


def minutes_in_force(schedule: Schedule, day: date) -> int:
    """Real minutes of a plant's day, from its midnight to the next, in which the schedule is in force."""
    zone = ZoneInfo(schedule.tz)
    now = datetime.combine(day, time(), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    found = 0
    while now < end:
        found += in_force(schedule, now)
        now += timedelta(minutes=1)
    return found


def daily(start: time, end: time, tz: str = BERLIN, days: tuple[int, ...] = ALL_DAYS) -> Schedule:
    return Schedule(tz, (Window(days, start, end),))


@pytest.mark.parametrize(
    ("schedule", "ordinary", "spring", "autumn"),
    [
        (daily(time(0), time(0)), 24 * 60, 23 * 60, 25 * 60),  # all of each day
        (daily(time(22), time(6)), 8 * 60, 7 * 60, 9 * 60),  # the night shift, by the clock on the wall
        (daily(time(8), time(17)), 9 * 60, 9 * 60, 9 * 60),  # far from the change
        (daily(time(2), time(3)), 60, 0, 120),  # the hour itself: left out, and twice
        (daily(time(2, 15), time(2, 45)), 30, 0, 60),  # inside of it
        (daily(time(2, 30), time(4)), 90, 60, 120),  # begins inside of it
        (daily(time(1), time(2, 30)), 90, 60, 120),  # ends inside of it
        (daily(time(2, 30), time(2, 15)), 23 * 60 + 45, 23 * 60, 24 * 60 + 30),  # all but a quarter of it
    ],
)
def test_a_day_of_the_change_by_the_clock_on_the_wall(
    schedule: Schedule, ordinary: int, spring: int, autumn: int
) -> None:
    assert minutes_in_force(schedule, date(2026, 6, 10)) == ordinary
    assert minutes_in_force(schedule, SPRING) == spring
    assert minutes_in_force(schedule, AUTUMN) == autumn


@pytest.mark.parametrize(
    ("schedule", "utc", "expected"),
    [
        # spring: 01:59:59 CET is followed by 03:00:00 CEST
        (daily(time(1), time(2, 30)), "2026-03-29T00:59:59", True),
        (daily(time(1), time(2, 30)), "2026-03-29T01:00:00", False),  # 03:00: the end was passed over
        (daily(time(2, 30), time(4)), "2026-03-29T00:59:59", False),
        (daily(time(2, 30), time(4)), "2026-03-29T01:00:00", True),  # 03:00: so was the start
        (daily(time(2, 30), time(4)), "2026-03-29T01:59:59", True),
        (daily(time(2, 30), time(4)), "2026-03-29T02:00:00", False),
        # autumn: 02:59:59 CEST is followed by 02:00:00 CET
        (daily(time(2, 30), time(2, 45)), "2026-10-25T00:29:59", False),
        (daily(time(2, 30), time(2, 45)), "2026-10-25T00:30:00", True),  # the first 02:30
        (daily(time(2, 30), time(2, 45)), "2026-10-25T00:45:00", False),
        (daily(time(2, 30), time(2, 45)), "2026-10-25T01:29:59", False),
        (daily(time(2, 30), time(2, 45)), "2026-10-25T01:30:00", True),  # the second 02:30
        (daily(time(2, 30), time(2, 45)), "2026-10-25T01:45:00", False),
        # the night from Saturday to Sunday belongs to Saturday, over both changes
        (daily(time(22), time(6), days=(5,)), "2026-03-28T20:59:59", False),
        (daily(time(22), time(6), days=(5,)), "2026-03-28T21:00:00", True),
        (daily(time(22), time(6), days=(5,)), "2026-03-29T03:59:59", True),
        (daily(time(22), time(6), days=(5,)), "2026-03-29T04:00:00", False),  # an hour earlier than in winter
        (daily(time(22), time(6), days=(5,)), "2026-10-24T20:00:00", True),
        (daily(time(22), time(6), days=(5,)), "2026-10-25T04:59:59", True),
        (daily(time(22), time(6), days=(5,)), "2026-10-25T05:00:00", False),
        (daily(time(22), time(6), days=(6,)), "2026-10-25T01:00:00", False),  # Sunday's night has not begun
    ],
)
def test_the_seconds_of_the_change(schedule: Schedule, utc: str, expected: bool) -> None:
    assert in_force(schedule, datetime.fromisoformat(utc).replace(tzinfo=UTC)) is expected


@pytest.mark.parametrize(
    ("tz", "day", "minutes"),
    [
        ("Africa/Cairo", date(2026, 4, 24), 23 * 60),  # a day that begins at 01:00
        ("Australia/Lord_Howe", date(2026, 4, 5), 24 * 60 + 30),  # half an hour twice
        ("Asia/Kathmandu", date(2026, 4, 5), 24 * 60),  # 5:45 ahead of UTC, never changed
        ("Europe/Moscow", AUTUMN, 24 * 60),  # not any more
        ("Europe/Moscow", date(2014, 10, 26), 25 * 60),  # for the last time: years of detections are replayed
    ],
)
def test_all_of_a_day_wherever_the_plant_is(tz: str, day: date, minutes: int) -> None:
    only_then = daily(time(0), time(0), tz, (day.weekday(),))
    assert minutes_in_force(only_then, day) == minutes
    assert minutes_in_force(only_then, day + timedelta(days=1)) == 0


def test_the_same_moment_is_judged_alike_in_whatever_zone_it_is_written() -> None:
    schedule = daily(time(2, 30), time(2, 45))
    moment = datetime(2026, 10, 25, 1, 35, tzinfo=UTC)
    for zone in ("UTC", BERLIN, "Asia/Tokyo", "America/New_York"):
        assert in_force(schedule, moment.astimezone(ZoneInfo(zone)))
