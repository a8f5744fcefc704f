"""Reads plates for all cameras of a process, in a thread of its own: no detector ever waits for it.

Looks wait in a short queue; when it is full the oldest goes and is counted. What was read is brought to OBSERVATIONS.
"""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram

from domain.contracts.detections import ModelRef
from domain.contracts.observations import (
    PlateRead,
)
from inference.background import NICE
from inference.errors import ModelUnusable
from inference.plates.ballots import Ballot, Look
from inference.plates.finding import PlateFinder, Reading
from inference.plates.models import LineReader, TextLocator
from infra.frames import Pixels
from infra.nats.batch import MAX_BATCH, publish_each
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.observing import observation_message

log = logging.getLogger(__name__)

MOST_WAITING: Final = 16
TURN_S: Final = 1.0
FORGOTTEN_S: Final = 60.0
"""A vehicle at which nobody looked for so long is gone, whatever became of its camera; one that is settled stays."""

DAY_S: Final = 86_400.0

AGAIN_S: Final = 60.0
"""Until the models are tried again, when they could not be had."""

PATIENCE_S: Final = 2.0
MOST_UNTOLD: Final = 10_000
LOOK_BUCKETS: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)

Vehicle = tuple[str, int]


class Finder(Protocol):
    """What a desk asks: `PlateFinder` does it."""

    @property
    def models(self) -> tuple[ModelRef, ...]: ...

    def find(self, vehicle: Pixels) -> Reading | None: ...


class PlateDesk:
    """Shared by the stages of all cameras.

    tell       is given each fact, in the desk's thread
    keep_days  how long a plate that was read is kept
    make       the models, when the first vehicle comes; raises ModelUnusable
    idle       called about once a second, in the desk's thread: what could not be told is tried again
    """

    def __init__(
        self,
        tell: Callable[[PlateRead], None],
        keep_days: int,
        registry: CollectorRegistry,
        make: Callable[[], Finder] = lambda: PlateFinder(TextLocator(), LineReader()),
        idle: Callable[[], None] = lambda: None,
    ) -> None:
        self._tell, self._keep, self._make, self._idle = tell, timedelta(days=keep_days), make, idle
        self._finder: Finder | None = None
        self._retry_at = 0.0
        self._looks: deque[Look] = deque()
        self._gone: set[Vehicle] = set()
        self._ballots: dict[Vehicle, tuple[Ballot, float]] = {}
        self._settled: set[Vehicle] = set()
        self._news = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="plates", daemon=True)
        self.looks = Counter("kaska_plate_looks", "looks at vehicles for their number plates", registry=registry)
        self.dropped = Counter("kaska_plate_looks_dropped", "looks that came when too many waited", registry=registry)
        self.reads = Counter("kaska_plates_read", "number plates told", ["valid"], registry=registry)
        self.took = Histogram("kaska_plate_look_seconds", "one look", buckets=LOOK_BUCKETS, registry=registry)

    def start(self) -> None:
        self._thread.start()

    def wants(self, vehicle: Vehicle) -> bool:
        """False for a vehicle whose plate is known well enough. From any thread."""
        return vehicle not in self._settled

    def offer(self, look: Look) -> None:
        """Takes a look in; never waits. From any thread."""
        with self._news:
            self._looks.append(look)
            if len(self._looks) > MOST_WAITING:
                self._looks.popleft()
                self.dropped.inc()
            self._news.notify()

    def gone(self, vehicle: Vehicle) -> None:
        """The vehicle is seen no more: what is known of it is told. From any thread."""
        with self._news:
            self._gone.add(vehicle)
            self._news.notify()

    def close(self, timeout_s: float = 10.0) -> None:
        """Reads what waits and tells of every vehicle."""
        with self._news:
            self._stopping = True
            self._news.notify()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        if hasattr(os, "setpriority"):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        while self._turn():
            pass

    def _turn(self) -> bool:
        with self._news:
            self._news.wait_for(lambda: bool(self._looks or self._gone or self._stopping), TURN_S)
            look = self._looks.popleft() if self._looks else None
            waiting = {each.vehicle for each in self._looks}
            is_last = self._stopping and look is None
        if look is not None:
            self._look(look)
        self._finish(waiting, every=is_last)
        if look is None:
            self._idle()
        return not is_last

    def _look(self, look: Look) -> None:
        finder = self._ready()
        if finder is None:
            return
        ballot = self._ballots.get(look.vehicle, (Ballot(), 0.0))[0]
        self._ballots[look.vehicle] = ballot, time.monotonic()
        started = time.perf_counter()
        ballot.add(look, finder.find(look.picture))
        self.took.observe(time.perf_counter() - started)
        self.looks.inc()
        if ballot.is_enough() and look.vehicle not in self._settled:
            self._settled.add(look.vehicle)
            self._say(look.vehicle, ballot)

    def _ready(self) -> Finder | None:
        if self._finder is None and time.monotonic() >= self._retry_at:
            try:
                self._finder = self._make()
            except ModelUnusable as error:
                self._retry_at = time.monotonic() + AGAIN_S
                log.error("number plates cannot be read", extra={"reason": str(error)})  # noqa: TRY400
        return self._finder

    def _finish(self, waiting: set[Vehicle], *, every: bool) -> None:
        """Tells of those who are gone and of whom no look waits."""
        oldest, long_ago = time.monotonic() - FORGOTTEN_S, time.monotonic() - DAY_S
        for vehicle, (ballot, at) in list(self._ballots.items()):
            is_lost = at < oldest and vehicle not in self._settled
            if every or is_lost or at < long_ago or (vehicle in self._gone and vehicle not in waiting):
                self._say(vehicle, ballot)
                del self._ballots[vehicle]
        with self._news:
            over = self._gone - waiting
            self._gone -= over
        self._settled = {each for each in self._settled if each in self._ballots}

    def _say(self, vehicle: Vehicle, ballot: Ballot) -> None:
        found = ballot.untold()
        if found is None or self._finder is None:
            return
        keep_until = datetime.now(UTC) + self._keep
        self._tell(ballot.fact(*vehicle, found, self._finder.models, keep_until))
        self.reads.labels(str(found.plate is not None).lower()).inc()


class PlateOutbox:
    """Brings facts to OBSERVATIONS; what cannot be stored waits. Used by the desk's thread only."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._untold: list[PlateRead] = []

    def put(self, fact: PlateRead) -> None:
        self._untold.append(fact)
        del self._untold[: max(0, len(self._untold) - MOST_UNTOLD)]
        self.flush()

    def flush(self) -> None:
        while self._untold:
            part = self._untold[:MAX_BATCH]
            try:
                self._bridge.run(
                    publish_each(self._bridge.nc, [observation_message(each) for each in part], PATIENCE_S)
                )
            except NatsAdapterError as error:
                log.warning("plates wait", extra={"messages": len(self._untold), "reason": str(error)})
                return
            del self._untold[: len(part)]
