"""Whether a rule is in force at a moment, in the wall time of the plant (R72, FAULTS E4, E6)."""

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.contracts.plant import Schedule, Window


class ScheduleRefused(ValueError):
    """A schedule names a known time zone and has windows with weekdays 0 (Monday) to 6."""


def checked_schedule(schedule: Schedule | None) -> Schedule | None:
    """The schedule itself when a rule may have it. Raises ScheduleRefused."""
    if schedule is None:
        return None
    try:
        _zone(schedule.tz)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ScheduleRefused(f"time zone {schedule.tz!r} is unknown") from error
    for window in schedule.windows:
        if not window.days or any(not 0 <= day <= 6 for day in window.days):
            raise ScheduleRefused("weekdays are 0 (Monday) to 6 (Sunday), at least one")
    return schedule


def in_force(schedule: Schedule | None, at: datetime) -> bool:
    """Whether `at` (aware) lies in one of the windows; no schedule means always.

    Windows are wall time: across a daylight-saving change 22:00-06:00 is what the clock on the wall says, an hour that
    exists twice is inside both times, an hour that does not exist never comes.
    """
    if schedule is None:
        return True
    local = at.astimezone(_zone(schedule.tz))
    return any(_inside(window, local) for window in schedule.windows)


def _inside(window: Window, local: datetime) -> bool:
    now, today = local.time(), local.weekday()
    if window.start < window.end:
        return today in window.days and window.start <= now < window.end
    yesterday = (local.date() - timedelta(days=1)).weekday()
    return (today in window.days and now >= window.start) or (yesterday in window.days and now < window.end)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
