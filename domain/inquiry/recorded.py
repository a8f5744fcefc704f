"""Events with their place in the history, and what was known of them at a moment. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Final

from domain.contracts import codec
from domain.contracts.events import (
    Assigned,
    Commented,
    Envelope,
    Event,
    EvidenceAttached,
    EvidenceLocked,
    EvidenceUnlocked,
    IncidentClosed,
    IncidentOpened,
    MarkedFalsePositive,
    ReviewReopened,
    ScoreRaised,
    ViolationConfirmed,
)
from domain.contracts.known import KnownEvent

BY_PERSONS: Final = (
    ViolationConfirmed,
    MarkedFalsePositive,
    ReviewReopened,
    Commented,
    Assigned,
    EvidenceLocked,
    EvidenceUnlocked,
)
"""Facts that only a person makes. Files expire by a rule of retention."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as EVENTS keeps it.

    position  in EVENTS
    name      the stored name, of an older version perhaps
    """

    position: int
    name: str
    envelope: Envelope

    @property
    def at(self) -> datetime:
        """When it was recorded."""
        return self.envelope.at

    @property
    def event(self) -> Event:
        return self.envelope.event


def known_at(events: Sequence[Recorded], moment: datetime | None) -> Sequence[Recorded]:
    """The beginning of a history that had been recorded by `moment`; None is now.

    A beginning, also where the service's clock was set back: an event never counts as known before the one it follows.
    """
    return events if moment is None else list(takewhile(lambda each: each.at <= moment, events))


def happened_at(event: Event) -> datetime | None:
    """When it happened in front of the camera; None for what happened by being recorded."""
    match event:
        case IncidentOpened(opened_at=at) | IncidentClosed(closed_at=at):
            return at
        case ScoreRaised(last_seen=at):
            return at
        case EvidenceAttached(captured_to=at):
            return at
    return None


def as_known(version: int, each: Recorded) -> KnownEvent:
    """version  number of the event in its incident, from 1"""
    return KnownEvent(
        position=each.position,
        version=version,
        name=each.name,
        recorded_at=each.at,
        happened_at=happened_at(each.event),
        by=each.envelope.by,
        by_person=isinstance(each.event, BY_PERSONS),
        payload=codec.to_json(each.event).decode(),
    )
