"""`python -m infra.dispatch`: one node. Inference and the producers of the cameras that it holds, until SIGTERM."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from contextlib import AsyncExitStack
from typing import Annotated, Final

from prometheus_client import Counter
from pydantic import AfterValidator, Field, SecretStr

from domain.contracts.identifiers import slug
from infra import logs
from infra.allocation import FRUGAL
from infra.checkout import CHECKOUT
from infra.dispatch.cameras import DispatchedCameras
from infra.dispatch.leases import Terms
from infra.embedded import EnvironmentTrouble
from infra.embedded.child import Launch
from infra.nats.bridge import connect
from infra.nats.errors import NatsAdapterError
from infra.relay.server import LiveRelay
from infra.relay.wire import Endpoint, is_endpoint_or_empty
from infra.settings import ProcessSettings
from infra.supervisor.home import claimed
from infra.supervisor.keeper import Keeper, Prepare
from infra.vitals import Vitals

log = logging.getLogger("infra.dispatch")

UNUSABLE: Final = 2
STOP_LIMIT_S: Final = 10.0


class NodeSettings(ProcessSettings):
    """Read from the environment, prefix KASKA_. `nats_url` is that of the user `node`."""

    node: str = Field(description="name of this node, 1 to 40 of a-z, 0-9 and inner hyphens; no two have the same")
    producer_nats_url: SecretStr = Field(description="nats://… of the user `producer`, for its children")
    inference_nats_url: SecretStr = Field(SecretStr(""), description="nats://… of `inference`; empty = none runs here")
    node_live: Annotated[str, AfterValidator(is_endpoint_or_empty)] = Field(
        "", description="IP address and port, as 10.0.0.5:7443, for gateways that show its cameras live; empty: none do"
    )
    beat_s: float = Field(1.0, gt=0, description="between two looks at the leases")
    lease_s: float = Field(8.0, gt=0, description="a camera of a dead node is free after so long and the margin")
    margin_s: float = Field(2.0, gt=0, description="so much earlier a holder stops, and so much longer others wait")


def main() -> int:
    """Returns 2 when the home or the message server cannot be used."""
    settings = NodeSettings()
    logs.configure(f"node.{slug(settings.node)}")
    log.info("started", extra={"settings": settings.describe()})
    try:
        with claimed(settings.home):
            asyncio.run(_until_stopped(settings))
    except (EnvironmentTrouble, NatsAdapterError) as error:
        log.critical("the node cannot run", extra={"reason": str(error)})
        return UNUSABLE
    return 0


async def _until_stopped(settings: NodeSettings) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    vitals = Vitals(f"node.{settings.node}")
    restarts = Counter("kaska_child_restarts", "Times a child was started again", ["child"], registry=vitals.registry)
    settings.frames_dir.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        nc = await connect(settings.nats_url.get_secret_value(), name=f"node.{settings.node}")
        stack.push_async_callback(nc.close)
        await vitals.start_on(nc)

        def restarted(name: str) -> None:
            restarts.labels(name).inc()

        if settings.inference_nats_url.get_secret_value():
            inference = Keeper("inference", _inference(settings), settings.home, restarted)
            stack.push_async_callback(inference.stop)
            await inference.start()
        terms = Terms(settings.beat_s, settings.lease_s, settings.margin_s)
        cameras = DispatchedCameras(
            nc,
            lambda camera: _producer(settings, camera),
            settings.home,
            restarted,
            node=settings.node,
            frames_dir=settings.frames_dir,
            terms=terms,
        )
        for work in (cameras.follow(), cameras.dispatch()):
            stack.push_async_callback(_cancel, asyncio.create_task(work))
        stack.push_async_callback(cameras.stop)
        if settings.node_live:
            relay = LiveRelay(settings.home, Endpoint.parsed(settings.node_live), cameras.holds)
            stack.push_async_callback(relay.close)
            await relay.start(nc, settings.node)
        await stopping.wait()


async def _cancel(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _producer(settings: NodeSettings, camera: str) -> Prepare:
    env = {"KASKA_NATS_URL": settings.producer_nats_url.get_secret_value(), **FRUGAL}
    return _prepared(Launch(f"producer.{camera}", _python("producers", "--camera", camera), env, CHECKOUT))


def _inference(settings: NodeSettings) -> Prepare:
    env = {"KASKA_NATS_URL": settings.inference_nats_url.get_secret_value()}
    return _prepared(Launch("inference", _python("inference"), env, CHECKOUT))


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def _prepared(launch: Launch) -> Prepare:
    """The child inherits the node's other settings, its own address of NATS among them: a child's rights are less."""
    hidden = {name: "" for name in ("KASKA_PRODUCER_NATS_URL", "KASKA_INFERENCE_NATS_URL") if name in os.environ}
    whole = Launch(launch.name, launch.argv, {**hidden, **launch.env}, launch.cwd, stop_limit_s=STOP_LIMIT_S)

    async def prepare() -> Launch:
        return whole

    return prepare


if __name__ == "__main__":
    sys.exit(main())
