"""Gives up recordings on demand: like evidence, first the event, then the object (R118, R119).

They are few, so nothing is remembered: what an event has promised is deleted as long as the store still lists it.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from domain.contracts.codec import CodecError
from domain.contracts.commands import Accepted, ExpireRecording, decode_reply, encode_command
from domain.contracts.events import (
    RecordingExpired,
    RecordingLocked,
    RecordingStarted,
    RecordingStored,
    RecordingUnlocked,
)
from domain.contracts.identifiers import CameraId, RecordingId
from domain.contracts.plant import ExpiryCause
from domain.contracts.subjects import RECORDING, command_subject, event_subject
from domain.custodian.board import Board
from domain.custodian.custody import events, retention_days
from domain.custodian.errors import DomainUnsure, Stopped
from domain.custodian.shelf import Shelf
from infra.nats.bridge import Bridge
from infra.nats.requests import ask

log = logging.getLogger(__name__)

BY: Final = "custodian"
ABOUT: Final = frozenset(f"recording.{what}" for what in ("started", "stored", "locked", "unlocked", "expired"))
STAYS: Final = frozenset({"recording_locked", "recording_not_there", "recording_unknown"})


@dataclass(slots=True)
class Kept:
    """What the history says of one recording; key and stored_at: once it was stored."""

    camera_id: CameraId
    key: str | None = None
    size_bytes: int = 0
    stored_at: datetime | None = None
    locked: bool = False
    expired: bool = False


class RecordingKeeper:
    """Each method raises NatsAdapterError, DomainUnsure, Stopped, infra.objects.UNAVAILABLE; repeated, it goes on."""

    def __init__(
        self,
        bridge: Bridge,
        shelf: Shelf,
        board: Board,
        *,
        usual_days: int,
        clock: Callable[[], datetime],
        stopping: threading.Event,
    ) -> None:
        self._bridge, self._shelf, self._board = bridge, shelf, board
        self._usual_days, self._clock, self._stopping = usual_days, clock, stopping

    def finish(self) -> None:
        """Deletes every object whose recording was given up."""
        listed = self._shelf.recordings()
        if not listed:
            return
        given_up = {kept.key for kept in self._all().values() if kept.expired}
        for key in listed & given_up:
            self._go_on()
            self._shelf.remove(key)
            self._board.deleted()
            log.info("recording deleted", extra={"key": key})

    def expire_old(self, now: datetime) -> int:
        """Gives up what is older than its camera's time; returns the number of files."""
        days_of = retention_days(self._bridge)
        gone = 0
        for recording_id, kept in self._all().items():
            life = timedelta(days=days_of.get(kept.camera_id, self._usual_days))
            if _may_go(kept) and kept.stored_at is not None and kept.stored_at <= now - life:
                gone += self._give_up(recording_id, ExpiryCause.RETENTION)
        self.finish()
        return gone

    def make_room(self, wanted: int) -> int:
        """Gives up the oldest unlocked ones until `wanted` bytes are free; returns how many are."""
        freed = 0
        for recording_id, kept in self._all().items():
            if freed >= wanted:
                break
            if _may_go(kept) and self._give_up(recording_id, ExpiryCause.STORE_FULL):
                freed += kept.size_bytes
        self.finish()
        return freed

    def _all(self) -> dict[RecordingId, Kept]:
        """In the order of their starts."""
        found: dict[RecordingId, Kept] = {}
        for message, envelope in events(self._bridge, event_subject(RECORDING, ">"), ABOUT):
            recording_id = RecordingId(UUID(message.subject.rpartition(".")[2]))
            match envelope.event:
                case RecordingStarted(camera_id=camera_id):
                    found.setdefault(recording_id, Kept(camera_id))
                case event if recording_id in found:
                    _note(found[recording_id], event, envelope.at)
        return found

    def _give_up(self, recording_id: RecordingId, cause: ExpiryCause) -> bool:
        """Asks the domain for the event. False: the file stays, somebody has locked it meanwhile."""
        self._go_on()
        order = ExpireRecording(recording_id, cause)
        data = encode_command(order, command_id=str(uuid5(recording_id, "expire")), by=BY, at=self._clock())
        asking = ask(self._bridge.nc, command_subject(RECORDING), data, timeout_s=self._bridge.timeout_s)
        try:
            reply = decode_reply(self._bridge.run(asking).data)
        except CodecError as error:
            raise DomainUnsure(f"the domain's answer is not readable: {error}") from error
        if isinstance(reply, Accepted):
            log.info("recording given up", extra={"recording": str(recording_id), "cause": cause.value})
            self._board.expired(cause)
            return True
        if reply.code in STAYS:
            return False
        raise DomainUnsure(f"the domain did not give up recording {recording_id}: {reply.message}")

    def _go_on(self) -> None:
        if self._stopping.is_set():
            raise Stopped("the process ends")


def _may_go(kept: Kept) -> bool:
    return kept.key is not None and not kept.locked and not kept.expired


def _note(kept: Kept, event: object, at: datetime) -> None:
    match event:
        case RecordingStored(key=key, size_bytes=size):
            kept.key, kept.size_bytes, kept.stored_at = key, size, at
        case RecordingLocked():
            kept.locked = True
        case RecordingUnlocked():
            kept.locked = False
        case RecordingExpired():
            kept.expired = True
