"""The ballots of all vehicles of a process: from looks at them to facts about their plates. Used by one thread."""

import logging
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram

from domain.contracts.detections import ModelRef
from domain.contracts.observations import PlateRead
from inference.errors import ModelUnusable
from inference.plates.ballots import Ballot, Look
from inference.plates.finding import PlateFinder, Reading
from inference.plates.models import LineReader, TextLocator
from infra.frames import Pixels

log = logging.getLogger(__name__)

FORGOTTEN_S: Final = 60.0
"""A vehicle at which nobody looked for so long is gone, whatever became of its camera; one that is settled stays."""

DAY_S: Final = 86_400.0

AGAIN_S: Final = 60.0
"""Until the models are tried again, when they could not be had."""

LOOK_BUCKETS: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)

Vehicle = tuple[str, int]


class Finder(Protocol):
    """What is asked for a plate: `PlateFinder` does it."""

    @property
    def models(self) -> tuple[ModelRef, ...]: ...

    def find(self, vehicle: Pixels) -> Reading | None: ...


Make = Callable[[], Finder]


def make_finder() -> Finder:
    """Raises ModelUnusable."""
    return PlateFinder(TextLocator(), LineReader())


class BallotBox:
    """tell       is given each fact
    keep_days  how long a plate that was read is kept, from when it is told
    make       the models, when the first vehicle comes; raises ModelUnusable
    clock      seconds, for what is forgotten and what is tried again
    """

    def __init__(
        self,
        tell: Callable[[PlateRead], None],
        keep_days: int,
        registry: CollectorRegistry,
        make: Make = make_finder,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tell, self._keep, self._make, self._clock = tell, timedelta(days=keep_days), make, clock
        self._finder: Finder | None = None
        self._retry_at: float | None = None
        self._ballots: dict[Vehicle, tuple[Ballot, float]] = {}
        self._settled: set[Vehicle] = set()
        self.looks = Counter("kaska_plate_looks", "looks at vehicles for their number plates", registry=registry)
        self.reads = Counter("kaska_plates_read", "number plates told", ["valid"], registry=registry)
        self.took = Histogram("kaska_plate_look_seconds", "one look", buckets=LOOK_BUCKETS, registry=registry)

    @property
    def is_without_models(self) -> bool:
        """Whether there was a vehicle, and no model to read its plate."""
        return self._finder is None and self._retry_at is not None

    def wants(self, vehicle: Vehicle) -> bool:
        """False for a vehicle whose plate is known well enough. From any thread."""
        return vehicle not in self._settled

    def look(self, look: Look) -> None:
        finder = self._ready()
        if finder is None:
            return
        ballot = self._ballots.get(look.vehicle, (Ballot(), 0.0))[0]
        self._ballots[look.vehicle] = ballot, self._clock()
        started = time.perf_counter()
        ballot.add(look, finder.find(look.picture))
        self.took.observe(time.perf_counter() - started)
        self.looks.inc()
        if ballot.is_enough() and look.vehicle not in self._settled:
            self._settled.add(look.vehicle)
            self._say(look.vehicle, ballot)

    def finish(self, gone: Collection[Vehicle], *, every: bool = False) -> None:
        """Tells of those who are gone, and of those at whom nobody looked for long."""
        now = self._clock()
        for vehicle, (ballot, at) in list(self._ballots.items()):
            is_lost = at < now - FORGOTTEN_S and vehicle not in self._settled
            if every or is_lost or at < now - DAY_S or vehicle in gone:
                self._say(vehicle, ballot)
                del self._ballots[vehicle]
        self._settled = {each for each in self._settled if each in self._ballots}

    def _ready(self) -> Finder | None:
        if self._finder is None and (self._retry_at is None or self._clock() >= self._retry_at):
            try:
                self._finder = self._make()
            except ModelUnusable as error:
                self._retry_at = self._clock() + AGAIN_S
                log.error("number plates cannot be read", extra={"reason": str(error)})  # noqa: TRY400
        return self._finder

    def _say(self, vehicle: Vehicle, ballot: Ballot) -> None:
        found = ballot.untold()
        if found is None or self._finder is None:
            return
        keep_until = datetime.now(UTC) + self._keep
        self._tell(ballot.fact(*vehicle, found, self._finder.models, keep_until))
        self.reads.labels(str(found.plate is not None).lower()).inc()
