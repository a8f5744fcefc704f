"""Brings a home up and takes it down: servers, streams, processes, cameras, in this order and back."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
from nats.aio.client import Client
from prometheus_client import Counter

from infra.detectors import DetectorKind
from infra.dispatch.cameras import DispatchedCameras
from infra.dispatch.leases import leases_config
from infra.embedded import EnvironmentTrouble
from infra.embedded.child import Server
from infra.embedded.nats import ADMIN, NatsServer
from infra.embedded.ports import LOOPBACK, choose
from infra.embedded.postgres import PostgresServer
from infra.embedded.s3 import S3Server, port_with_grpc
from infra.embedded.staging import keep_staged, staged_in_memory
from infra.keeping import Keeping
from infra.nats.bridge import connect
from infra.nats.errors import NatsAdapterError, ServerTooOld, StreamsUnusable
from infra.nats.streams import check_server, ensure_stream, ensure_streams
from infra.relay.server import LiveRelay
from infra.relay.wire import Endpoint
from infra.supervisor import SupervisorError
from infra.supervisor.cameras import CameraProcesses
from infra.supervisor.environment import AdministratorPassword, Surroundings
from infra.supervisor.home import RunningState, claimed, frames_folder, write_state
from infra.supervisor.keeper import CountsRestarts, Keeper, await_answer, keeper_of
from infra.supervisor.logfiles import keep_small
from infra.vitals import Vitals

CONSOLE_PORT: Final = 8080
BUCKET: Final = "kaska"
GATEWAY_LIMIT_S: Final = 60.0
HEAD_START_S: Final = 4.0
"""The console comes up before inference and the cameras take the processors."""

log = logging.getLogger(__name__)

Step = Callable[[str], None]
"""Told what is being done, for the person who waits."""


@dataclass(frozen=True)
class Options:
    """Where and on which ports; None is any free port.

    node                name of this home among several nodes (docs/adr/0021); None watches all cameras alone
    node_live           address and port at which other homes get its live pictures; empty: none do
    has_local_cameras   cameras may be served by this machine itself: whoever starts it says so
    """

    home: Path
    console_host: str = LOOPBACK
    console_port: int | None = None
    nats_port: int | None = None
    postgres_port: int | None = None
    s3_port: int | None = None
    plant_tz: str = "Europe/Moscow"
    detector: DetectorKind = DetectorKind.OPENVINO
    keeping: Keeping = field(default_factory=Keeping)
    node: str | None = None
    node_live: str = ""
    has_local_cameras: bool = False


@dataclass(frozen=True)
class Running:
    """A home that is up.

    admin           connection of NATS's administrator
    administrator   the first login's password while nobody has been told it
    """

    surroundings: Surroundings
    admin: Client
    administrator: AdministratorPassword

    @property
    def console_url(self) -> str:
        return self.surroundings.console_url


@asynccontextmanager
async def running(options: Options, step: Step, extra: Sequence[Server] = ()) -> AsyncIterator[Running]:
    """Everything is up and the console answers inside; everything is stopped, in reverse order, afterwards.

    extra   further servers, started with the others (the demo's RTSP server)
    Raises  EnvironmentTrouble, SupervisorError
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(claimed(options.home))
        frames_dir = stack.enter_context(frames_folder(options.home))
        staging = stack.enter_context(staged_in_memory(options.home))
        surroundings = _surroundings(options, frames_dir, has_own_cameras=bool(extra) or options.has_local_cameras)
        vitals = Vitals("supervisor")
        restarted = _restart_counter(vitals)
        stack.push_async_callback(_cancel, asyncio.create_task(keep_small(options.home / "logs")))
        step("servers")
        await _start_servers(surroundings, extra, restarted, stack)
        admin = await _prepare_servers(surroundings)
        stack.push_async_callback(_cancel, asyncio.create_task(keep_staged(staging)))
        stack.push_async_callback(admin.close)
        await vitals.start_on(admin)
        step("processes")
        up = Running(surroundings, admin, AdministratorPassword(options.home))
        await _start_processes(up, restarted, stack, options.node_live)
        write_state(options.home, _state(surroundings))
        yield up
        step("stopping")


def _surroundings(options: Options, frames_dir: Path, *, has_own_cameras: bool) -> Surroundings:
    """Ports are chosen here, so that a taken one is told before anything starts."""
    home = options.home
    console_port = choose("the console", options.console_port, CONSOLE_PORT, options.console_host)
    nats_port = choose("NATS", options.nats_port)
    postgres_port = choose("PostgreSQL", options.postgres_port)
    s3_port = choose("the object store", options.s3_port, port_with_grpc())
    return Surroundings(
        home=home,
        frames_dir=frames_dir,
        nats=NatsServer.of(home, nats_port),
        postgres=PostgresServer.of(home, postgres_port),
        s3=S3Server.of(home, s3_port),
        console_host=options.console_host,
        console_port=console_port,
        plant_tz=options.plant_tz,
        detector=options.detector,
        keeping=options.keeping,
        has_own_cameras=has_own_cameras,
        node=options.node,
    )


async def _start_servers(
    at: Surroundings, extra: Sequence[Server], restarted: CountsRestarts, stack: AsyncExitStack
) -> None:
    servers: list[Server] = [at.nats, at.postgres, at.s3, *extra]
    keepers = [keeper_of(server, at.home, restarted) for server in servers]
    for keeper in keepers:
        stack.push_async_callback(keeper.stop)
        await keeper.start()
    await asyncio.gather(*map(await_answer, servers, keepers))


async def _prepare_servers(at: Surroundings) -> Client:
    """Streams, database and bucket; returns the administrator's connection to NATS."""
    try:
        admin = await connect(at.nats.url(ADMIN), name="supervisor")
        await check_server(admin)
        kept = at.keeping
        await ensure_streams(
            admin.jetstream(),
            detections_max_bytes=kept.detections_max_bytes,
            detections_max_age_s=kept.detections_max_age_s,
            observations_max_age_s=kept.observations_max_age_s,
        )
    except (ServerTooOld, StreamsUnusable) as error:
        raise EnvironmentTrouble(str(error)) from error
    except NatsAdapterError as error:
        raise SupervisorError(str(error)) from error
    await asyncio.gather(asyncio.to_thread(at.postgres.ensure_database), asyncio.to_thread(at.s3.ensure_bucket, BUCKET))
    return admin


async def _start_processes(up: Running, restarted: CountsRestarts, stack: AsyncExitStack, node_live: str) -> None:
    at = up.surroundings
    first = {
        "domain": at.domain(),
        "projections": at.projections(),
        "gateway": at.gateway(up.administrator.to_tell()),
    }
    for name, prepare in first.items():
        await _keep(Keeper(name, prepare, at.home, restarted), stack)
    answered = asyncio.create_task(_gateway_answers(at))
    stack.push_async_callback(_cancel, answered)
    await asyncio.wait([answered], timeout=HEAD_START_S)
    await _keep(Keeper("inference", at.inference(), at.home, restarted), stack)
    await _keep(Keeper("notary", at.notary(), at.home, restarted), stack)
    await _keep(Keeper("inquiry", at.inquiry(), at.home, restarted), stack)
    await _keep(Keeper("custodian", at.custodian(), at.home, restarted), stack)
    await _keep(Keeper("replay", at.replay(), at.home, restarted), stack)
    await _keep(Keeper("teacher", at.teacher(), at.home, restarted), stack)
    await _start_cameras(up, restarted, stack, node_live)
    await answered


async def _start_cameras(up: Running, restarted: CountsRestarts, stack: AsyncExitStack, node_live: str) -> None:
    """All cameras, or those that this node holds."""
    at, node = up.surroundings, up.surroundings.node
    if node is None:
        cameras = CameraProcesses(up.admin, at.producer, at.home, restarted)
        stack.push_async_callback(cameras.stop)
        stack.push_async_callback(_cancel, asyncio.create_task(cameras.follow()))
        return
    await ensure_stream(up.admin.jetstream(), leases_config(), may_update=True)
    dispatched = DispatchedCameras(up.admin, at.producer, at.home, restarted, node=node, frames_dir=at.frames_dir)
    for work in (dispatched.follow(), dispatched.dispatch()):
        stack.push_async_callback(_cancel, asyncio.create_task(work))
    stack.push_async_callback(dispatched.stop)
    if node_live:
        relay = LiveRelay(at.home, Endpoint.parsed(node_live), dispatched.holds)
        stack.push_async_callback(relay.close)
        await relay.start(up.admin, node)


async def _keep(keeper: Keeper, stack: AsyncExitStack) -> None:
    stack.push_async_callback(keeper.stop)
    await keeper.start()


async def _gateway_answers(at: Surroundings) -> None:
    """Raises SupervisorError after a minute of silence."""
    url = f"{at.console_url}healthz"
    deadline = asyncio.get_running_loop().time() + GATEWAY_LIMIT_S
    async with httpx.AsyncClient(timeout=2.0, trust_env=False) as client:
        while asyncio.get_running_loop().time() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                await client.get(url)
                return
            await asyncio.sleep(0.1)
    raise SupervisorError(f"The console did not answer within {GATEWAY_LIMIT_S:.0f} s, see {at.home}/logs/gateway.log.")


def _restart_counter(vitals: Vitals) -> CountsRestarts:
    restarts = Counter("kaska_child_restarts", "Times a child was started again", ["child"], registry=vitals.registry)

    def restarted(name: str) -> None:
        restarts.labels(name).inc()

    return restarted


def _state(at: Surroundings) -> RunningState:
    return RunningState(at.console_url, RunningState.now(), at.nats.port, at.postgres.port, at.s3.port, at.plant_tz)


async def _cancel(task: "asyncio.Task[Any]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
