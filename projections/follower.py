"""Keeps one projection's rows up with its stream: pages in, one transaction a page, position with the rows."""

import logging
from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge

from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage
from infra.nats.reader import StreamReader
from projections.failures import Answer, answer_to
from projections.persons import Persons
from projections.projection import Connection, Projection, ProjectionError
from projections.sources import project, source_of
from projections.statements import schema, statements

log = logging.getLogger(__name__)

SQL = statements("position")
PART = 200
Park = Callable[[str, StoredMessage, Exception], None]
"""Keeps a message that a projection (its name) gave up on, before the position moves past it."""


class ProjectionMetrics:
    """Shared by the projections of a process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.events = Counter("kaska_projected", "events and observations projected", ["projection"], registry=registry)
        self.position = Gauge("kaska_projection_position", "sequence in its stream", ["projection"], registry=registry)
        self.parked = Counter("kaska_parked", "events given up on", ["projection"], registry=registry)


class Projector:
    """Brings the rows of one projection forward, in the schema that its connection sees.

    park      keeps what cannot be projected; its failure leaves the position where it is
    persons   for what is sealed; without it such values are withheld
    part      messages that are decoded while Postgres writes those before them
    """

    def __init__(
        self,
        projection: Projection,
        connection: Connection,
        park: Park,
        persons: Persons | None = None,
        *,
        part: int = PART,
    ) -> None:
        self.projection, self._connection, self._park, self._persons = projection, connection, park, persons
        self._part = part
        with connection.transaction():
            connection.execute(SQL["register"], {"name": projection.name})
            self.position = position_of(connection, projection.name)

    def apply(self, messages: Sequence[StoredMessage]) -> None:
        """Rows and position in one transaction; messages at or below the position are passed over (FAULTS B4).

        Where one of them cannot be projected because of what it holds, each gets a transaction of its own, so that
        only that one is parked. Raises psycopg.Error, EventUnknown, ProjectionError: then nothing has changed.
        """
        try:
            self._apply(messages)
        except Exception as error:
            if answer_to(error) is not Answer.PARK:
                raise
            self._apply_singly(messages)

    def pass_over(self, position: int) -> None:
        """Goes on behind `position`, if it has not come so far: what lies before it is not in the stream any more."""
        if position > self.position:
            with self._connection.transaction():
                self._connection.execute(SQL["advance"], {"name": self.projection.name, "position": position})
            self.position = position

    def _apply_singly(self, messages: Sequence[StoredMessage]) -> None:
        for message in messages:
            try:
                self._apply([message])
            except Exception as error:
                if answer_to(error) is not Answer.PARK:
                    raise
                self._park(self.projection.name, message, error)
                self._apply([message], parked=True)

    def _apply(self, messages: Sequence[StoredMessage], *, parked: bool = False) -> None:
        name, last = self.projection.name, messages[-1].sequence
        with self._connection.transaction():
            position = locked_position(self._connection, name)
            fresh = [m for m in messages if m.sequence > position]
            with self._connection.pipeline():
                if not parked:
                    project_in_parts(self.projection, fresh, self._connection, self._persons, self._part)
                self._connection.execute(SQL["advance"], {"name": name, "position": last})
                self._announce(last)
        self.position = max(position, last)

    def _announce(self, position: int) -> None:
        """In the transaction: who reads rows is told when they are there."""


class Follower(Projector):
    """One live projection on one database connection. Call `step` for ever; a failed step changed nothing."""

    def __init__(
        self,
        projection: Projection,
        connection: Connection,
        bridge: Bridge,
        metrics: ProjectionMetrics,
        park: Park,
        *,
        persons: Persons | None = None,
    ) -> None:
        super().__init__(projection, connection, self._count_parked, persons)
        self._metrics, self._keep = metrics, park
        source = source_of(projection)
        self._reader = StreamReader(bridge, source.stream, source.subjects, source.live_subjects, after=self.position)
        log.info("projection follows", extra={"projection": projection.name, "position": self.position})

    def step(self, wait_s: float, limit: int = 1000) -> int:
        """Projects the next page; returns how many events it had. Raises like `apply`."""
        messages = self._reader.read(wait_s, limit)
        if messages:
            self.apply(messages)
        return len(messages)

    def apply(self, messages: Sequence[StoredMessage]) -> None:
        before = self.position
        super().apply(messages)
        name = self.projection.name
        self._metrics.events.labels(name).inc(sum(m.sequence > before for m in messages))
        self._metrics.position.labels(name).set(self.position)

    def close(self) -> None:
        self._reader.close()

    def _announce(self, position: int) -> None:
        self._connection.execute(SQL["announce"], {"payload": f"{self.projection.name}:{position}"})

    def _count_parked(self, name: str, message: StoredMessage, error: Exception) -> None:
        self._keep(name, message, error)
        self._metrics.parked.labels(name).inc()
        log.error("event parked", extra={"projection": name, "sequence": message.sequence, "reason": str(error)})


def project_in_parts(
    projection: Projection,
    messages: Sequence[StoredMessage],
    connection: Connection,
    persons: Persons | None = None,
    part: int = PART,
) -> None:
    """Part by part: while Postgres writes one, the next is decoded."""
    for start in range(0, len(messages), part):
        project(projection, messages[start : start + part], connection, persons)


def locked_position(connection: Connection, name: str) -> int:
    """Holds off every other writer of this projection's rows until the transaction ends."""
    row = connection.execute(SQL["lock"], {"name": name}).fetchone()
    if row is None:
        raise ProjectionError(f"projection {name} is not registered")
    position: int = row[0]
    return position


def make_tables(connection: Connection, name: str = "read_model") -> None:
    """Makes what is missing of the schema `name`."""
    with connection.transaction():
        connection.execute(schema(name))


def position_of(connection: Connection, name: str) -> int:
    """0 when the projection has never run."""
    row = connection.execute(SQL["read"], {"name": name}).fetchone()
    return row[0] if row else 0
