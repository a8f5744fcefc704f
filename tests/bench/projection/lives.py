"""Incident events as EVENTS would hold them: lives of eight events, twenty incidents at a time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import Final

from domain.contracts.events import (
    Envelope,
    Event,
    EvidenceAttached,
    IncidentClosed,
    ReviewRequested,
    ScoreRaised,
    encode_event,
    event_name,
)
from domain.contracts.identifiers import CameraId, CommandId, TrackId, incident_id
from domain.contracts.plant import EvidenceKind
from infra.eventstore.envelope import TOPIC, VERSION
from infra.nats.batch import Outgoing
from infra.nats.direct import StoredMessage
from tests.domain.samples import DANGER, opened, second

AT_ONCE: Final = 20
STORED_AT: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def lives(events: int) -> Iterator[StoredMessage]:
    """The first `events` messages of a plant's history; the same ones at each call."""
    sequence = 0
    numbering = count()
    while True:
        numbers = islice(numbering, AT_ONCE)
        for version, column in enumerate(zip(*(_life(number) for number in numbers), strict=True), 1):
            for subject, event in column:
                sequence += 1
                if sequence > events:
                    return
                yield _stored(sequence, subject, version, event)


def outgoing(message: StoredMessage) -> Outgoing:
    return Outgoing(message.subject, message.data, message.headers)


def _life(number: int) -> list[tuple[str, Event]]:
    camera, track = CameraId(f"camera-{number % 16}"), TrackId(number)
    at = second(number)
    identity = incident_id(camera, DANGER, track, at)
    seen = [at + timedelta(seconds=n) for n in range(5)]
    began = replace(opened(0.5), incident_id=identity, camera_id=camera, track_id=track)
    began = replace(began, first_seen=seen[0], last_seen=seen[1], opened_at=seen[1])
    events: list[Event] = [
        began,
        ReviewRequested(0.5),
        ScoreRaised(0.53, seen[2], 100 * number + 20),
        *(_evidence(kind, number, seen[0], seen[4]) for kind in EvidenceKind),
        ScoreRaised(0.57, seen[3], 100 * number + 30),
        IncidentClosed(seen[3], seen[4], 100 * number + 40),
    ]
    return [(f"es.incident.{identity}", event) for event in events]


def _evidence(kind: EvidenceKind, number: int, since: datetime, until: datetime) -> EvidenceAttached:
    key = f"incidents/2026/03/02/{number}/{kind.value}"
    return EvidenceAttached(kind, key, f"{number:064x}", 48_213, "application/octet-stream", since, until)


def _stored(sequence: int, subject: str, version: int, event: Event) -> StoredMessage:
    payload = encode_event(Envelope(STORED_AT, "rules", CommandId(f"c{sequence}"), event))
    return StoredMessage(subject, sequence, {TOPIC: event_name(event), VERSION: str(version)}, payload, STORED_AT)
