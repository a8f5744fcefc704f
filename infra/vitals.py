"""A process's own measurements: Prometheus text published to `vitals.<process>`, merged by the gateway."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final, Protocol

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

from domain.contracts.subjects import vitals_subject

PERIOD_S: Final = 2.0

log = logging.getLogger(__name__)


class Publisher(Protocol):
    """The part of a NATS connection that vitals need."""

    async def publish(self, subject: str, payload: bytes = b"") -> None: ...


class RunsCoroutines(Protocol):
    """The part of `infra.nats.bridge.Bridge` that vitals need."""

    @property
    def nc(self) -> Any: ...

    def run(self, coro: Coroutine[Any, Any, None], timeout: float | None = None) -> None: ...


class Vitals:
    """Create counters, gauges and histograms (`kaska_…`) with `registry=vitals.registry`.

    process  last part of the subject: `domain`, `producer.gate`
    """

    def __init__(self, process: str) -> None:
        self.registry = CollectorRegistry()
        self._subject = vitals_subject(process)
        self._task: asyncio.Task[None] | None = None
        ProcessCollector(registry=self.registry)

    def start(self, bridge: RunsCoroutines) -> None:
        """Publishes every two seconds on the bridge's loop until that loop ends."""
        bridge.run(self.start_on(bridge.nc))

    async def start_on(self, nc: Publisher) -> None:
        """Publishes every two seconds on the running loop (for asyncio processes)."""
        self._tick(nc, asyncio.get_running_loop())

    def _tick(self, nc: Publisher, loop: asyncio.AbstractEventLoop) -> None:
        """A timer and not an endless task, so that a loop may stop at any moment without leaving one behind."""
        self._task = loop.create_task(self._publish(nc))
        loop.call_later(PERIOD_S, self._tick, nc, loop)

    async def _publish(self, nc: Publisher) -> None:
        try:
            await nc.publish(self._subject, generate_latest(self.registry))
        except Exception as error:  # measurements never stop the process
            log.debug("vitals not published", extra={"error": str(error)})
