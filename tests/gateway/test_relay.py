"""The gateway shows a camera that another node holds: list, segments, still and packets (R30, R31)."""

import asyncio
import signal
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import httpx
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from domain.contracts.access import Right
from domain.contracts.identifiers import CameraId
from gateway import rights
from gateway.relay import Relay
from gateway.settings import GatewaySettings
from gateway.stills.elsewhere import copied
from gateway.stills.listing import listed
from gateway.webrtc.feed import CameraSilent, first_header
from gateway.webrtc.track import CameraTrack
from infra.dispatch.leases import leases_config
from infra.embedded.ports import any_free_port
from infra.live_views import LiveQuality, live_folder
from infra.nats.bridge import connect
from infra.nats.streams import ensure_stream
from infra.relay.certificate import fresh_identity
from infra.relay.server import LiveRelay
from infra.relay.wire import Endpoint, Pass, Refusal, ask_subject, packed_pass
from tests.conftest import OwnNats
from tests.gateway.conftest import Browser, Gateway
from tests.gateway.staff import hold
from tests.gateway.viewer import PlayingCamera, closed, watching
from tests.infra.dispatch.test_nodes import Node
from tests.infra.relay.test_server import until_heard
from tests.producers.footage import encode
from tests.producers.plant import Plant

GATE = CameraId("gate")
LIST = "/live/gate/index.m3u8"
PATIENCE_S = 60


@pytest.fixture
def nats_server(fresh_nats: Callable[[], OwnNats]) -> OwnNats:
    """One of its own: a node watches all cameras that the history knows."""
    return fresh_nats()


@pytest.fixture
def settings(settings: GatewaySettings) -> GatewaySettings:
    return settings.model_copy(update={"webrtc_addresses": "127.0.0.1", "node": "home"})


@pytest.fixture
async def admin(nats_server: OwnNats) -> AsyncIterator[Client]:
    """LEASES are there."""
    nc = await connect(nats_server.url("admin"), name="test")
    await ensure_stream(nc.jetstream(), leases_config())
    yield nc
    await nc.close()


@pytest.fixture
async def east(gateway: Gateway, admin: Client, nats_server: OwnNats, tmp_path: Path) -> AsyncIterator[Node]:
    """A node in a home of its own that holds the gate, which plays a file."""
    film = encode(tmp_path / "film.mp4", seconds=4)
    recorder = await asyncio.to_thread(Plant, nats_server.url())
    await asyncio.to_thread(recorder.register, GATE, f"file://{film}", 2, 64)
    await asyncio.to_thread(recorder.close)
    node = Node("east", tmp_path, nats_server, KASKA_NODE_LIVE=f"127.0.0.1:{any_free_port()}")
    yield node
    if node.process.poll() is None:
        await asyncio.to_thread(node.end, signal.SIGTERM)


