"""The incident as it was known at a moment: a fold over the beginning of its history. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from domain import incident as decider
from domain.contracts.events import (
    EvidenceAttached,
    EvidenceExpired,
    EvidenceLocked,
    EvidenceMissed,
    EvidenceUnlocked,
    IncidentClosed,
    IncidentEvent,
    IncidentOpened,
    MarkedFalsePositive,
    ReviewReopened,
    ScoreRaised,
    ViolationConfirmed,
)
from domain.contracts.identifiers import IncidentId
from domain.contracts.known import KnownEvent, KnownFile, KnownIncident, NotKnownYet
from domain.contracts.plant import EvidenceKind
from domain.inquiry.errors import IncidentMissing
from domain.inquiry.recorded import Recorded, as_known, known_at
from domain.inquiry.surroundings import Surroundings, decided, in_force

MOST_EVENT_BYTES: Final = 300_000
"""Of events in one answer; a thousand ordinary ones. The others are asked for by their number."""


@dataclass(frozen=True, slots=True)
class EventPage:
    """Which events to tell: from number `first` on (0 is the first), as many as have these bytes, at least one."""

    first: int = 0
    most_bytes: int = MOST_EVENT_BYTES


EVERYTHING: Final = EventPage(0, 2**31)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the decider's state does not keep."""

    last_seen: datetime
    detections_to: int
    closed_at: datetime | None = None
    decided_by: str | None = None
    reason: str | None = None
    lock_reason: str | None = None


def opening(events: Sequence[Recorded]) -> tuple[Recorded, IncidentOpened]:
    """The first event of an incident. Raises IncidentMissing."""
    if not events or not isinstance(events[0].event, IncidentOpened):
        raise IncidentMissing("there is no such incident in the history")
    return events[0], events[0].event


def incident_known(
    events: Sequence[Recorded],
    around: Surroundings,
    as_known_at: datetime | None,
    now: datetime,
    page: EventPage,
) -> KnownIncident | NotKnownYet:
    """The incident from all of its events, as it was known at `as_known_at`; None is `now`. Raises IncidentMissing."""
    first, opened = opening(events)
    known = known_at(events, as_known_at)
    if not known:
        return NotKnownYet(opened.incident_id, as_known_at or now, opened.opened_at, first.at)
    state: decider.State = decider.Absent()
    facts = _Facts(opened.last_seen, opened.detections_to)
    for each in known:
        if isinstance(each.event, IncidentEvent):
            state = decider.evolve(state, each.event)
            facts = _after(facts, each.event)
    assert isinstance(state, decider.Open)  # noqa: S101 - its history begins with the opening
    told = _told(known, page)
    return KnownIncident(
        incident_id=IncidentId(opened.incident_id),
        as_known_at=as_known_at,
        became_known_at=first.at,
        later_events=len(events) - len(known),
        opened=opened,
        score=state.score,
        verdict=state.verdict,
        rule_verdict=decider.rule_verdict(state.score, state.thresholds),
        decided_by=facts.decided_by,
        reason=facts.reason,
        last_seen=facts.last_seen,
        closed_at=facts.closed_at,
        assignee=state.assignee,
        locked=state.locked,
        lock_reason=facts.lock_reason,
        version=len(known),
        position=known[-1].position,
        detections_to=facts.detections_to,
        files=_files(known),
        events=told,
        events_from=page.first,
        events_total=len(known),
        decided=decided(around, opened, first.position, as_known_at),
        then=in_force(around, as_known_at or now, opened.zone_id),
    )


def _after(facts: _Facts, event: IncidentEvent) -> _Facts:
    match event:
        case ScoreRaised(last_seen=last_seen, detections_to=position):
            return replace(facts, last_seen=last_seen, detections_to=max(position, facts.detections_to))
        case IncidentClosed(last_seen=last_seen, closed_at=at, detections_to=position):
            reached = max(position, facts.detections_to)
            return replace(facts, last_seen=last_seen, closed_at=at, detections_to=reached)
        case ViolationConfirmed(reviewer):
            return replace(facts, decided_by=reviewer, reason=None)
        case MarkedFalsePositive(reviewer, reason):
            return replace(facts, decided_by=reviewer, reason=reason)
        case ReviewReopened(reviewer):
            return replace(facts, decided_by=reviewer, reason=None)
        case EvidenceLocked(reason):
            return replace(facts, lock_reason=reason)
        case EvidenceUnlocked():
            return replace(facts, lock_reason=None)
    return facts


def _files(known: Sequence[Recorded]) -> tuple[KnownFile, ...]:
    """Photo, clip and detections, as far as anything is known of them."""
    found: dict[EvidenceKind, KnownFile] = {}
    for each in known:
        match each.event:
            case EvidenceMissed(kind, reason):
                found[kind] = KnownFile(kind, each.at, missed=reason)
            case EvidenceAttached() as file:
                found[file.kind] = KnownFile(
                    kind=file.kind,
                    recorded_at=each.at,
                    key=file.key,
                    sha256=file.sha256,
                    size_bytes=file.size_bytes,
                    media_type=file.media_type,
                    captured_from=file.captured_from,
                    captured_to=file.captured_to,
                    box=file.box,
                )
            case EvidenceExpired(kind, cause) if kind in found:
                found[kind] = replace(found[kind], expired=cause)
    return tuple(found[kind] for kind in EvidenceKind if kind in found)


def _told(known: Sequence[Recorded], page: EventPage) -> tuple[KnownEvent, ...]:
    told: list[KnownEvent] = []
    size = 0
    for number, each in enumerate(known[page.first :], page.first + 1):
        event = as_known(number, each)
        size += len(event.payload.encode())
        if told and size > page.most_bytes:
            break
        told.append(event)
    return tuple(told)
