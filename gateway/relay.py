"""Live pictures of a camera wherever it is held: by this home, or by another node that is asked (docs/adr/0021, 0024).

Nodes are asked only where the operator has named this home among them (`KASKA_NODE`).
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import nats.errors
from nats.aio.client import Client

from domain.contracts.identifiers import IdentifierRefused
from gateway.webrtc.feed import BUFFER, Connect, Ends, connect_here
from infra.dispatch.leases import holder_of
from infra.live_views import LiveQuality, live_folder
from infra.nats.errors import NatsAdapterError
from infra.nats.requests import UNANSWERED
from infra.relay.certificate import trusting
from infra.relay.wire import (
    Pass,
    Refusal,
    RelayUnreadable,
    Wish,
    ask_subject,
    notice_loss,
    packed_camera,
    packed_wish,
    pass_in,
    reply_in,
)

log = logging.getLogger(__name__)

KNOWN_S: Final = 1.0
"""So long it is not asked again who holds a camera."""

MOST_KNOWN: Final = 4096
ANSWER_S: Final = 2.0
FILE_S: Final = 5.0
AT_ONCE: Final = 32
"""Connections to nodes for files; packets are limited by the live views."""


class NodeRefused(ConnectionError):
    """The node that holds the camera shows nothing of it now."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class _Kept:
    node: str
    found: Pass
    until: float


class Relay:
    """home   of this gateway
    node   its name among the nodes; empty: this home holds all cameras
    """

    def __init__(self, nc: Client, home: Path, node: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._nc, self._home, self._node, self._clock = nc, home, node, clock
        self._holders: dict[str, tuple[float, str]] = {}
        self._passes: dict[str, _Kept] = {}
        self._places = asyncio.Semaphore(AT_ONCE)

    async def is_elsewhere(self, camera: str) -> bool:
        """Whether another node holds the camera."""
        return bool(await self._holder(camera))

    def connecting(self, camera: str, quality: LiveQuality) -> Connect:
        """To who hands out the camera's packets, whichever node that is when the connection is made."""
        return partial(self._packets, camera, quality)

    async def file(self, camera: str, quality: LiveQuality, file: str) -> bytes:
        """A live file of a camera that another node holds. Raises NodeRefused, OSError."""
        node = await self._holder(camera)
        async with self._places, asyncio.timeout(FILE_S):
            reader, writer, size = await self._opened(node, camera, quality, file)
            try:
                return await reader.readexactly(size)
            except asyncio.IncompleteReadError as error:
                raise ConnectionError("the node has closed the connection") from error
            finally:
                writer.close()

    async def _packets(self, camera: str, quality: LiveQuality) -> Ends:
        node = await self._holder(camera)
        if not node:
            return await connect_here(live_folder(self._home, camera, quality))
        async with asyncio.timeout(FILE_S):
            reader, writer, _ = await self._opened(node, camera, quality, "")
        return reader, writer

    async def _holder(self, camera: str) -> str:
        """Name of another node; empty where it is this home, nobody, or not known."""
        if not self._node:
            return ""
        now = self._clock()
        until, node = self._holders.get(camera, (0.0, ""))
        if now >= until:
            until = now + KNOWN_S
            try:
                async with asyncio.timeout(ANSWER_S):
                    holder = await holder_of(self._nc, camera)
                node = "" if holder is None else holder.node
            except (NatsAdapterError, TimeoutError) as error:  # what was known last is as good
                log.warning("it cannot be read who holds a camera", extra={"camera": camera, "reason": str(error)})
                until += ANSWER_S
            if len(self._holders) >= MOST_KNOWN:
                self._holders.clear()
            self._holders[camera] = until, node
        return "" if node == self._node else node

    async def _opened(
        self, node: str, camera: str, quality: LiveQuality, file: str
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, int]:
        """The connection behind the node's reply, and the size that it told. Raises NodeRefused, OSError."""
        found, writer = await self._pass(node, camera), None
        try:
            reader, writer = await _connected(found)
            size = await _greeted(reader, writer, Wish(found.ticket, quality, file))
        except BaseException:
            self._passes.pop(camera, None)  # the node's process may have begun anew
            if writer is not None:
                writer.close()
            raise
        return reader, writer, size

    async def _pass(self, node: str, camera: str) -> Pass:
        kept = self._passes.get(camera)
        if kept is not None and kept.node == node and self._clock() < kept.until:
            return kept.found
        try:
            answer = await self._nc.request(ask_subject(node), packed_camera(camera), timeout=ANSWER_S)
            found = pass_in(answer.data)
        except (*UNANSWERED, nats.errors.Error) as error:
            raise ConnectionError("the node shows no live pictures to others, or is away") from error
        except (RelayUnreadable, IdentifierRefused) as error:
            raise ConnectionError("the node's pass cannot be read") from error
        if isinstance(found, Refusal):
            raise NodeRefused(found)
        self._passes[camera] = _Kept(node, found, self._clock() + found.valid_s / 2)
        return found


async def _connected(found: Pass) -> Ends:
    try:
        context = trusting(found.certificate)
    except ValueError as error:
        raise ConnectionError("the node's certificate is none") from error
    reader, writer = await asyncio.open_connection(
        found.endpoint.host,
        found.endpoint.port,
        ssl=context,
        limit=BUFFER,
        ssl_handshake_timeout=FILE_S,
        ssl_shutdown_timeout=FILE_S,
    )
    notice_loss(writer.get_extra_info("socket"))
    return reader, writer


async def _greeted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Wish) -> int:
    """Bytes that follow, of a file. Raises NodeRefused, OSError."""
    writer.write(packed_wish(asked))
    try:
        reply = reply_in(await reader.readuntil())
    except (EOFError, asyncio.LimitOverrunError, RelayUnreadable) as error:
        raise ConnectionError("the node's answer cannot be read") from error
    if reply.refusal is not None:
        raise NodeRefused(reply.refusal)
    return reply.size