async def test_a_camera_of_another_node_is_shown_as_one_s_own(
    gateway: Gateway, east: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await gateway.guard()
    playlist, header, segment = await _one_segment(browser)
    assert playlist.headers["cache-control"] == "no-cache"
    assert (segment.headers["content-type"], header.headers["content-type"]) == ("video/iso.segment", "video/mp4")
    assert b"moof" in segment.content
    assert header.content[4:8] == b"ftyp"
    still = await _until(lambda: browser.http.get("/live/gate/still.jpg"))
    assert still.content[:2] == b"\xff\xd8"
    assert not (gateway.services.settings.home / "live").exists(), "nothing of it lies here"
    viewer = await watching(browser.http)
    try:
        assert (await viewer.frame()).width == 320
    finally:
        await closed(viewer)
    monkeypatch.setattr(rights, "FRESH_S", 0.0)
    hold(gateway, (Right.VIEW_INCIDENTS,))
    for path in (LIST, "/live/gate/still.jpg"):
        assert (await browser.http.get(path)).status_code == 404, "the right is asked before the node is"


async def _one_segment(browser: Browser) -> list[httpx.Response]:
    """The list, a header and a segment that it names: they are there while somebody asks."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            answers = [await browser.http.get(LIST)]
            if named := listed(answers[0].text):
                answers += [await browser.http.get(f"/live/gate/{file}") for file in named[-1]]
            if len(answers) == 3 and all(answer.status_code == 200 for answer in answers):
                return answers
            await asyncio.sleep(0.1)


async def _until(ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    async with asyncio.timeout(PATIENCE_S):
        while (answer := await ask()).status_code != 200:  # noqa: ASYNC110 - polled on purpose
            await asyncio.sleep(0.1)
    return answer


@pytest.fixture
async def relay(nats_server: OwnNats, tmp_path: Path) -> AsyncIterator[Relay]:
    """As the gateway has it."""
    nc = await connect(nats_server.url("gateway"), name="gateway")
    yield Relay(nc, tmp_path, "home")
    await nc.close()


NONSENSE = (
    b"",
    b"[]",
    b'{"endpoint": {"host": "127.0.0.1", "port": 22}}',
    b'{"endpoint": {"host": "evil.example", "port": 7443}, "certificate": "", "ticket": "", "valid_s": 1}',
    b'{"refused": "something new"}',
    packed_pass(Refusal.NOT_HELD),
    packed_pass(Pass(Endpoint("127.0.0.1", 65535), "no certificate", "ticket", 60)),
)


async def test_a_node_that_answers_nonsense_shows_nothing(relay: Relay, admin: Client, tmp_path: Path) -> None:
    asked = await _answered(admin, list(NONSENSE))
    for _ in NONSENSE:
        with pytest.raises(OSError):
            await relay.file("gate", LiveQuality.ORIGINAL, "index.m3u8")
    assert len(asked) == len(NONSENSE)
    assert not await copied(relay, "gate", tmp_path, 0)
    with pytest.raises(CameraSilent):
        await first_header(relay.connecting("gate", LiveQuality.ORIGINAL))


async def test_another_server_at_the_node_s_address_is_told_nothing(
    relay: Relay, admin: Client, tmp_path: Path
) -> None:
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1000))
        writer.close()

    node, intruder = fresh_identity(tmp_path), fresh_identity(tmp_path)
    server = await asyncio.start_server(listen, "127.0.0.1", 0, ssl=intruder.context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        theirs = packed_pass(Pass(Endpoint("127.0.0.1", port), node.certificate, "the ticket", 60))
        asked = await _answered(admin, [theirs])
        with pytest.raises(ssl.SSLCertVerificationError):
            await relay.file("gate", LiveQuality.ORIGINAL, "index.m3u8")
    assert asked
    assert b"".join(heard) == b""


async def test_a_node_that_begins_anew_is_asked_for_another_pass(
    relay: Relay, admin: Client, nats_server: OwnNats, tmp_path: Path
) -> None:
    await admin.jetstream().publish("lease.camera.gate", b'{"node": "east", "run": "1"}')
    folder = live_folder(tmp_path / "east", "gate", LiveQuality.ORIGINAL)
    folder.mkdir(parents=True)
    (folder / "index.m3u8").write_bytes(b"#EXTM3U")
    endpoint = Endpoint("127.0.0.1", any_free_port())
    for _ in range(2):
        node = LiveRelay(tmp_path / "east", endpoint, lambda camera: camera == "gate")
        nc = await connect(nats_server.url("node"), name="node")
        await node.start(nc, "east")
        await until_heard(admin, ask_subject("east"))
        with suppress(ssl.SSLCertVerificationError):  # the certificate of before
            assert await relay.file("gate", LiveQuality.ORIGINAL, "index.m3u8") == b"#EXTM3U"
        assert await relay.file("gate", LiveQuality.ORIGINAL, "index.m3u8") == b"#EXTM3U"
        await nc.close()
        await node.close()
    with pytest.raises(OSError):
        await relay.file("gate", LiveQuality.ORIGINAL, "index.m3u8")


async def test_packets_go_on_when_the_camera_moves_to_another_node(
    relay: Relay, admin: Client, nats_server: OwnNats, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        nc = await connect(nats_server.url("node"), name="node")
        stack.push_async_callback(nc.close)
        cameras = {}
        for name, width in (("east", 320), ("west", 160)):
            node = LiveRelay(tmp_path / name, Endpoint("127.0.0.1", any_free_port()), lambda camera: camera == "gate")
            await node.start(nc, name)
            stack.push_async_callback(node.close)
            folder = live_folder(tmp_path / name, "gate", LiveQuality.ORIGINAL)
            film = encode(tmp_path / f"{name}.mp4", seconds=2, width=width)
            cameras[name] = PlayingCamera(folder, film, 3000, before=50)
            stack.callback(cameras[name].stop)
            await until_heard(admin, ask_subject(name))
        track = CameraTrack(relay.connecting("gate", LiveQuality.ORIGINAL), time.monotonic)
        stack.callback(track.stop)
        for name in ("east", "west"):
            await admin.jetstream().publish("lease.camera.gate", f'{{"node": "{name}", "run": "1"}}'.encode())
            theirs = {packet.data for packet in cameras[name].packets if packet.is_keyframe}
            async with asyncio.timeout(PATIENCE_S):
                while bytes(await track.recv()) not in theirs:
                    pass
            cameras[name].stop()


async def _answered(admin: Client, said: list[bytes]) -> list[bytes]:
    """A node holds the gate and answers so, one after the other, the last for ever. Returns what it was asked."""
    asked: list[bytes] = []

    async def answer(message: Msg) -> None:
        if message.data:
            asked.append(message.data)
        await message.respond(said[min(len(asked), len(said)) - 1])

    await admin.jetstream().publish("lease.camera.gate", b'{"node": "east", "run": "1"}')
    await admin.subscribe(ask_subject("east"), cb=answer)
    await until_heard(admin, ask_subject("east"))
    return asked
