"""The node's end: gives passes to the gateway, and the live pictures of the cameras that this node holds.

Only the gateway may ask for a pass: NATS sees to that. A connection without one is told nothing.
"""

import asyncio
import contextlib
import logging
import secrets
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from nats.aio.client import Client
from nats.aio.msg import Msg

from infra.embedded import EnvironmentTrouble
from infra.live_packets import connected
from infra.live_views import is_refused, live_file, live_folder, wish
from infra.relay.certificate import Identity, fresh_identity
from infra.relay.wire import (
    LONGEST_LINE,
    Endpoint,
    Pass,
    Refusal,
    RelayUnreadable,
    Reply,
    Wish,
    ask_subject,
    camera_in,
    notice_loss,
    packed_pass,
    packed_reply,
    wish_in,
)

log = logging.getLogger(__name__)

AT_ONCE: Final = 64
"""Connections; more wait to be accepted."""

VALID_S: Final = 60.0
MOST_TICKETS: Final = 4096
FIRST_S: Final = 5.0
STALLED_S: Final = 5.0
"""Who does not read for so long is disconnected."""

CHUNK: Final = 1 << 16
PAUSE_S: Final = 1.0


class _Refused(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class LiveRelay:
    """home    of the node, with its live files
    endpoint   to listen at, and at which gateways reach this node
    holds      whether a camera is this node's at this moment
    """

    def __init__(
        self,
        home: Path,
        endpoint: Endpoint,
        holds: Callable[[str], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._home, self._endpoint, self._holds, self._clock = home, endpoint, holds, clock
        self._tickets: dict[str, tuple[str, float]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._identity: Identity | None = None

    async def start(self, nc: Client, node: str) -> None:
        """Raises EnvironmentTrouble when the address cannot be listened at."""
        host, port = self._endpoint.host, self._endpoint.port
        try:
            self._identity = fresh_identity(self._home / "run")
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            listener = socket.create_server((host, port), family=family, backlog=AT_ONCE)
        except OSError as error:
            raise EnvironmentTrouble(f"Live pictures cannot be offered at {host}, port {port}: {error}.") from error
        listener.setblocking(False)
        self._keep(asyncio.create_task(self._accept(listener, self._identity)))
        await nc.subscribe(ask_subject(node), cb=self._asked)
        log.info("live pictures are shown to gateways", extra={"port": port})

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _asked(self, message: Msg) -> None:
        try:
            found: Pass | Refusal = self._passed(camera_in(message.data))
        except RelayUnreadable:
            found = Refusal.UNKNOWN
        await message.respond(packed_pass(found))

    def _passed(self, camera: str) -> Pass | Refusal:
        if self._identity is None or not self._holds(camera):
            return Refusal.NOT_HELD
        now = self._clock()
        self._tickets = {ticket: said for ticket, said in self._tickets.items() if said[1] > now}
        if len(self._tickets) >= MOST_TICKETS:
            return Refusal.BUSY
        ticket = secrets.token_urlsafe(32)
        self._tickets[ticket] = (camera, now + VALID_S)
        return Pass(self._endpoint, self._identity.certificate, ticket, VALID_S)

    def _keep(self, task: "asyncio.Task[None]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listener: socket.socket, identity: Identity) -> None:
        """A place is taken before a connection is: whoever is too many costs nothing."""
        with listener:
            while True:
                await self._places.acquire()
                try:
                    connection, _ = await asyncio.get_running_loop().sock_accept(listener)
                except OSError as error:
                    self._places.release()
                    log.warning("a gateway was not accepted", extra={"reason": error.strerror or type(error).__name__})
                    await asyncio.sleep(PAUSE_S)
                    continue
                notice_loss(connection)
                task = asyncio.create_task(self._serve(connection, identity))
                task.add_done_callback(lambda _: self._places.release())
                self._keep(task)

    async def _serve(self, connection: socket.socket, identity: Identity) -> None:
        writer = None
        try:
            async with asyncio.timeout(FIRST_S):
                reader, writer = await _secured(connection, identity)
                asked = wish_in(await reader.readuntil())
            await self._answer(asked, reader, writer)
        except (OSError, EOFError, asyncio.LimitOverrunError, RelayUnreadable):
            return  # a wrong or a broken connection; it is told nothing
        finally:
            if writer is not None:
                writer.close()
            else:
                connection.close()

    async def _answer(self, asked: Wish, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            camera = self._camera_of(asked.ticket)
            if asked.file:
                data = await asyncio.to_thread(self._file, camera, asked)
                await _written(writer, packed_reply(Reply(size=len(data))) + data)
            else:
                await self._pass_on(camera, asked, reader, writer)
        except _Refused as refused:
            await _written(writer, packed_reply(Reply(refused.refusal)))

    def _camera_of(self, ticket: str) -> str:
        camera, until = self._tickets.get(ticket, ("", 0.0))
        if not camera or until <= self._clock():
            raise _Refused(Refusal.UNKNOWN)
        if not self._holds(camera):
            raise _Refused(Refusal.NOT_HELD)
        return camera

    def _file(self, camera: str, asked: Wish) -> bytes:
        is_list = asked.file.endswith(".m3u8")
        if is_list:
            wish(self._home, camera, asked.quality)
        path = live_file(self._home, camera, asked.quality, asked.file)
        try:
            if path is not None:
                return path.read_bytes()
        except FileNotFoundError:
            raise _Refused(Refusal.UNKNOWN) from None  # it has just been replaced
        is_busy = is_list and is_refused(self._home, camera, asked.quality)
        raise _Refused(Refusal.BUSY if is_busy else Refusal.UNKNOWN)

    async def _pass_on(
        self, camera: str, asked: Wish, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """The camera's packets, until its process ends or the gateway goes."""
        try:
            found = connected(live_folder(self._home, camera, asked.quality))
            source, end = await asyncio.open_unix_connection(sock=found)
        except OSError:
            raise _Refused(Refusal.SILENT) from None
        leaving = asyncio.create_task(_ended(reader, end))
        try:
            await _written(writer, packed_reply(Reply()))
            while data := await source.read(CHUNK):
                await _written(writer, data)
        finally:
            leaving.cancel()
            end.close()


async def _ended(reader: asyncio.StreamReader, end: asyncio.StreamWriter) -> None:
    """A gateway says nothing more: whatever comes from it is its end."""
    with contextlib.suppress(OSError):
        await reader.read(1)
    end.close()


async def _secured(connection: socket.socket, identity: Identity) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await loop.connect_accepted_socket(
        lambda: protocol, connection, ssl=identity.context, ssl_handshake_timeout=FIRST_S, ssl_shutdown_timeout=FIRST_S
    )
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


async def _written(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    async with asyncio.timeout(STALLED_S):
        await writer.drain()
