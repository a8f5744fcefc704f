"""`python -m domain.replay.desk.worker FOLDER`: one job, then the end. Its lines on stdout are read by `child.py`.

It ends with the desk: whoever closes its standard input ends it, so that no worker outlives a desk that was killed.
"""

import os
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from domain.contracts import codec
from domain.contracts.commands.replies import Refused
from domain.contracts.detections import from_microseconds
from domain.contracts.events import EventUnknown
from domain.contracts.whatif import Answer, ApartIncident, DayCounts, Days, DifferenceKind, WhatIf
from domain.replay import opening
from domain.replay.desk.shelf import read_job, write_apart, write_days
from domain.replay.difference import Day, Difference
from domain.replay.errors import ArchiveDamaged, ArchiveUnavailable, ReplayError, VariationRefused
from domain.replay.incidents import Incident
from domain.replay.variation import Variation
from domain.replay.work import Outcome, Period, Reached, what_if
from domain.rules.hits import RuleUnknown
from infra import logs
from infra.nats.errors import NatsAdapterError
from infra.settings import ProcessSettings

MOST_LISTED: Final = 10_000
"""Incidents of a kind that are kept; the counts are of all."""

TELL_S: Final = 0.25
ABANDONED: Final = 3
CODES: Final[Sequence[tuple[type[Exception], str]]] = (
    (VariationRefused, "variation_refused"),
    (ArchiveDamaged, "archive_damaged"),
    (ArchiveUnavailable, "archive_unavailable"),
    (NatsAdapterError, "records_unreadable"),
    (TimeoutError, "records_unreadable"),
    (Exception, "replay_refused"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a worker: how far it is, or how it ended."""

    reached: Reached | None = None
    answer: Answer | None = None
    failed: Refused | None = None


def main(arguments: list[str]) -> int:
    """Always 0 when it said how it ended."""
    threading.Thread(target=_end_with_the_desk, daemon=True).start()
    logs.configure("replay.worker")
    folder, began = Path(arguments[0]), time.monotonic()
    try:
        outcome = _asked(read_job(folder).asked, ProcessSettings())
    except (ReplayError, NatsAdapterError, EventUnknown, RuleUnknown, codec.CodecError, TimeoutError) as error:
        code = next(code for kind, code in CODES if isinstance(error, kind))
        _say(Said(failed=Refused(code, str(error) or type(error).__name__)))
        return 0
    _write(folder, outcome.difference)
    _say(Said(answer=_answer(outcome, time.monotonic() - began)))
    return 0


def variation_of(asked: WhatIf) -> Variation:
    return Variation(
        asked.threshold_min, asked.threshold_max, asked.dwell_s, asked.window_s, asked.gap_s, asked.polygon
    )


def _asked(asked: WhatIf, settings: ProcessSettings) -> Outcome:
    with opening.reading(settings) as bridge:
        return what_if(
            bridge,
            opening.recording(settings, bridge, datetime.now(UTC)),
            asked.rule_id,
            variation_of(asked),
            period=Period(asked.since, asked.until),
            tz=ZoneInfo(settings.plant_tz),
            progress=_Teller(),
        )


class _Teller:
    """Says how far the work is, a few times a second."""

    def __init__(self) -> None:
        self._said_at = 0.0

    def __call__(self, reached: Reached) -> None:
        if time.monotonic() >= self._said_at + TELL_S:
            self._said_at = time.monotonic()
            _say(Said(reached=reached))


def _write(folder: Path, apart: Difference) -> None:
    write_days(folder, Days(tuple(DayCounts(each.day.isoformat(), *_counts(each)) for each in apart.days)))
    rows = {
        DifferenceKind.NEW: [_row(None, each) for each in apart.new[:MOST_LISTED]],
        DifferenceKind.GONE: [_row(each, None) for each in apart.gone[:MOST_LISTED]],
        DifferenceKind.CHANGED: [_row(each.before, each.after) for each in apart.changed[:MOST_LISTED]],
    }
    for kind, incidents in rows.items():
        write_apart(folder, kind, incidents)


def _counts(day: Day) -> tuple[int, int, int, int, int, int, int]:
    return day.before, day.after, day.new, day.gone, day.changed, day.violations_before, day.violations_after


def _row(before: Incident | None, after: Incident | None) -> ApartIncident:
    one = before or after
    if one is None:
        raise ValueError("an incident on no side")
    return ApartIncident(
        incident_id=one.incident_id,
        camera_id=one.opened.camera_id,
        opened_at=one.opened_at,
        last_seen=(one.closed or one.opened).last_seen,
        score_before=None if before is None else before.score,
        score_after=None if after is None else after.score,
        verdict_before=None if before is None else before.verdict,
        verdict_after=None if after is None else after.verdict,
        reviewed=one.reviewed,
    )


def _answer(outcome: Outcome, seconds: float) -> Answer:
    apart = outcome.difference
    first, last = (from_microseconds(us) for us in outcome.captured) if outcome.captured else (None, None)
    return Answer(
        before=apart.before,
        after=apart.after,
        new=len(apart.new),
        gone=len(apart.gone),
        changed=len(apart.changed),
        listed=MOST_LISTED,
        messages=outcome.messages,
        frames=outcome.frames,
        seconds=seconds,
        unreadable=len(outcome.unreadable),
        recorded_from=first,
        recorded_to=last,
    )


def _say(said: Said) -> None:
    sys.stdout.buffer.write(codec.to_json(said) + b"\n")
    sys.stdout.buffer.flush()


def _end_with_the_desk() -> None:
    """Waits for the end of standard input; not by Python's reader, whose lock would be held at this process's end."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(ABANDONED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
