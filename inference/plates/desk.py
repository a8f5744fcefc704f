"""Reads plates for all cameras of a process, in a thread of its own: no detector ever waits for it.

Looks wait in a short queue; when it is full the oldest goes and is counted. What was read is brought to OBSERVATIONS.
"""

import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter

from domain.contracts.observations import (
    PlateRead,
)
from inference.background import NICE
from inference.plates.ballots import Look
from inference.plates.box import BallotBox, Make, Vehicle, make_finder
from infra.nats.batch import MAX_BATCH, publish_each
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.observing import observation_message

log = logging.getLogger(__name__)

MOST_WAITING: Final = 16
TURN_S: Final = 1.0
PATIENCE_S: Final = 2.0
MOST_UNTOLD: Final = 10_000


class PlateDesk:
    """Shared by the stages of all cameras.

    tell, keep_days, make   as in BallotBox, called in the desk's thread
    idle                    called about once a second, in the desk's thread: what could not be told is tried again
    """

    def __init__(
        self,
        tell: Callable[[PlateRead], None],
        keep_days: int,
        registry: CollectorRegistry,
        make: Make = make_finder,
        idle: Callable[[], None] = lambda: None,
    ) -> None:
        self._box, self._idle = BallotBox(tell, keep_days, registry, make), idle
        self._looks: deque[Look] = deque()
        self._gone: set[Vehicle] = set()
        self._news = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="plates", daemon=True)
        self.dropped = Counter("kaska_plate_looks_dropped", "looks that came when too many waited", registry=registry)

    def start(self) -> None:
        self._thread.start()

    def wants(self, vehicle: Vehicle) -> bool:
        """As in the PlateLooks protocol. From any thread."""
        return self._box.wants(vehicle)

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
            self._box.look(look)
        with self._news:
            over = self._gone - waiting
            self._gone -= over
        self._box.finish(over, every=is_last)
        if look is None:
            self._idle()
        return not is_last


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
