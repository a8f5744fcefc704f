"""One run of the demo: videos, servers, cameras, and waiting for incidents."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from infra.assets import fetch, progress_bars
from infra.demo.observer import FrameCount, IncidentObserver
from infra.demo.plant import GATE, PERIMETER, YARD, DemoPlant, demo_plant, own_plant
from infra.demo.registration import register, retire_others
from infra.demo.result import DemoResult
from infra.demo.videos import prepare
from infra.embedded.ports import choose
from infra.embedded.postgres import GATEWAY
from infra.embedded.rtsp import RtspServer
from infra.supervisor.supervisor import Options, Running, Step, running

RTSP_PORT = 8554


@dataclass(frozen=True)
class DemoOrder:
    """cameras   one's own instead of the demo's; empty for the demo's
    until     how many complete incidents are enough; None watches until it is stopped
    limit_s   how long to wait for them once everything is up
    """

    cameras: tuple[str, ...]
    until: int | None
    limit_s: float


@dataclass(frozen=True)
class Demonstration:
    """A demo that is up."""

    running: Running
    order: DemoOrder
    observer: IncidentObserver
    frames: FrameCount

    async def watch(self) -> DemoResult:
        """Waits for the ordered incidents; returns what there is when the time is over."""
        if self.order.until is None:
            await asyncio.Event().wait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.observer.watch(self.order.until), self.order.limit_s)
        incidents = tuple(self.observer.complete.values())
        return DemoResult(incidents, self.frames.frames, self.running.console_url)


@asynccontextmanager
async def demonstration(options: Options, order: DemoOrder, step: Step) -> AsyncIterator[Demonstration]:
    """The cameras are registered inside. Raises EnvironmentTrouble, AssetError, SupervisorError."""
    since = datetime.now(UTC)
    plant, extra = await asyncio.to_thread(_prepared, options, order)
    async with running(options, step, extra) as up:
        step("cameras")
        frames = FrameCount()
        await frames.follow(up.admin)
        await retire_others(up.admin, plant)
        await register(up.admin, plant)
        step("watching")
        observer = IncidentObserver(up.surroundings.postgres.dsn(GATEWAY), since)
        yield Demonstration(up, order, observer, frames)


def _prepared(options: Options, order: DemoOrder) -> tuple[DemoPlant, list[RtspServer]]:
    with progress_bars() as progress:
        fetch(options.detector.weights, progress)
    return (own_plant(order.cameras, options.home), []) if order.cameras else _demo(options)


def _demo(options: Options) -> tuple[DemoPlant, list[RtspServer]]:
    """The three cameras: two over RTSP, one as a file."""
    with progress_bars() as progress:
        videos = prepare(progress)
        executable = fetch("go2rtc", progress)
    port = choose("the demo's RTSP server", None, RTSP_PORT)
    server = RtspServer(options.home, port, executable, {YARD: videos.yard, PERIMETER: videos.perimeter})
    sources = {YARD: server.url(YARD), PERIMETER: server.url(PERIMETER), GATE: f"file://{videos.gate}"}
    return demo_plant(sources, options.plant_tz), [server]
