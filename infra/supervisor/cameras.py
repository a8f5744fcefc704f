"""One process per registered camera: follows the camera events and starts, restarts or stops producers."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from nats.aio.client import Client
from nats.aio.msg import Msg

from domain.contracts.codec import CodecError
from domain.contracts.events import (
    CameraConfigured,
    CameraRegistered,
    CameraRetired,
    Envelope,
    EventUnknown,
    decode_event,
)
from domain.contracts.plant import ARCHIVE_SCHEME
from domain.contracts.subjects import CAMERA, EVENTS, event_live_subject, event_subject
from infra.eventstore.envelope import TOPIC
from infra.nats.direct import StoredMessage, get_page
from infra.nats.errors import NatsAdapterError
from infra.supervisor.keeper import CountsRestarts, Keeper, Prepare

LOOK_PERIOD_S = 15.0
PAGE = 500

log = logging.getLogger(__name__)


class CameraProcesses:
    """The producers of one home, each under a keeper of its own."""

    def __init__(self, nc: Client, prepare: Callable[[str], Prepare], home: Path, restarted: CountsRestarts) -> None:
        self._nc = nc
        self._prepare = prepare
        self._home = home
        self._restarted = restarted
        self._keepers: dict[str, Keeper] = {}
        self._changed = asyncio.Event()
        self._position = 0
        self._to_apply: dict[str, bool] = {}

    async def follow(self) -> None:
        """Runs until cancelled. Live events only wake it: what is true is read from the stream."""
        await self._nc.subscribe(event_live_subject(CAMERA, ">"), cb=self._wake)
        while True:
            try:
                await self._catch_up()
            except (NatsAdapterError, OSError) as error:
                log.warning("camera events not read", extra={"why": str(error)})
            try:
                await asyncio.wait_for(self._changed.wait(), LOOK_PERIOD_S)
            except TimeoutError:
                continue

    async def stop(self) -> None:
        await asyncio.gather(*(keeper.stop() for keeper in self._keepers.values()))

    async def _wake(self, _message: Msg) -> None:
        self._changed.set()

    async def _catch_up(self) -> None:
        self._changed.clear()
        while True:
            page = await get_page(self._nc, EVENTS, self._position + 1, PAGE, event_subject(CAMERA, ">"))
            for message in page.messages:
                self._position = message.sequence
                _note(message, self._to_apply)
            if not page.messages or not page.pending:
                break
        while self._to_apply:
            camera_id, is_watched = self._to_apply.popitem()
            await self._apply(camera_id, is_watched=is_watched)

    async def _apply(self, camera_id: str, *, is_watched: bool) -> None:
        """A change of the camera's facts starts its process afresh."""
        known = self._keepers.pop(camera_id, None)
        if known is not None:
            await known.stop()
        if is_watched:
            keeper = Keeper(f"producer.{camera_id}", self._prepare(camera_id), self._home, self._restarted)
            self._keepers[camera_id] = keeper
            await keeper.start()
            log.info("camera process started", extra={"camera": camera_id})


def _note(message: StoredMessage, wanted: dict[str, bool]) -> None:
    envelope = _decoded(message)
    match envelope.event if envelope else None:
        case CameraRegistered() | CameraConfigured() as told:
            wanted[told.camera_id] = not told.source.startswith(ARCHIVE_SCHEME)
        case CameraRetired(camera_id=camera_id):
            wanted[camera_id] = False


def _decoded(message: StoredMessage) -> Envelope | None:
    try:
        return decode_event(message.headers.get(TOPIC, ""), message.data)
    except (EventUnknown, CodecError) as error:
        log.warning("camera event not understood", extra={"position": message.sequence, "why": str(error)})
        return None
