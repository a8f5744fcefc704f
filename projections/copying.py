"""A projection made again from EVENTS in a schema of its own, beside the live one, which goes on meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from psycopg import sql

from domain.contracts.subjects import ALL_EVENTS, EVENTS
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage, get_page
from projections.database import COPY, connect, is_alone
from projections.follower import Projector, make_tables
from projections.projection import Connection, Projection, ProjectionError

Progress = Callable[[int], None]
"""Told the sequence in EVENTS that the copy has come to."""

PAGE: Final = 1000


class Copy:
    """Tables of one projection in the schema of copies, and how far they have come."""

    def __init__(self, projection: Projection, connection: Connection, bridge: Bridge) -> None:
        self.projection, self.connection, self._bridge = projection, connection, bridge
        self._projector = Projector(projection, connection, _pass_over)

    @property
    def position(self) -> int:
        return self._projector.position

    def advance_to(self, position: int, told: Progress) -> None:
        """Projects exactly the events up to `position`, page by page. An event that is parked is left out here too."""
        while self.position < position:
            asking = get_page(self._bridge.nc, EVENTS, self.position + 1, PAGE, ALL_EVENTS)
            messages = [m for m in self._bridge.run(asking).messages if m.sequence <= position]
            if not messages:
                raise ProjectionError(f"EVENTS ends before {position}, which was already projected from it")
            self._projector.apply(messages)
            told(self.position)


@contextmanager
def fresh_copy(projection: Projection, dsn: str, bridge: Bridge) -> Iterator[Copy]:
    """An empty copy; what is left of it, and of an earlier one that was killed, is dropped.

    Raises  ProjectionError when another process is making one
    """
    with connect(dsn, f"copy of {projection.name}", COPY) as connection:
        if not is_alone(connection, f"copy {projection.name}"):
            raise ProjectionError(f"Projection {projection.name} is being rebuilt or verified already.")
        drop_copy(projection, connection)
        make_tables(connection, COPY)
        try:
            yield Copy(projection, connection, bridge)
        finally:
            connection.rollback()
            drop_copy(projection, connection)


def drop_copy(projection: Projection, connection: Connection) -> None:
    with connection.transaction():
        for table in projection.tables:
            connection.execute(sql.SQL("drop table if exists {}").format(sql.Identifier(COPY, table)))
        if connection.execute("select to_regclass(%s)", [f"{COPY}.projection"]).fetchone() != (None,):
            connection.execute("delete from projection where name = %s", [projection.name])


def _pass_over(name: str, message: StoredMessage, error: Exception) -> None:
    """The live projection has parked it already: a copy never goes further than the live one."""
