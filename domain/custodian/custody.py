"""What the history says about an incident's files, and how long each camera's are kept. Reads EVENTS, keeps nothing."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from domain.contracts.codec import CodecError
from domain.contracts.events import (
    Envelope,
    EventUnknown,
    EvidenceAttached,
    EvidenceExpired,
    EvidenceLocked,
    EvidenceUnlocked,
    IncidentOpened,
    RetentionSet,
    decode_event,
)
from domain.contracts.identifiers import CameraId, IncidentId
from domain.contracts.plant import EvidenceKind
from domain.contracts.subjects import CAMERA, EVENTS, INCIDENT, event_subject
from infra.eventstore.envelope import TOPIC
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage, get_page

log = logging.getLogger(__name__)

PAGE: Final = 1000
ABOUT_CUSTODY: Final = frozenset(
    f"incident.{what}"
    for what in ("opened", "evidence_attached", "evidence_expired", "evidence_locked", "evidence_unlocked")
)
RETENTION: Final = frozenset({"camera.retention_set"})
EXPIRY: Final = frozenset({"incident.evidence_expired"})


@dataclass(frozen=True, slots=True)
class File:
    """A file that was attached. stored_at: when the domain heard of it, from which its life is counted."""

    kind: EvidenceKind
    key: str
    stored_at: datetime


@dataclass(slots=True)
class Custody:
    """Files of one incident; expired ones stay in `files`."""

    incident_id: IncidentId
    camera_id: CameraId
    opened_at: datetime
    files: dict[EvidenceKind, File] = field(default_factory=dict)
    expired: set[EvidenceKind] = field(default_factory=set)
    locked: bool = False

    def held(self) -> dict[str, File]:
        """By key: attached and not given up."""
        return {file.key: file for kind, file in self.files.items() if kind not in self.expired}


def custody_of(bridge: Bridge, incident_id: IncidentId) -> Custody | None:
    """None when the history has no such incident. Raises NatsAdapterError."""
    custody: Custody | None = None
    for _, envelope in events(bridge, event_subject(INCIDENT, str(incident_id)), ABOUT_CUSTODY):
        match envelope.event:
            case IncidentOpened(camera_id=camera_id, opened_at=opened_at):
                custody = custody or Custody(incident_id, camera_id, opened_at)
            case event if custody is not None:
                _note(custody, event, envelope.at)
    return custody


def _note(custody: Custody, event: object, at: datetime) -> None:
    match event:
        case EvidenceAttached(kind=kind, key=key):
            custody.files.setdefault(kind, File(kind, key, at))
        case EvidenceExpired(kind=kind):
            custody.expired.add(kind)
        case EvidenceLocked():
            custody.locked = True
        case EvidenceUnlocked():
            custody.locked = False


def retention_days(bridge: Bridge) -> dict[CameraId, int]:
    """Cameras with a time of their own. Raises NatsAdapterError."""
    days: dict[CameraId, int | None] = {}
    for _, envelope in events(bridge, event_subject(CAMERA, ">"), RETENTION):
        if isinstance(envelope.event, RetentionSet):
            days[envelope.event.camera_id] = envelope.event.days
    return {camera_id: kept for camera_id, kept in days.items() if kept is not None}


def events(
    bridge: Bridge, subject: str, names: frozenset[str], after: int = 0
) -> Iterator[tuple[StoredMessage, Envelope]]:
    """Events of the names (without version) behind a position, in order. Raises NatsAdapterError."""
    for message in messages(bridge, subject, after):
        name = message.headers.get(TOPIC, "")
        if name.rpartition(".")[0] not in names:
            continue
        try:
            yield message, decode_event(name, message.data)
        except (EventUnknown, CodecError) as error:
            log.warning("event not understood", extra={"position": message.sequence, "why": str(error)})


def messages(bridge: Bridge, subject: str, after: int = 0) -> Iterator[StoredMessage]:
    """Raises NatsAdapterError."""
    while True:
        page = bridge.run(get_page(bridge.nc, EVENTS, after + 1, PAGE, subject))
        yield from page.messages
        if not page.messages or not page.pending:
            return
        after = page.messages[-1].sequence
