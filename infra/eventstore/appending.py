"""The write path: optimistic concurrency over one or several aggregates, and exactly one copy after a lost answer.

Facts about nats-server 2.15.1 that shape it: only a subject's first message in a batch may carry an expected sequence;
after a lost acknowledgement one node answers the repeat with "wrong last sequence", a cluster with "duplicate".
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from eventsourcing.persistence import IntegrityError, StoredEvent

from infra.eventstore.envelope import (
    EXPECTED_SEQUENCE,
    MESSAGE_ID,
    Head,
    chained_hash,
    subject_of,
    to_head,
    to_message,
)
from infra.eventstore.heads import HeadCache
from infra.nats.batch import DUPLICATE_IN_BATCH, TRY_AGAIN, Outgoing, check_size, send
from infra.nats.bridge import Bridge
from infra.nats.direct import get_last, get_last_from_leader, get_next_from_leader
from infra.nats.errors import NoAnswer, Rejected
from infra.nats.requests import FIRST_TRY_S, PAUSE_S

WRONG_LAST_SEQUENCE = frozenset({10071, 10164})
TRIES_OF_ONE_SAVE_S = 15.0


class _Conflict(Exception):
    """The subject has moved on from the sequence that was expected."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    messages: list[Outgoing]
    heads: dict[str, Head]  # of each aggregate when all is stored, but for the sequence


class Appender:
    """Appends events under `<prefix>.<id>` of one stream, each aggregate from the version that the caller knows."""

    def __init__(self, bridge: Bridge, stream: str, prefix: str) -> None:
        self._bridge, self._stream, self._prefix = bridge, stream, prefix
        self._known = HeadCache()

    def append(self, events: Sequence[StoredEvent], also: Outgoing | None = None) -> list[int]:
        """Stores all or none; returns the stream sequences of the events.

        also    one more message of the same stream and batch, with an expectation of its own
        Raises  IntegrityError when an aggregate is not at the version before; Rejected; NoAnswer (outcome unknown)
        """
        if not events and also is None:
            return []
        firsts = _first_versions(self._prefix, events)
        before = {subject: self._head_before(subject, version) for subject, version in firsts.items()}
        try:
            return self._store(events, before, also)
        except _Conflict as conflict:
            current = {subject: self._head_from_leader(subject, version) for subject, version in firsts.items()}
            if current == before:
                raise IntegrityError(str(conflict)) from conflict
        try:
            return self._store(events, current, also)
        except _Conflict as conflict:
            raise IntegrityError(str(conflict)) from conflict

    def _store(self, events: Sequence[StoredEvent], before: Mapping[str, Head], also: Outgoing | None) -> list[int]:
        prepared = self._prepare(events, before)
        messages = [*prepared.messages, also] if also is not None else prepared.messages
        check_size(self._bridge.nc, messages)
        try:
            sequences = self._bridge.run(self._send_until_certain(messages))[: len(events)]
        except BaseException:
            for subject in before:
                self._known.drop(subject)
            raise
        for message, sequence in zip(prepared.messages, sequences, strict=True):
            self._known.put(message.subject, replace(prepared.heads[message.subject], sequence=sequence))
        return sequences

    def _prepare(self, events: Sequence[StoredEvent], before: Mapping[str, Head]) -> _Prepared:
        save, heads, messages = uuid4().hex, dict(before), list[Outgoing]()
        for number, event in enumerate(events):
            subject = subject_of(self._prefix, event.originator_id)
            head = heads[subject]
            hash_ = chained_hash(head.hash, subject, event.originator_version, event.topic, event.state)
            message = to_message(self._stream, subject, event, f"{save}.{number}", hash_)
            if head is before[subject]:  # the subject's first message here; the server takes a check on no other
                message = expecting(message, head.sequence)
            heads[subject] = Head(event.originator_version, 0, hash_)
            messages.append(message)
        return _Prepared(messages, heads)

    async def _send_until_certain(self, messages: Sequence[Outgoing]) -> list[int]:
        clock, patience, answer_lost = asyncio.get_running_loop().time, FIRST_TRY_S, False
        deadline = clock() + TRIES_OF_ONE_SAVE_S
        while True:
            try:
                return await send(self._bridge.nc, messages, patience)
            except NoAnswer:
                answer_lost = True
                if clock() >= deadline:
                    raise
            except Rejected as refusal:
                if answer_lost and (refusal.code in WRONG_LAST_SEQUENCE or refusal.code == DUPLICATE_IN_BATCH):
                    stored = await self._already_stored(messages)
                    if stored is not None:
                        return stored
                if refusal.code in WRONG_LAST_SEQUENCE:
                    raise _Conflict(str(refusal)) from refusal
                if refusal.code not in TRY_AGAIN or clock() >= deadline:
                    raise
            patience *= 2
            await asyncio.sleep(PAUSE_S)

    async def _already_stored(self, messages: Sequence[Outgoing]) -> list[int] | None:
        """Sequences of these very messages when an earlier try has stored them, whose answer was lost."""
        first = messages[0]
        after = int(first.headers[EXPECTED_SEQUENCE])
        found = await get_next_from_leader(self._bridge.nc, self._stream, after + 1, first.subject)
        if found is None or found.headers.get(MESSAGE_ID) != first.headers[MESSAGE_ID]:
            return None
        return list(range(found.sequence, found.sequence + len(messages)))

    def _head_before(self, subject: str, first_version: int) -> Head:
        """What the aggregate's newest event must be, from memory, for a new aggregate without a look at the stream."""
        known = self._known.get(subject)
        if known is not None and known.version == first_version - 1:
            return known
        if known is None and first_version <= 1:
            return to_head(None)
        head = to_head(self._bridge.run(get_last(self._bridge.nc, self._stream, subject)))
        if head.version == first_version - 1:
            return head
        return self._head_from_leader(subject, first_version)

    def _head_from_leader(self, subject: str, first_version: int) -> Head:
        head = to_head(self._bridge.run(get_last_from_leader(self._bridge.nc, self._stream, subject)))
        fits = head.version == first_version - 1 or (head.sequence == 0 and first_version <= 1)
        if not fits:
            raise IntegrityError(f"{subject} is at version {head.version}, version {first_version} cannot follow it")
        return head


def expecting(message: Outgoing, sequence: int) -> Outgoing:
    """The message, to be stored only when `sequence` is the newest on its subject (0: when there is none)."""
    return replace(message, headers={**message.headers, EXPECTED_SEQUENCE: str(sequence)})


def _first_versions(prefix: str, events: Sequence[StoredEvent]) -> dict[str, int]:
    firsts: dict[str, int] = {}
    lasts: dict[str, int] = {}
    for event in events:
        subject, version = subject_of(prefix, event.originator_id), event.originator_version
        if subject in lasts and version != lasts[subject] + 1:
            raise IntegrityError(f"{subject}: version {version} cannot follow version {lasts[subject]} in one save")
        firsts.setdefault(subject, version)
        lasts[subject] = version
    return firsts
