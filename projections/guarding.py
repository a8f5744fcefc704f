"""The high-water mark in Postgres: how far the projections have come. EVENTS must never end before it.

Told to the domain service, which serves no history that is shorter than it was.
"""

import logging
import threading
from typing import Final

import psycopg
from prometheus_client import CollectorRegistry, Gauge

from domain.contracts.subjects import EVENTS
from infra.guarding import tell_guard
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.nats.streams import last_sequence
from projections.database import connect
from projections.follower import position_of
from projections.projection import Projection
from projections.sources import source_of

log = logging.getLogger(__name__)

PROCESS: Final = "projections"
PERIOD_S: Final = 60.0
SOON_S: Final = 2.0
"""Until the next look while something is wrong, or nobody has taken the report."""


class HistoryWatch(threading.Thread):
    """Looks at once, every minute and after each reconnection."""

    def __init__(
        self,
        projections: tuple[Projection, ...],
        dsn: str,
        bridge: Bridge,
        registry: CollectorRegistry,
        period_s: float = PERIOD_S,
    ) -> None:
        super().__init__(name="history watch", daemon=True)
        self._names = [p.name for p in projections if source_of(p).stream == EVENTS]
        self._dsn, self._bridge, self._period_s = dsn, bridge, period_s
        self._whole, self._wake, self._stopping = threading.Event(), threading.Event(), threading.Event()
        Gauge("kaska_read_models_covered", "1 while EVENTS reaches as far as the rows", registry=registry).set_function(
            lambda: float(self._whole.is_set())
        )
        bridge.on_reconnect(self._wake.set)

    def findings(self) -> tuple[str, ...]:
        """The mark is read first: the stream goes on meanwhile. Raises psycopg.Error, NatsAdapterError."""
        with connect(self._dsn, "watch") as connection:
            mark = max((position_of(connection, name) for name in self._names), default=0)
        last = self._bridge.run(last_sequence(self._bridge.nc, EVENTS))
        if last >= mark:
            return ()
        return (f"stream EVENTS ends at {last}, the read models have rows up to {mark}: acknowledged events are gone",)

    def wait_until_whole(self, stopping: threading.Event) -> None:
        """Returns when EVENTS is long enough to be followed, or when it is time to stop."""
        while not (self._whole.is_set() or stopping.is_set()):
            self._whole.wait(SOON_S / 4)

    def run(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait(self._period_s if self._look() else SOON_S)
            self._wake.clear()

    def close(self) -> None:
        self._stopping.set()
        self._wake.set()
        self.join()

    def _look(self) -> bool:
        """True when all is well and told."""
        try:
            findings = self.findings()
            told = self._bridge.run(tell_guard(self._bridge.nc, PROCESS, findings))
        except (psycopg.Error, NatsAdapterError) as error:
            log.warning("the history could not be watched", extra={"reason": str(error)})
            return False
        if findings:
            self._whole.clear()
            log.error("the history is shorter than it was", extra={"findings": list(findings)})
        else:
            self._whole.set()
        return told and not findings
