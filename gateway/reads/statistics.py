"""The daily statistics from Postgres."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from gateway.database import Database, sql

MOST_ROWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class DayRow:
    """read_model.daily_statistics; zone_id "" is the whole frame."""

    day: date
    camera_id: str
    zone_id: str
    kind: str
    opened: int
    violations: int
    dismissed: int
    in_review: int
    confirmed: int
    false_positives: int
    reviewed: int
    review_median_s: float | None


@dataclass(frozen=True, slots=True)
class DayFilter:
    """since, until: both included. None: not filtered by this."""

    since: date
    until: date
    allowed: tuple[str, ...] | None = None
    camera: str | None = None
    kind: str | None = None


async def days(database: Database, wanted: DayFilter) -> list[DayRow]:
    """At most MOST_ROWS and one, so that the caller sees that it is too much."""
    params = {
        "since": wanted.since,
        "until": wanted.until,
        "allowed": None if wanted.allowed is None else list(wanted.allowed),
        "camera": wanted.camera,
        "kind": wanted.kind,
        "limit": MOST_ROWS + 1,
    }
    return await database.rows(DayRow, sql("daily_statistics"), params)
