"""A plant to kill parts of: real servers and processes, each under the supervisor's keeper, which starts it again."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from nats.aio.client import Client

from infra.checkout import CHECKOUT
from infra.detectors import DetectorKind
from infra.embedded.child import Launch, Server
from infra.embedded.nats import NatsServer
from infra.embedded.ports import any_free_port
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from infra.embedded.s3 import S3Server, port_with_grpc
from infra.embedded.staging import keep_staged, staged_in_memory
from infra.keeping import Keeping
from infra.nats.bridge import connect
from infra.nats.streams import ensure_streams
from infra.supervisor.backoff import Backoff
from infra.supervisor.environment import Surroundings
from infra.supervisor.home import check_usable
from infra.supervisor.keeper import Keeper, Prepare, await_answer

BUCKET: Final = "kaska"
DOMAIN_CHECKPOINT_S: Final = "0.5"
NOTARY_CHECKPOINT_S: Final = "2"
LONGEST_BACKOFF_S: Final = 0.4


@dataclass(frozen=True)
class TrialPlant:
    """admin  a connection of the administrator, for who watches and sends"""

    at: Surroundings
    keepers: dict[str, Keeper]
    admin: Client

    def lives(self, name: str) -> bool:
        child = self.keepers[name].child
        return child is not None and child.exit_code() is None

    def kill(self, name: str) -> None:
        """As a crash does: SIGKILL, to its whole group."""
        child = self.keepers[name].child
        if child is not None:
            child.send(signal.SIGKILL)

    def rebuild_environment(self) -> dict[str, str]:
        """For `python -m projections.admin`."""
        return {
            "KASKA_HOME": str(self.at.home),
            "KASKA_NATS_URL": self.at.nats.url("projections"),
            "KASKA_POSTGRES_DSN": self.at.postgres.dsn(PROJECTIONS),
            "PYTHONPATH": str(CHECKOUT),
        }


@asynccontextmanager
async def started(home: Path, rng: random.Random) -> AsyncIterator[TrialPlant]:
    """Everything is up inside, and stopped in order afterwards."""
    check_usable(home)
    at = _surroundings(home)
    async with AsyncExitStack() as stack:
        staging = stack.enter_context(staged_in_memory(home))
        keepers: dict[str, Keeper] = {}
        servers: tuple[Server, ...] = (at.nats, at.postgres, at.s3)
        for server in servers:
            keepers[server.name] = await _keep(server.name, _launch_of(server), home, rng, stack)
        await asyncio.gather(*(await_answer(server, keepers[server.name]) for server in servers))
        admin = await connect(at.nats.url("admin"), name="trial")
        stack.push_async_callback(admin.close)
        await ensure_streams(admin.jetstream())
        linking = asyncio.create_task(keep_staged(staging))
        stack.callback(linking.cancel)
        await asyncio.to_thread(at.postgres.ensure_database)
        await asyncio.to_thread(at.s3.ensure_bucket, BUCKET)
        for name, prepare in (
            ("domain", _with(at.domain(), KASKA_CHECKPOINT_INTERVAL_S=DOMAIN_CHECKPOINT_S)),
            ("projections", _with(at.projections(), KASKA_RETRY_PAUSE_S="0.2")),
            ("notary", _with(at.notary(), KASKA_CHECKPOINT_INTERVAL_S=NOTARY_CHECKPOINT_S)),
        ):
            keepers[name] = await _keep(name, prepare, home, rng, stack)
        yield TrialPlant(at, keepers, admin)


async def _keep(name: str, prepare: Prepare, home: Path, rng: random.Random, stack: AsyncExitStack) -> Keeper:
    backoff = Backoff(first_s=0.1, most_s=LONGEST_BACKOFF_S, chance=rng)
    keeper = Keeper(name, prepare, home, lambda _: None, backoff)
    stack.push_async_callback(keeper.stop)
    await keeper.start()
    return keeper


def _launch_of(server: Server) -> Prepare:
    async def prepare() -> Launch:
        return await asyncio.to_thread(server.launch)

    return prepare


def _with(prepare: Prepare, **settings: str) -> Prepare:
    async def prepared() -> Launch:
        launch = await prepare()
        return replace(launch, env={**launch.env, **settings})

    return prepared


def _surroundings(home: Path) -> Surroundings:
    return Surroundings(
        home=home,
        frames_dir=home / "frames",
        nats=NatsServer.of(home, any_free_port()),
        postgres=PostgresServer.of(home, any_free_port()),
        s3=S3Server.of(home, port_with_grpc()),
        console_host="127.0.0.1",
        console_port=any_free_port(),
        plant_tz="Europe/Moscow",
        detector=DetectorKind.OPENVINO,
        keeping=Keeping(),
    )
