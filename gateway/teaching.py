"""Questions to the desk that keeps machines' pictures: NATS requests and their answers (docs/adr/0025)."""

import base64
from typing import TypeVar

import nats.errors
from nats.aio.client import Client

from domain.contracts import codec
from domain.contracts.commands import Refused
from domain.contracts.identifiers import ZoneId
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
)
from domain.contracts.whatif import decode_answer
from gateway.errors import InputRefused, OutcomeUnknown, TeachingUnavailable

T = TypeVar("T")


class AlbumRefused(InputRefused):
    """The desk does not take this; `code` is its own."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.message)
        self.code = refused.code


class Teaching:
    """What the gateway asks of the desk. Each method raises TeachingUnavailable, OutcomeUnknown, AlbumRefused."""

    def __init__(self, nc: Client, *, timeout_s: float) -> None:
        self._nc, self._timeout_s = nc, timeout_s

    async def album(self, zone_id: ZoneId) -> Album:
        return await self._ask(Album, ALBUM, AlbumAsked(zone_id))

    async def add(self, zone_id: ZoneId, png: bytes, states: tuple[str, ...]) -> Album:
        return await self._ask(Album, ADD, PictureAdded(zone_id, base64.b64encode(png).decode(), states))

    async def label(self, zone_id: ZoneId, picture_id: str, states: tuple[str, ...]) -> Album:
        return await self._ask(Album, LABEL, PictureLabelled(zone_id, picture_id, states))

    async def remove(self, zone_id: ZoneId, picture_id: str) -> Album:
        return await self._ask(Album, REMOVE, PictureNamed(zone_id, picture_id))

    async def picture(self, zone_id: ZoneId, picture_id: str) -> PictureBytes:
        return await self._ask(PictureBytes, PICTURE, PictureNamed(zone_id, picture_id))

    async def _ask(self, cls: type[T], subject: str, asked: object) -> T:
        try:
            message = await self._nc.request(subject, codec.to_json(asked), timeout=self._timeout_s)
            answer = decode_answer(cls, message.data)
        except nats.errors.NoRespondersError as error:
            raise TeachingUnavailable("nobody keeps the pictures of machines at the moment") from error
        except (nats.errors.TimeoutError, nats.errors.Error) as error:
            raise OutcomeUnknown(f"the desk did not answer within {self._timeout_s} s") from error
        except codec.CodecError as error:
            raise OutcomeUnknown("the answer of the desk cannot be read") from error
        if isinstance(answer, Refused):
            raise AlbumRefused(answer)
        return answer
