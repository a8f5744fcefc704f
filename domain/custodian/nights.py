"""When the nightly round is due: once each day of the plant, whatever daylight saving does to its clock.

APScheduler's own CronTrigger leaves out the day after a change, or fires twice in the hour that comes twice (3.11 with
zoneinfo, seen in March and October in Europe/Berlin), so the moments are made here.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger


@dataclass(frozen=True, slots=True)
class Nights:
    """at: wall time of the plant; where it does not exist an hour later, where it comes twice the first of both."""

    at: time
    tz: ZoneInfo

    def after(self, moment: datetime) -> datetime:
        """The first one later than `moment` (aware); UTC."""
        day = moment.astimezone(self.tz).date() - timedelta(days=1)
        while (night := self._of(day)) <= moment:
            day += timedelta(days=1)
        return night

    def last(self, moment: datetime) -> datetime:
        """The latest one not after `moment` (aware); UTC."""
        day = moment.astimezone(self.tz).date() + timedelta(days=1)
        while (night := self._of(day)) > moment:
            day -= timedelta(days=1)
        return night

    def is_due(self, done: datetime | None, now: datetime) -> bool:
        """Whether a night has begun since the round was done; done: None = never."""
        return done is None or done < self.last(now)

    def _of(self, day: date) -> datetime:
        return datetime.combine(day, self.at, self.tz).astimezone(UTC)


class NightlyTrigger(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """APScheduler's view of the nights."""

    def __init__(self, nights: Nights) -> None:
        self._nights = nights

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Missed nights are one: the round itself knows what is due."""
        return self._nights.after(max(previous_fire_time, now) if previous_fire_time else now)
