"""The desk: takes questions about machines' pictures from NATS, refuses what cannot be, answers from the albums."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import nats.errors
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from domain.contracts.codec import CodecError, from_json
from domain.contracts.commands.replies import Refused
from domain.contracts.identifiers import IdentifierRefused, ZoneId
from domain.contracts.teaching import (
    ADD,
    ALBUM,
    LABEL,
    PICTURE,
    REMOVE,
    Album,
    AlbumAsked,
    PictureAdded,
    PictureBytes,
    PictureLabelled,
    PictureNamed,
    TeachingProgress,
)
from domain.contracts.whatif import encode_answer
from inference.machines.album import AlbumRefused, Albums, counts
from infra.nats.bridge import Bridge

log = logging.getLogger(__name__)

QUEUE: Final = "teacher"

Progress = Callable[[ZoneId], TeachingProgress | None]


class TeachingDesk:
    """`open` it on the bridge's loop, `close` it there too."""

    def __init__(self, bridge: Bridge, albums: Albums, progress: Progress) -> None:
        self._bridge, self._albums, self._progress = bridge, albums, progress
        self._one_at_a_time = asyncio.Lock()
        self._subscriptions: list[Subscription] = []

    async def open(self) -> None:
        answers: Mapping[str, Callable[[bytes], Album | PictureBytes]] = {
            ALBUM: self._album,
            ADD: self._add,
            LABEL: self._label,
            REMOVE: self._remove,
            PICTURE: self._picture,
        }
        for subject, answer in answers.items():
            taking = self._taking(subject, answer)
            self._subscriptions.append(await self._bridge.nc.subscribe(subject, queue=QUEUE, cb=taking))
        await self._bridge.nc.flush()

    async def close(self) -> None:
        for subscription in self._subscriptions:
            try:
                await subscription.unsubscribe()
            except nats.errors.Error as error:
                log.info("desk closed after its connection", extra={"why": str(error)})

    def _taking(
        self, subject: str, answer: Callable[[bytes], Album | PictureBytes]
    ) -> Callable[[Msg], Awaitable[None]]:
        async def take(message: Msg) -> None:
            async with self._one_at_a_time:
                replied = await asyncio.to_thread(_replied, subject, answer, message.data)
            if message.reply:
                await message.respond(encode_answer(replied))

        return take

    def _album(self, data: bytes) -> Album:
        return self._told(from_json(AlbumAsked, data).zone_id)

    def _add(self, data: bytes) -> Album:
        added = from_json(PictureAdded, data)
        self._albums.add(added.zone_id, added.png, added.states, datetime.now(UTC))
        return self._told(added.zone_id)

    def _label(self, data: bytes) -> Album:
        labelled = from_json(PictureLabelled, data)
        self._albums.label(labelled.zone_id, labelled.picture_id, labelled.states)
        return self._told(labelled.zone_id)

    def _remove(self, data: bytes) -> Album:
        named = from_json(PictureNamed, data)
        self._albums.remove(named.zone_id, named.picture_id)
        return self._told(named.zone_id)

    def _picture(self, data: bytes) -> PictureBytes:
        named = from_json(PictureNamed, data)
        return self._albums.bytes_of(named.zone_id, named.picture_id)

    def _told(self, zone_id: ZoneId) -> Album:
        kept = self._albums.pictures(zone_id)
        return Album(tuple(each.told for each in kept), counts(kept), self._progress(zone_id))


def _replied(subject: str, answer: Callable[[bytes], Album | PictureBytes], data: bytes) -> object:
    """Never raises for what a client sent."""
    try:
        return answer(data)
    except (CodecError, IdentifierRefused) as error:
        return Refused("malformed", str(error))
    except AlbumRefused as error:
        return Refused(error.code, str(error))
    except Exception:
        log.exception("a question failed", extra={"subject": subject})
        return Refused("failed", "the desk failed on this question; the log of teacher says why")
