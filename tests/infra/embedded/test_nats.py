"""The users of the embedded nats-server: each can do its work, and none can rewrite history."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import StreamConfig

from infra.embedded import EnvironmentTrouble
from infra.embedded.nats import SERVICES, NatsServer
from infra.nats.quick_client import QuickClient

Connect = Callable[[str], Awaitable[Client]]
HISTORY = "EVENTS"


@pytest.fixture
async def connect(nats_server: NatsServer) -> AsyncIterator[Connect]:
    opened: list[Client] = []

    async def as_user(user: str) -> Client:
        client = QuickClient()
        await client.connect(nats_server.url(user), allow_reconnect=False, error_cb=_ignore)
        opened.append(client)
        return client

    admin = await as_user("admin")
    config = StreamConfig(name=HISTORY, subjects=["es.>"], allow_direct=True)
    if HISTORY not in {stream.config.name for stream in await admin.jetstream().streams_info()}:
        await admin.jetstream().add_stream(config)
    yield as_user
    for client in opened:
        await client.close()


async def _ignore(_error: Exception) -> None:
    """Violations of permissions arrive here too; the tests look at their effect."""


async def _length(admin: Client) -> int:
    return (await admin.jetstream().stream_info(HISTORY)).state.last_seq


async def test_the_domain_appends_and_everybody_reads(connect: Connect) -> None:
    domain = await connect("domain")
    ack = await domain.jetstream().publish("es.incident.one", b"{}")
    for user in SERVICES:
        reader = await connect(user)
        stored = await reader.jetstream().get_msg(HISTORY, seq=ack.seq, direct=True)
        assert stored.data == b"{}"


@pytest.mark.parametrize("user", [name for name in SERVICES if name != "domain"])
async def test_nobody_else_can_append_an_event(connect: Connect, user: str) -> None:
    admin, service = await connect("admin"), await connect(user)
    before = await _length(admin)
    with pytest.raises(NatsError):
        await service.jetstream(timeout=0.3).publish("es.incident.one", b"{}")
    assert await _length(admin) == before


@pytest.mark.parametrize("user", list(SERVICES))
@pytest.mark.parametrize(
    ("subject", "writers"),
    [
        *(("obs.gate.coverage", "inference"), ("obs.gate.quality", "inference archive")),
        *(("obs.gate.zone_visit", "domain"), ("obs.gate.vehicle_passage", "domain"), ("obs.gate.face", "faces")),
    ],
)
async def test_an_observation_is_written_by_who_made_it(
    connect: Connect, user: str, subject: str, writers: str
) -> None:
    admin, service = await connect("admin"), await connect(user)
    heard = await admin.subscribe(subject)
    await admin.flush()
    await service.publish(subject, b"{}")
    await service.flush()
    if user in writers.split():
        assert (await heard.next_msg(timeout=20)).data == b"{}"
    else:
        with pytest.raises(NatsError):
            await heard.next_msg(timeout=0.2)


async def test_a_cameras_process_asks_for_nothing_about_cameras(connect: Connect) -> None:
    """It reports evidence and recordings; where cameras are is said by people."""
    admin, producer = await connect("admin"), await connect("producer")
    heard = await admin.subscribe("cmd.*")
    await admin.flush()
    for subject in ("cmd.camera", "cmd.zone", "cmd.rule", "cmd.role", "cmd.user", "cmd.incident"):
        await producer.publish(subject, subject.encode())
    await producer.flush()
    assert (await heard.next_msg(timeout=20)).data == b"cmd.incident"


@pytest.mark.parametrize("user", list(SERVICES))
@pytest.mark.parametrize("request_name", ["UPDATE", "DELETE", "PURGE", "RESTORE", "MSG.DELETE", "SNAPSHOT"])
async def test_no_service_can_rewrite_history(connect: Connect, user: str, request_name: str) -> None:
    service = await connect(user)
    with pytest.raises(NatsError):
        await service.request(f"$JS.API.STREAM.{request_name}.{HISTORY}", b"{}", timeout=0.2)


async def test_only_the_domain_hears_commands_and_can_answer(connect: Connect) -> None:
    domain, gateway = await connect("domain"), await connect("gateway")

    async def answer(message: Msg) -> None:
        await message.respond(b'{"position":1}')

    await domain.subscribe("cmd.incident", queue="domain", cb=answer)
    await domain.flush()
    reply = await gateway.request("cmd.incident", b"{}", timeout=30)
    assert reply.data == b'{"position":1}'


@pytest.mark.parametrize("user", list(SERVICES))
async def test_every_service_publishes_its_vitals_and_the_gateway_reads_them(connect: Connect, user: str) -> None:
    gateway, service = await connect("gateway"), await connect(user)
    heard = await gateway.subscribe("vitals.>")
    await gateway.flush()
    await service.publish(f"vitals.{user}", b"up 1")
    assert (await heard.next_msg(timeout=30)).data == b"up 1"


async def test_an_unknown_password_is_refused(nats_server: NatsServer) -> None:
    wrong = nats_server.url("gateway").replace(nats_server.passwords["gateway"], "wrong")
    with pytest.raises(NatsError, match=r"(?i)authorization violation"):
        await nats.connect(wrong, allow_reconnect=False, max_reconnect_attempts=0, error_cb=_ignore)


def test_secrets_are_readable_by_the_owner_only(nats_server: NatsServer) -> None:
    kept = list((nats_server.home / "secrets").iterdir())
    assert kept
    assert {path.stat().st_mode & 0o077 for path in kept} == {0}


def test_an_older_server_is_refused_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NatsServer, "_greeting", lambda _self: {"version": "2.9.10", "jetstream": True})
    server = NatsServer(home=tmp_path, port=1)
    with pytest.raises(EnvironmentTrouble, match=r"nats-server 2\.9\.10 is too old, 2\.12 or newer is needed"):
        server.is_ready()
