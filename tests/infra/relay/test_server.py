"""What a node shows, to whom, and what it refuses: over real TLS, asked for over a real NATS."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import nats.errors
import pytest
from nats.aio.client import Client

from infra.embedded import EnvironmentTrouble
from infra.embedded.nats import NatsServer
from infra.embedded.ports import any_free_port
from infra.live_views import LiveQuality, is_watched, live_folder, refuse
from infra.nats.bridge import connect
from infra.relay import server as relay_server
from infra.relay.certificate import fresh_identity, trusting
from infra.relay.server import LiveRelay
from infra.relay.wire import (
    Endpoint,
    Pass,
    Refusal,
    Reply,
    Wish,
    ask_subject,
    packed_camera,
    packed_wish,
    pass_in,
    reply_in,
)

NODE = "relay-test"
PLAYLIST = b"#EXTM3U"
OUT_OF_REACH = "../../../outside.mp4"


@dataclass
class Standing:
    """A node with one camera, and a gateway's connection to NATS. held: its cameras; now: seconds of its clock"""

    relay: LiveRelay
    gateway: Client
    home: Path
    held: set[str]
    now: float = 0.0

    async def asked(self, camera: str = "gate") -> Pass | Refusal:
        return pass_in((await self.gateway.request(ask_subject(NODE), packed_camera(camera), timeout=20)).data)

    async def passed(self) -> Pass:
        found = await self.asked()
        assert isinstance(found, Pass)
        return found

    async def said(self, found: Pass, line: bytes) -> tuple[Reply | None, bytes]:
        """The reply, None where there is none, and what follows it."""
        reader, writer = await asyncio.open_connection(
            found.endpoint.host, found.endpoint.port, ssl=trusting(found.certificate)
        )
        try:
            writer.write(line)
            answer = await asyncio.wait_for(reader.readline(), 20)
            return (reply_in(answer), await asyncio.wait_for(reader.read(), 20)) if answer else (None, b"")
        finally:
            writer.close()

    async def file(self, name: str, quality: LiveQuality = LiveQuality.ORIGINAL) -> tuple[Reply | None, bytes]:
        found = await self.passed()
        return await self.said(found, packed_wish(Wish(found.ticket, quality, name)))


async def until_heard(nc: Client, subject: str) -> None:
    """Until somebody answers: a flush of nats-py may overtake the subscription."""
    async with asyncio.timeout(30):
        while True:
            with suppress(nats.errors.NoRespondersError):
                await nc.request(subject, timeout=20)
                return


@pytest.fixture
async def node(nats_server: NatsServer, tmp_path: Path) -> AsyncIterator[Standing]:
    folder = live_folder(tmp_path, "gate", LiveQuality.ORIGINAL)
    folder.mkdir(parents=True)
    (folder / "index.m3u8").write_bytes(PLAYLIST)
    (tmp_path / "outside.mp4").write_bytes(b"secret")
    (folder / "link.mp4").symlink_to(tmp_path / "outside.mp4")
    theirs = await connect(nats_server.url("node"), name="node")
    ours = await connect(nats_server.url("gateway"), name="gateway")
    held = {"gate"}
    standing: Standing
    relay = LiveRelay(tmp_path, Endpoint("127.0.0.1", any_free_port()), held.__contains__, lambda: standing.now)
    standing = Standing(relay, ours, tmp_path, held)
    await relay.start(theirs, NODE)
    await until_heard(ours, ask_subject(NODE))
    yield standing
    await relay.close()
    await theirs.close()
    await ours.close()


async def test_a_list_is_sent_and_somebody_watches(node: Standing) -> None:
    assert await node.file("index.m3u8") == (Reply(size=len(PLAYLIST)), PLAYLIST)
    assert is_watched(node.home, "gate", LiveQuality.ORIGINAL)
    assert not list((node.home / "run").iterdir()), "the key is nowhere on the disk"


@pytest.mark.parametrize("name", [OUT_OF_REACH, "link.mp4", "/etc/passwd", "missing.m4s", "packets.sock", "a/b.mp4"])
async def test_no_other_file_is_sent(node: Standing, name: str) -> None:
    assert await node.file(name) == (Reply(Refusal.UNKNOWN), b"")


