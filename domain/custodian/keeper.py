"""Gives up evidence: first the event, then the object. What an event has promised is deleted by following EVENTS.

A crash between the two changes nothing: the next `finish`, in this process or after a restart, begins behind the last
position whose promises are kept.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from domain.contracts.codec import CodecError
from domain.contracts.commands import Accepted, ExpireEvidence, decode_reply, encode_command
from domain.contracts.events import EvidenceExpired
from domain.contracts.identifiers import CameraId, IncidentId
from domain.contracts.plant import EvidenceKind, ExpiryCause
from domain.contracts.subjects import EVENTS, INCIDENT, command_subject, event_subject
from domain.custodian.board import Board
from domain.custodian.custody import EXPIRY, Custody, custody_of, events, retention_days
from domain.custodian.errors import DomainUnsure, Stopped
from domain.custodian.shelf import KEPT, PREFIX, Fill, Shelf, Stored
from domain.custodian.state import Memory
from infra.nats.bridge import Bridge
from infra.nats.requests import ask
from infra.nats.streams import last_sequence

log = logging.getLogger(__name__)

BY: Final = "custodian"
STAYS: Final = frozenset({"evidence_locked", "evidence_not_there", "incident_unknown"})
"""Refusals that say that the file stays where it is; any other leaves the outcome open."""


class Keeper:
    """Each method raises NatsAdapterError, DomainUnsure, Stopped, infra.objects.UNAVAILABLE; repeated, it goes on."""

    def __init__(
        self,
        bridge: Bridge,
        shelf: Shelf,
        memory: Memory,
        board: Board,
        *,
        usual_days: int,
        clock: Callable[[], datetime],
        stopping: threading.Event,
    ) -> None:
        self._bridge, self._shelf, self._memory, self._board = bridge, shelf, memory, board
        self._usual_days, self._clock, self._stopping = usual_days, clock, stopping

    def finish(self) -> None:
        """Deletes every object that EVENTS says is given up and that is still there."""
        followed = self._memory.state.followed
        end = self._bridge.run(last_sequence(self._bridge.nc, EVENTS))
        if end < followed:
            log.error("EVENTS is shorter than it was, it is followed again", extra={"was": followed, "is": end})
            followed = 0
        for message, envelope in events(self._bridge, event_subject(INCIDENT, ">"), EXPIRY, followed):
            self._go_on()
            if isinstance(envelope.event, EvidenceExpired):
                self._delete(IncidentId(UUID(message.subject.rpartition(".")[2])), envelope.event.kind)
                followed = message.sequence
                self._memory.change(followed=followed)
        self._memory.change(followed=max(followed, end))

    def expire_old(self, now: datetime) -> int:
        """Gives up what is older than its camera's time; returns the number of files."""
        days_of = retention_days(self._bridge)
        shortest = timedelta(days=min([self._usual_days, *days_of.values()]))
        gone = unnamed = 0
        for day in sorted(self._shelf.fill().days):
            if day > (now - shortest).date():
                break
            for incident_id, stored in self._shelf.pictures(day).items():
                custody = custody_of(self._bridge, incident_id)
                unnamed += len(_unnamed(custody, stored))
                if custody is not None and not custody.locked:
                    gone += self._expire_aged(custody, now - self._life(custody, days_of))
            self.finish()
        self._board.unnamed(unnamed)
        return gone

    def make_room(self, wanted: int, fill: Fill) -> int:
        """Gives up the oldest unlocked files until `wanted` bytes are free; returns how many are."""
        freed = 0
        for day in sorted(fill.days):
            for custody, stored in self._by_age(self._shelf.pictures(day)):
                held = custody.held()
                for each in stored:
                    if each.key in held and self._give_up(custody, held[each.key].kind, ExpiryCause.STORE_FULL):
                        freed += each.size_bytes
                if freed >= wanted:
                    break
            self.finish()
            if freed >= wanted:
                break
        return freed

    def _life(self, custody: Custody, days_of: dict[CameraId, int]) -> timedelta:
        return timedelta(days=days_of.get(custody.camera_id, self._usual_days))

    def _expire_aged(self, custody: Custody, oldest: datetime) -> int:
        aged = [file.kind for file in custody.held().values() if file.stored_at <= oldest and file.kind not in KEPT]
        return sum(self._give_up(custody, kind, ExpiryCause.RETENTION) for kind in aged)

    def _by_age(self, groups: dict[IncidentId, list[Stored]]) -> list[tuple[Custody, list[Stored]]]:
        """Unlocked ones of a day, the oldest incident first."""
        found = [(custody_of(self._bridge, incident_id), stored) for incident_id, stored in groups.items()]
        unlocked = [(custody, stored) for custody, stored in found if custody is not None and not custody.locked]
        return sorted(unlocked, key=lambda pair: (pair[0].opened_at, str(pair[0].incident_id)))

    def _give_up(self, custody: Custody, kind: EvidenceKind, cause: ExpiryCause) -> bool:
        """Asks the domain for the event. False: the file stays, somebody has locked it meanwhile."""
        self._go_on()
        command_id = str(uuid5(custody.incident_id, f"expire {kind.value}"))
        order = ExpireEvidence(custody.incident_id, kind, cause)
        data = encode_command(order, command_id=command_id, by=BY, at=self._clock())
        asking = ask(self._bridge.nc, command_subject(INCIDENT), data, timeout_s=self._bridge.timeout_s)
        try:
            reply = decode_reply(self._bridge.run(asking).data)
        except CodecError as error:
            raise DomainUnsure(f"the domain's answer is not readable: {error}") from error
        extra = {"incident": str(custody.incident_id), "kind": kind.value, "cause": cause.value}
        if isinstance(reply, Accepted):
            log.info("evidence given up", extra=extra)
            self._board.expired(cause)
            return True
        if reply.code in STAYS:
            log.info("evidence stays", extra=extra | {"code": reply.code})
            return False
        raise DomainUnsure(f"the domain did not give up {kind.value} of {custody.incident_id}: {reply.message}")

    def _delete(self, incident_id: IncidentId, kind: EvidenceKind) -> None:
        custody = custody_of(self._bridge, incident_id)
        file = custody.files.get(kind) if custody else None
        if file is None or not file.key.startswith(PREFIX):
            log.error("a file that was given up has no place", extra={"incident": str(incident_id), "kind": kind.value})
            return
        self._shelf.remove(file.key)
        self._board.deleted()
        log.info("evidence deleted", extra={"incident": str(incident_id), "kind": kind.value, "key": file.key})

    def _go_on(self) -> None:
        if self._stopping.is_set():
            raise Stopped("the process ends")


def _unnamed(custody: Custody | None, stored: list[Stored]) -> list[Stored]:
    """Files in the store that no event of their incident names: nobody has given them up, so they stay."""
    named = set() if custody is None else {file.key for file in custody.files.values()}
    return [each for each in stored if each.key not in named]
