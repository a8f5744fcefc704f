"""A flush means that the server has dealt with what was sent before it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from infra.embedded.nats import NatsServer
from infra.nats.quick_client import QuickClient


@asynccontextmanager
async def overheard(server: NatsServer, said: bytearray) -> AsyncIterator[QuickClient]:
    """A client of the real server; what it says is written down on its way."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, note: bytearray) -> None:
        while data := await reader.read(65536):
            note.extend(data)
            writer.write(data)
            await writer.drain()
        writer.close()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, questions = await asyncio.open_connection("127.0.0.1", server.port)
        await asyncio.gather(carry(reader, questions, said), carry(answers, writer, bytearray()))

    ears = await asyncio.start_server(relay, "127.0.0.1", 0)
    user, client = urlsplit(server.url("admin")), QuickClient()
    port = ears.sockets[0].getsockname()[1]
    await client.connect(f"nats://127.0.0.1:{port}", user=user.username, password=user.password, allow_reconnect=False)
    yield client
    await client.close()
    ears.close()
    await ears.wait_closed()


async def test_it_is_answered_after_a_subscription_that_was_made_before(nats_server: NatsServer) -> None:
    said = bytearray()
    async with overheard(nats_server, said) as client:
        for number in range(20):
            await client.subscribe(f"flushed.{number}")
            await client.flush()
            assert said.rfind(b"PING\r\n") > said.find(f"SUB flushed.{number} ".encode()) > 0
