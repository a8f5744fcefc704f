"""How one event travels as one message: its subject, its headers, and the chain of hashes over its aggregate."""

import hashlib
import re
from dataclasses import dataclass
from uuid import UUID

from eventsourcing.persistence import Notification, ProgrammingError, StoredEvent

from infra.nats.batch import Outgoing
from infra.nats.direct import StoredMessage

VERSION = "ES-Version"
TOPIC = "ES-Topic"
HASH = "ES-Hash"
MESSAGE_ID = "Nats-Msg-Id"
EXPECTED_SEQUENCE = "Nats-Expected-Last-Subject-Sequence"
EXPECTED_STREAM = "Nats-Expected-Stream"

GENESIS = "0" * 64

_TOKEN = re.compile(r"[^\s.*>]+")


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event of an aggregate: its version, its stream sequence, its hash. Of none: version -1, sequence 0."""

    version: int
    sequence: int
    hash: str


NO_EVENTS = Head(-1, 0, GENESIS)


def subject_of(prefix: str, originator_id: UUID | str) -> str:
    """`<prefix>.<id>`. Raises ProgrammingError when the id cannot be one token of a subject."""
    token = str(originator_id)
    if not _TOKEN.fullmatch(token):
        raise ProgrammingError(f"an aggregate's id must be one token without spaces, dots, '*' and '>': {token!r}")
    return f"{prefix}.{token}"


def originator_of(subject: str) -> UUID | str:
    token = subject.rpartition(".")[2]
    try:
        return UUID(token)
    except ValueError:
        return token


def chained_hash(previous: str, subject: str, version: int, topic: str, state: bytes) -> str:
    """SHA-256 (hex) over the previous event's hash and this event, each part preceded by its length."""
    digest = hashlib.sha256(bytes.fromhex(previous))
    for part in (subject.encode(), str(version).encode(), topic.encode(), state):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def to_message(stream: str, subject: str, event: StoredEvent, message_id: str, hash_: str | None) -> Outgoing:
    headers = {
        VERSION: str(event.originator_version),
        TOPIC: event.topic,
        EXPECTED_STREAM: stream,
        MESSAGE_ID: message_id,
    }
    if hash_ is not None:
        headers[HASH] = hash_
    return Outgoing(subject, event.state, headers)


def to_stored_event(message: StoredMessage) -> StoredEvent:
    return StoredEvent(originator_of(message.subject), version_of(message), message.headers[TOPIC], message.data)


def to_notification(message: StoredMessage) -> Notification:
    event = to_stored_event(message)
    return Notification(event.originator_id, event.originator_version, event.topic, event.state, message.sequence)


def to_head(message: StoredMessage | None) -> Head:
    if message is None:
        return NO_EVENTS
    return Head(version_of(message), message.sequence, message.headers.get(HASH, GENESIS))


def version_of(message: StoredMessage) -> int:
    return int(message.headers[VERSION])