async def test_that_all_encoders_are_taken_is_said(node: Standing) -> None:
    refuse(node.home, "gate", LiveQuality.REDUCED)
    assert await node.file("index.m3u8", LiveQuality.REDUCED) == (Reply(Refusal.BUSY), b"")


async def test_a_camera_that_hands_out_no_packets_is_silent(node: Standing) -> None:
    assert await node.file("") == (Reply(Refusal.SILENT), b"")


async def test_only_a_camera_that_the_node_holds_is_shown(node: Standing) -> None:
    assert await node.asked("yard") is Refusal.NOT_HELD
    assert await node.asked("../gate") is Refusal.UNKNOWN
    found = await node.passed()
    node.held.clear()
    line = packed_wish(Wish(found.ticket, LiveQuality.ORIGINAL, "index.m3u8"))
    assert await node.said(found, line) == (Reply(Refusal.NOT_HELD), b"")


async def test_a_pass_is_needed_and_ends(node: Standing) -> None:
    found = await node.passed()
    line = packed_wish(Wish("another", LiveQuality.ORIGINAL, "index.m3u8"))
    assert await node.said(found, line) == (Reply(Refusal.UNKNOWN), b"")
    node.now += found.valid_s
    line = packed_wish(Wish(found.ticket, LiveQuality.ORIGINAL, "index.m3u8"))
    assert await node.said(found, line) == (Reply(Refusal.UNKNOWN), b"")


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b'{"ticket": "x", "quality": "best", "file": ""}\n',
        b"[" * 900 + b"\n",
        b"x" * 5000,
    ],
)
async def test_what_is_no_wish_is_told_nothing(node: Standing, line: bytes) -> None:
    with suppress(ConnectionError):  # closed before all of it was read
        assert await node.said(await node.passed(), line) == (None, b"")
    assert (await node.file("index.m3u8"))[1] == PLAYLIST, "others go on"


async def test_a_connection_without_tls_is_told_nothing(node: Standing) -> None:
    endpoint = (await node.passed()).endpoint
    reader, writer = await asyncio.open_connection(endpoint.host, endpoint.port)
    writer.write(b'{"ticket": "x", "quality": "original", "file": "index.m3u8"}\n')
    try:
        assert PLAYLIST not in await asyncio.wait_for(reader.read(), 20)
    except ConnectionError:
        pass
    finally:
        writer.close()


async def test_too_many_wait_until_one_leaves(node: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_server, "FIRST_S", 60.0)
    endpoint = (await node.passed()).endpoint
    idle = [await asyncio.open_connection(endpoint.host, endpoint.port) for _ in range(relay_server.AT_ONCE)]
    waiting = asyncio.create_task(node.file("index.m3u8"))
    assert (await asyncio.wait({waiting}, timeout=0.3))[0] == set()
    idle[0][1].close()
    assert (await waiting)[1] == PLAYLIST
    for _, writer in idle:
        writer.close()


async def test_who_is_no_gateway_gets_no_pass(node: Standing, nats_server: NatsServer) -> None:
    for user in ("producer", "inference", "node"):
        nc = await connect(nats_server.url(user), name=user)
        with pytest.raises(nats.errors.TimeoutError):
            await nc.request(ask_subject(NODE), packed_camera("gate"), timeout=0.3)
        await nc.close()
    assert isinstance(await node.asked(), Pass)


async def test_another_node_s_certificate_is_not_trusted(node: Standing, tmp_path: Path) -> None:
    found = await node.passed()
    other = fresh_identity(tmp_path).certificate
    with pytest.raises(ssl.SSLCertVerificationError):
        await asyncio.open_connection(found.endpoint.host, found.endpoint.port, ssl=trusting(other))


async def test_an_address_that_is_taken_is_said_at_the_start(node: Standing, tmp_path: Path) -> None:
    endpoint = (await node.passed()).endpoint
    with pytest.raises(EnvironmentTrouble, match=str(endpoint.port)):
        await LiveRelay(tmp_path, endpoint, lambda _: True).start(node.gateway, "other")


@pytest.mark.parametrize("text", ["", "10.0.0.5", "evil.example:7443", "10.0.0.5:80", "10.0.0.5:x", ":7443"])
def test_what_is_no_address_and_port_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Endpoint.parsed(text)


def test_an_address_of_ipv6_is_one() -> None:
    assert Endpoint.parsed("[fd00::5]:7443") == Endpoint("fd00::5", 7443)
