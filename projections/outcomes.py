"""What each incident counts as in the daily statistics, folded from its events; and counts as differences."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.contracts.events import (
    Dismissed,
    IncidentOpened,
    MarkedFalsePositive,
    ReviewReopened,
    ReviewRequested,
    ViolationConfirmed,
    ViolationRecognised,
)
from domain.contracts.plant import Verdict
from projections.projection import Projected

Row = dict[str, Any]
"""A row of `incident_outcome` as JSON has it."""

Group = tuple[str, str, str, str]
GROUP: Final = ("day", "camera_id", "zone_id", "kind")
COUNTED: Final = ("opened", "violations", "dismissed", "in_review", "confirmed", "false_positives", "reviewed")


class Outcomes:
    """found: rows of the page's incidents as they stand, by id. zone: of the plant's clocks."""

    def __init__(self, found: Mapping[str, Row], zone: ZoneInfo) -> None:
        self._rows, self._zone = dict(found), zone
        self._changed: set[str] = set()

    def changed(self) -> list[Row]:
        return [self._rows[id_] for id_ in sorted(self._changed)]

    def add(self, event: Projected) -> None:
        """Events older than the row change nothing."""
        row = self._rows.get(event.aggregate_id)
        fact = event.envelope.event
        if isinstance(fact, IncidentOpened):
            new = None if row else self._opened(fact)
        else:
            new = _after(event, row) if row and row["version"] < event.version else None
        if new is not None:
            self._rows[event.aggregate_id] = new | {"id": event.aggregate_id, "version": event.version}
            self._changed.add(event.aggregate_id)

    def _opened(self, fact: IncidentOpened) -> Row:
        return {
            "day": fact.opened_at.astimezone(self._zone).date().isoformat(),
            "camera_id": fact.camera_id,
            "zone_id": fact.zone_id or "",
            "kind": fact.kind.value,
            **_verdict(Verdict.REVIEW),
        }


def _after(event: Projected, row: Row) -> Row | None:
    at = event.envelope.at
    match event.envelope.event:
        case ViolationRecognised():
            return row | _verdict(Verdict.VIOLATION)
        case Dismissed():
            return row | _verdict(Verdict.DISMISSED)
        case ReviewRequested():
            return row | _verdict(Verdict.REVIEW) | {"waiting_from": row["waiting_from"] or at.isoformat()}
        case ReviewReopened():
            return row | _verdict(Verdict.REVIEW) | {"waiting_from": at.isoformat()}
        case ViolationConfirmed():
            return row | _verdict(Verdict.VIOLATION) | _decided(row, at)
        case MarkedFalsePositive():
            return row | _verdict(Verdict.FALSE_POSITIVE) | _decided(row, at)
    return None


def _verdict(verdict: Verdict) -> Row:
    return {"verdict": verdict.value, "by_person": False, "waiting_from": None, "review_s": None}


def _decided(row: Row, at: datetime) -> Row:
    """A second verdict on the same review keeps the time that the first one took."""
    waiting = row["waiting_from"]
    took = row["review_s"] if waiting is None else max(0.0, (at - datetime.fromisoformat(waiting)).total_seconds())
    return {"by_person": True, "review_s": took}


@dataclass(frozen=True)
class Counts:
    """numbers   of each group, by column; retimed: groups in which a time of review came or went"""

    numbers: dict[Group, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    times: dict[Group, list[tuple[str, float]]] = field(default_factory=lambda: defaultdict(list))
    retimed: tuple[Group, ...] = ()

    def __sub__(self, before: "Counts") -> "Counts":
        difference = Counts(retimed=tuple(g for g in self.times | before.times if _of(self, g) != _of(before, g)))
        for group in self.numbers | before.numbers:
            for column in COUNTED:
                difference.numbers[group][column] = self.numbers[group][column] - before.numbers[group][column]
        return difference

    def rows(self) -> list[Row]:
        """Rows of `daily_statistics` that are to be added to the ones that stand; those of zeros are left out."""
        return [
            dict(zip(GROUP, group, strict=True)) | {column: numbers[column] for column in COUNTED}
            for group, numbers in sorted(self.numbers.items())
            if any(numbers.values())
        ]


def _of(counts: Counts, group: Group) -> list[tuple[str, float]]:
    return sorted(counts.times.get(group, []))


def counted(rows: Iterable[Row]) -> Counts:
    """What the incidents count as."""
    counts = Counts()
    for row in rows:
        group: Group = (row["day"], row["camera_id"], row["zone_id"], row["kind"])
        numbers, verdict = counts.numbers[group], row["verdict"]
        numbers["opened"] += 1
        numbers["violations"] += verdict == Verdict.VIOLATION
        numbers["confirmed"] += verdict == Verdict.VIOLATION and row["by_person"]
        numbers["dismissed"] += verdict == Verdict.DISMISSED
        numbers["in_review"] += verdict == Verdict.REVIEW
        numbers["false_positives"] += verdict == Verdict.FALSE_POSITIVE
        if row["review_s"] is not None:
            numbers["reviewed"] += 1
            counts.times[group].append((row["id"], row["review_s"]))
    return counts
