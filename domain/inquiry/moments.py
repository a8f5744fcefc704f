"""Moments as a person names them: in the plant's wall time, across daylight-saving changes too. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.inquiry.errors import QuestionRefused

DATE_LENGTH = len("2026-11-01")


def moment(text: str, tz: ZoneInfo, now: datetime) -> datetime:
    """A moment from ISO 8601, in UTC; without an offset it is the plant's time.

    A date alone is the end of that day, but not later than `now`. Of a wall time that comes twice in autumn the second
    is meant, so that everything known at either is told; one that spring leaves out is refused.
    Raises QuestionRefused
    """
    try:
        if len(text) == DATE_LENGTH:
            day = date.fromisoformat(text) + timedelta(days=1)
            return min(datetime.combine(day, time(), tz).astimezone(UTC), now)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise QuestionRefused(f"{text!r} is no time such as 2026-11-01T12:00 or 2026-11-01") from error
    if at.tzinfo is not None:
        return at.astimezone(UTC)
    local = at.replace(tzinfo=tz, fold=1)
    found = local.astimezone(UTC)
    if found.astimezone(tz).replace(tzinfo=None) != at:
        raise QuestionRefused(f"{text}: clocks in {tz.key} are put forward over this time")
    return found
