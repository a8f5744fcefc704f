"""EVENTS and AUDIT as the notary and the auditor read them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import nats.errors

from domain.contracts.subjects import ALL_EVENTS, AUDIT, CHECKPOINTS, EVENTS, command_subject
from domain.notary.errors import HistoryInconsistent
from domain.proof.leaf import LoggedEvent
from infra.eventstore.envelope import EXPECTED_SEQUENCE, HASH, MESSAGE_ID, TOPIC, VERSION
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage, get_last_from_leader
from infra.nats.errors import Rejected
from infra.nats.walking import walk

REQUESTS: Final = command_subject("audit")
"""A request with an empty payload is answered with a checkpoint that covers all events before it, or a refusal."""

WRONG_LAST_SEQUENCE: Final = frozenset({10071, 10164})


def logged(message: StoredMessage) -> LoggedEvent:
    """The part of a message that is proved."""
    headers = message.headers
    return LoggedEvent(
        message.sequence,
        message.subject,
        headers.get(VERSION, ""),
        headers.get(TOPIC, ""),
        headers.get(HASH, ""),
        message.data,
    )


def read_events(bridge: Bridge, subject: str = ALL_EVENTS, last: int | None = None) -> Iterator[LoggedEvent]:
    """All events on the subject, to sequence `last` or to the end, in order, page by page."""
    for message in walk(bridge, EVENTS, subject):
        if last is not None and message.sequence > last:
            return
        yield logged(message)


def read_checkpoints(bridge: Bridge) -> Iterator[bytes]:
    """All signed notes in AUDIT, oldest first."""
    for message in walk(bridge, AUDIT, CHECKPOINTS):
        yield message.data


def request_checkpoint(bridge: Bridge, timeout_s: float = 30.0) -> bytes | None:
    """A fresh checkpoint from the notary as a signed note; None when it does not answer or refuses."""
    try:
        reply = bridge.run(bridge.nc.request(REQUESTS, b"", timeout=timeout_s))
    except (nats.errors.NoRespondersError, nats.errors.TimeoutError):
        return None
    return None if reply.data.startswith(b"{") else reply.data


@dataclass(frozen=True, slots=True)
class Published:
    """The newest note in AUDIT and its sequence there; 0 and nothing when there is none."""

    sequence: int = 0
    note: bytes = b""


def newest_checkpoint(bridge: Bridge) -> Published:
    """From the leader, because a stale answer would look like a lost checkpoint."""
    last = bridge.run(get_last_from_leader(bridge.nc, AUDIT, CHECKPOINTS))
    return Published(last.sequence, last.data) if last else Published()


def publish_checkpoint(bridge: Bridge, note: bytes, after: Published) -> Published:
    """Appends the note right after another one. Raises HistoryInconsistent when a second notary was there first."""
    headers = {MESSAGE_ID: hashlib.sha256(note).hexdigest(), EXPECTED_SEQUENCE: str(after.sequence)}
    try:
        (sequence,) = bridge.run(publish_batch(bridge.nc, [Outgoing(CHECKPOINTS, note, headers)]))
    except Rejected as refusal:
        if refusal.code not in WRONG_LAST_SEQUENCE:
            raise
        found = newest_checkpoint(bridge)
        if found.note != note:
            raise HistoryInconsistent("AUDIT holds a checkpoint that this notary has not signed") from refusal
        return found  # an earlier try was stored, its acknowledgement was lost
    return Published(sequence, note)
