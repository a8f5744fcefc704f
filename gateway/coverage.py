"""How a camera was watched over hours and days: minutes as they were told, and those that nobody could tell of. Pure.

A minute without a row is one in which nothing ran that could have watched: "no violations" is not "not looking".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from domain.contracts.detections import ModelRef
from domain.contracts.observations import MINUTE, Dropped, DropReason, Gap, GapReason

TELLING: Final = timedelta(seconds=45)
"""A minute is told so long after its end at the latest, when all runs."""

WATCHED: Final = 0.9
"""From this share on a time counts as watched: frames are sampled, and cameras do not keep their rate exactly."""

Interval = tuple[datetime, datetime]


class WatchState(StrEnum):
    WATCHED = "watched"
    PARTLY = "partly"
    NOT_WATCHED = "not_watched"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MinuteRow:
    """read_model.coverage_minute of one camera; see domain.contracts.observations.Coverage."""

    minute: datetime
    since: datetime
    target_fps: float
    expected: int
    captured: int
    analysed: int
    detected: int
    dropped: list[dict[str, Any]]
    models: list[dict[str, Any]]
    gaps: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Turn:
    """From `at` on the camera was to be watched, or not any more."""

    at: datetime
    watched: bool


@dataclass(frozen=True, slots=True)
class Bucket:
    """One stretch of time. Where the camera was not to be watched, or nothing is known yet: state unknown, asked_s 0.

    asked_s    seconds in which the camera was to be watched, as far as it can be known now
    gap_s      of these without an analysed frame
    watched    0..1: the smaller of the time without gaps and of the analysed frames of those that could be had
    """

    start: datetime
    end: datetime
    asked_s: float
    gap_s: float
    target_fps: float | None
    expected: int
    captured: int
    analysed: int
    detected: int
    dropped: tuple[Dropped, ...]
    models: tuple[ModelRef, ...]
    gaps: tuple[Gap, ...]

    @property
    def watched(self) -> float | None:
        if not self.asked_s:
            return None
        possible = min(self.expected, self.captured)
        rate = min(1.0, self.analysed / possible) if possible else 0.0
        return round(min(rate, max(0.0, 1.0 - self.gap_s / self.asked_s)), 4)

    @property
    def state(self) -> WatchState:
        match self.watched:
            case None:
                return WatchState.UNKNOWN
            case 0.0:
                return WatchState.NOT_WATCHED
            case share:
                return WatchState.WATCHED if share >= WATCHED else WatchState.PARTLY


def asked(turns: Sequence[Turn], since: datetime, until: datetime, now: datetime) -> list[Interval]:
    """When the camera was to be watched within since..until, as far as it must have been told by now.

    The minute in which a camera is retired is never told.
    """
    found: list[Interval] = []
    end = min(until, _whole_minute(now - TELLING))
    for turn, following in zip(turns, [*turns[1:], None], strict=False):
        over = end if following is None else following.at if following.watched else _whole_minute(following.at)
        interval = max(turn.at, since), min(over, end)
        if turn.watched and interval[0] < interval[1]:
            found.append(interval)
    return found


def buckets(
    rows: Iterable[MinuteRow],
    asked_for: Sequence[Interval],
    since: datetime,
    until: datetime,
    size: timedelta,
    *,
    blind: Sequence[Interval] = (),
) -> list[Bucket]:
    """Stretches of `size` (whole minutes) from `since` to `until`, both whole minutes.

    blind   when pictures were analysed that could show nothing: gaps, too (docs/adr/0016)
    """
    known = {row.minute: row for row in rows}
    return [
        _bucket(known, asked_for, start, min(start + size, until), blind)
        for start in (since + size * i for i in range(-(-(until - since) // size)))
    ]


def _bucket(
    known: Mapping[datetime, MinuteRow],
    asked_for: Sequence[Interval],
    start: datetime,
    end: datetime,
    blind: Sequence[Interval],
) -> Bucket:
    asked_s, gaps, expected = 0.0, list[Gap](), 0
    rows: list[MinuteRow] = []
    for minute in (start + MINUTE * i for i in range((end - start) // MINUTE)):
        row = known.get(minute)
        if row is not None:
            rows.append(row)
            asked_s += (minute + MINUTE - row.since).total_seconds()
            expected += row.expected
            told = [Gap(_time(g["since"]), _time(g["until"]), GapReason(g["reason"])) for g in row.gaps]
            gaps += _with_blind(told, _inside(blind, row.since, minute + MINUTE))
        else:
            untold = [Gap(a, b, GapReason.PROCESS_DOWN) for a, b in _inside(asked_for, minute, minute + MINUTE)]
            asked_s += sum((gap.until - gap.since).total_seconds() for gap in untold)
            gaps += untold
    return Bucket(
        start=start,
        end=end,
        asked_s=asked_s,
        gap_s=sum((gap.until - gap.since).total_seconds() for gap in gaps),
        target_fps=rows[-1].target_fps if rows else None,
        expected=expected,
        captured=sum(row.captured for row in rows),
        analysed=sum(row.analysed for row in rows),
        detected=sum(row.detected for row in rows),
        dropped=_dropped(rows),
        models=tuple({ModelRef(m["id"], m["digest"]): None for row in rows for m in row.models}),
        gaps=tuple(_merged(gaps)),
    )


def _with_blind(gaps: Sequence[Gap], blind: Sequence[Interval]) -> list[Gap]:
    """The gaps, and the blind times between them."""
    found = list(gaps)
    for since, until in blind:
        at = since
        for gap in sorted(found, key=lambda g: g.since):
            if at < gap.until and gap.since < until:
                found += [Gap(at, gap.since, GapReason.BLIND)] if at < gap.since else []
                at = gap.until
        found += [Gap(at, until, GapReason.BLIND)] if at < until else []
    return sorted(found, key=lambda g: g.since)


def _dropped(rows: Sequence[MinuteRow]) -> tuple[Dropped, ...]:
    counts: dict[DropReason, int] = {}
    for row in rows:
        for each in row.dropped:
            reason = DropReason(each["reason"])
            counts[reason] = counts.get(reason, 0) + each["frames"]
    return tuple(Dropped(reason, frames) for reason, frames in counts.items())


def _inside(intervals: Sequence[Interval], start: datetime, end: datetime) -> list[Interval]:
    cut = [(max(a, start), min(b, end)) for a, b in intervals]
    return [(a, b) for a, b in cut if a < b]


def _merged(gaps: Sequence[Gap]) -> list[Gap]:
    found: list[Gap] = []
    for gap in gaps:
        if found and found[-1].reason is gap.reason and found[-1].until == gap.since:
            found[-1] = Gap(found[-1].since, gap.until, gap.reason)
        else:
            found.append(gap)
    return found


def _whole_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
