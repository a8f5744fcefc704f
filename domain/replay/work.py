"""The two questions that replay answers: does the history repeat, and what if a rule had been another one."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.contracts.detections import to_microseconds
from domain.contracts.events import Event
from domain.contracts.identifiers import IncidentId, RuleId
from domain.replay.difference import FACTS, OUTCOME, Difference, difference
from domain.replay.fold import ReplayFold, Spent
from domain.replay.history import plant_events, recorded_incidents, timeline_of
from domain.replay.incidents import Incident
from domain.replay.recording import Chunk, Hole, Recording, Span, captured_us
from domain.replay.stream_source import extent_of
from domain.replay.variation import Variation, cameras_of, memory_s, of_rule, varied
from infra.nats.bridge import Bridge

MARGIN: Final = timedelta(minutes=10)
"""Frames before and after the asked time that are folded too, so that what opens in it is seen whole."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a fold is: messages folded so far, and which part of all, 0..1."""

    messages: int
    share: float


Progress = Callable[[Reached], None]
"""Told after each chunk."""


@dataclass(frozen=True, slots=True)
class Period:
    """Incidents that open within [since, until) are compared; None = no limit."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)

    def widened(self, margin: timedelta) -> tuple[int | None, int | None]:
        """Capture times, microseconds, of the frames to fold."""
        since = None if self.since is None else to_microseconds(self.since - margin)
        return since, None if self.until is None else to_microseconds(self.until + margin)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer.

    uncovered   incidents left out, because part of what they rest on was not replayed (see `holes`)
    unreadable  positions in DETECTIONS that this build cannot read; live work left them aside too
    captured    capture times of the first and the last frame that was folded, microseconds; None = there was none
    reading_s   seconds spent waiting for messages; `spent` tells the rest, over both sides of a what-if
    """

    difference: Difference
    messages: int
    frames: int
    reading_s: float
    spent: Spent
    uncovered: int
    holes: tuple[Hole, ...]
    unreadable: tuple[int, ...]
    captured: tuple[int, int] | None


@dataclass(slots=True)
class _Read:
    """What was read: seconds spent waiting for it, and `Outcome.captured`."""

    seconds: float = 0.0
    captured: tuple[int, int] | None = None

    def note(self, chunk: Chunk) -> None:
        ends = [captured_us(payload) for payload in (chunk.payloads[0], chunk.payloads[-1])] if chunk.payloads else []
        known = [us for us in ends if us is not None] + list(self.captured or ())
        if known:
            self.captured = (min(known), max(known))


def repeat(bridge: Bridge, recording: Recording, *, period: Period, tz: ZoneInfo, progress: Progress) -> Outcome:
    """Incidents from recorded detections by the rules as they were, against those in EVENTS.

    Raises NatsAdapterError, EventUnknown, RuleUnknown, ReplayError
    """
    events = plant_events(bridge)
    fold = ReplayFold(timeline_of(events).rules)
    reading = _fold_all([fold], recording, _span(period, events), progress)
    derived = fold.incidents()
    recorded = recorded_incidents(bridge, recording.end)
    kept, uncovered = _covered(recorded, recording.holes)
    lost = {(each.opened.rule_id, each.opened.track_id) for each in uncovered}
    found = [each for each in derived if (each.opened.rule_id, each.opened.track_id) not in lost]
    open_end = extent_of(bridge).last > recording.end
    before, after = _within(kept, period), _within(found, period)
    from_the_first = not recording.holes and period.since is None
    apart = difference(before, after, tz, FACTS, open_end=open_end, episodes=from_the_first)
    return _outcome(apart, [fold], recording, reading, len(_within(uncovered, period)))


def what_if(
    bridge: Bridge,
    recording: Recording,
    rule_id: RuleId,
    variation: Variation,
    *,
    period: Period,
    tz: ZoneInfo,
    progress: Progress,
) -> Outcome:
    """What one rule would have found, had it been another, against what it finds as it was.

    Both sides are folded from the same detections, so that they differ by the variation and nothing else.
    Raises VariationRefused, NatsAdapterError, EventUnknown, RuleUnknown, ReplayError
    """
    as_it_was = of_rule(plant_events(bridge), rule_id)
    as_it_would_be = varied(as_it_was, variation)
    folds = [ReplayFold(timeline_of(events).rules) for events in (as_it_was, as_it_would_be)]
    span = _span(period, [*as_it_was, *as_it_would_be])
    reading = _fold_all(folds, recording, Span(span.from_us, span.to_us, cameras_of(as_it_was)), progress)
    before, after = (_within(fold.incidents(), period) for fold in folds)
    reviewed = {each.incident_id: each for each in recorded_incidents(bridge, recording.end)}
    apart = difference(_reviewed(before, reviewed), _reviewed(after, reviewed), tz, OUTCOME)
    return _outcome(apart, folds, recording, reading, 0)


def _span(period: Period, events: Sequence[Event]) -> Span:
    since_us, until_us = period.widened(max(MARGIN, timedelta(seconds=memory_s(events))))
    return Span(since_us, until_us)


def _fold_all(folds: Sequence[ReplayFold], recording: Recording, span: Span, progress: Progress) -> _Read:
    """Folds the recording through all."""
    reading, chunks = _Read(), recording.chunks(span)
    first, last = recording.bounds(span)
    messages, reached = 0, first
    while True:
        asked = time.perf_counter()
        chunk = next(chunks, None)
        reading.seconds += time.perf_counter() - asked
        if chunk is None:
            return reading
        for fold in folds:
            fold.take(chunk)
        reading.note(chunk)
        messages += len(chunk.sequences)
        reached = max(reached, chunk.sequences[-1]) if chunk.sequences else reached
        progress(Reached(messages, min(1.0, (reached - first + 1) / max(1, last - first + 1))))


def _covered(recorded: Sequence[Incident], holes: Sequence[Hole]) -> tuple[list[Incident], list[Incident]]:
    """Those that rest on detections which were all replayed, and the others."""
    lost = [each for each in recorded if any(_touches(each, hole) for hole in holes)]
    lost_ids = {each.incident_id for each in lost}
    return [each for each in recorded if each.incident_id not in lost_ids], lost


def _touches(incident: Incident, hole: Hole) -> bool:
    ended_before = incident.closed is not None and incident.closed.detections_to < hole[0]
    return incident.opened.detections_from <= hole[1] and not ended_before


def _within(incidents: Sequence[Incident], period: Period) -> list[Incident]:
    return [each for each in incidents if period.holds(each.opened_at)]


def _reviewed(incidents: Sequence[Incident], recorded: Mapping[IncidentId, Incident]) -> list[Incident]:
    """The incidents with what persons said about those that are in the history."""
    return [
        replace(each, reviewed=recorded[each.incident_id].reviewed) if each.incident_id in recorded else each
        for each in incidents
    ]


def _outcome(
    apart: Difference, folds: Sequence[ReplayFold], recording: Recording, reading: _Read, uncovered: int
) -> Outcome:
    return Outcome(
        difference=apart,
        messages=folds[0].messages,
        frames=folds[0].frames,
        reading_s=reading.seconds,
        spent=Spent(
            sum(fold.spent.decode for fold in folds),
            sum(fold.spent.rules for fold in folds),
            sum(fold.spent.decide for fold in folds),
        ),
        uncovered=uncovered,
        holes=tuple(recording.holes),
        unreadable=tuple(sorted(folds[0].unreadable)),
        captured=reading.captured,
    )
