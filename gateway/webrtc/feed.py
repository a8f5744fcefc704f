"""A camera's packets as its process hands them out, read from its socket; none of them is decoded here."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.errors import GatewayError
from infra.live_packets import HEADER, PacketHeader, PacketsUnreadable, connected, unpacked

log = logging.getLogger(__name__)

FIRST_S: Final = 1.5
"""A camera that sends no picture for so long has none to show."""

BUFFER: Final = 1 << 20

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[], Awaitable[Ends]]
"""Connects to where a camera's packets are handed out. Raises OSError when they are not, at the moment."""


class CameraSilent(GatewayError):
    """The camera sends no pictures at the moment."""

    code = "camera_silent"


class FeedEnded(GatewayError):
    """The camera's process hands out no more packets."""


@dataclass(frozen=True, slots=True)
class LivePacket:
    """One picture, encoded."""

    header: PacketHeader
    data: bytes


class PacketFeed:
    """One connection to a camera's process, from its newest keyframe on."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def opened(cls, connect: Connect) -> "PacketFeed":
        """Raises CameraSilent."""
        try:
            reader, writer = await connect()
        except OSError as error:
            raise CameraSilent("no process of this camera hands out its packets") from error
        return cls(reader, writer)

    async def next(self) -> LivePacket:
        """Raises FeedEnded."""
        try:
            header = unpacked(await self._reader.readexactly(HEADER.size))
            return LivePacket(header, await self._reader.readexactly(header.size))
        except (asyncio.IncompleteReadError, OSError) as error:
            raise FeedEnded("the camera's process has closed the connection") from error
        except PacketsUnreadable as error:
            log.warning("packets of a camera are not readable", extra={"reason": str(error)})
            raise FeedEnded("packets of another build") from error

    def close(self) -> None:
        self._writer.close()


async def connect_here(folder: Path) -> Ends:
    """To the process of a camera of this home. folder: of its live pictures. Raises OSError."""
    return await asyncio.open_unix_connection(sock=connected(folder), limit=BUFFER)


async def first_header(connect: Connect) -> PacketHeader:
    """Of the keyframe that a new viewer would begin with. Raises CameraSilent."""
    feed = await PacketFeed.opened(connect)
    try:
        return (await asyncio.wait_for(feed.next(), FIRST_S)).header
    except (FeedEnded, TimeoutError) as error:
        raise CameraSilent("the camera sends no pictures at the moment") from error
    finally:
        feed.close()
