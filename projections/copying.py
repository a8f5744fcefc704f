"""A projection made again from its stream in a schema of its own, beside the live one, which goes on meanwhile.

What a stream has forgotten cannot be made again: the rows that it led to are taken over from the live tables.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from psycopg import sql

from infra.nats.bridge import Bridge
from infra.nats.bulk import all_messages
from infra.nats.direct import StoredMessage
from infra.nats.streams import first_sequence
from projections.database import COPY, LIVE, connect, is_alone
from projections.follower import Projector, make_tables
from projections.persons import Persons
from projections.projection import Connection, Projection, ProjectionError
from projections.sources import source_of
from projections.statements import statements

Progress = Callable[[int], None]
"""Told the sequence in the stream that the copy has come to."""

TOGETHER: Final = 4000
"""Messages that become one transaction, in parts of PART."""

PART: Final = 1000
SQL: Final = statements("position")


class Copy:
    """Tables of one projection in the schema of copies, and how far they have come."""

    def __init__(
        self, projection: Projection, connection: Connection, bridge: Bridge, persons: Persons | None = None
    ) -> None:
        self.projection, self.connection, self._bridge = projection, connection, bridge
        self._source = source_of(projection)
        self._projector = Projector(projection, connection, _pass_over, persons, part=PART)

    @property
    def position(self) -> int:
        return self._projector.position

    def advance_to(self, position: int, told: Progress) -> None:
        """Projects exactly the messages up to `position`, page by page. One that is parked is left out here too."""
        if self._source.forgets:
            self._take_over_forgotten(position)
        if self.position >= position:
            return
        source = self._source
        for messages in _together(all_messages(self._bridge, source.stream, source.subjects, self.position, position)):
            self._projector.apply(messages)
            told(self.position)
        if self.position < position:
            raise ProjectionError(f"{source.stream} ends before {position}, which was already projected from it")

    def _take_over_forgotten(self, position: int) -> None:
        """Live rows whose messages are gone; again before each advance, because the stream forgets meanwhile."""
        first = self._bridge.run(first_sequence(self._bridge.nc, self._source.stream))
        with self.connection.transaction():
            for table in self.projection.tables:
                _take_over(table, first, self.connection)
        self._projector.pass_over(min(first - 1, position))


def _together(pages: Iterable[list[StoredMessage]]) -> Iterator[list[StoredMessage]]:
    """Several pages as one: the more events of an incident come together, the less often its row is written."""
    joined: list[StoredMessage] = []
    for page in pages:
        joined += page
        if len(joined) >= TOGETHER:
            yield joined
            joined = []
    if joined:
        yield joined


def _take_over(table: str, first: int, connection: Connection) -> None:
    """The live table may be that of an older build: columns that it lacks stay empty."""
    there = {name for (name,) in connection.execute(SQL["columns"], {"table": f"{LIVE}.{table}"})}
    wanted = [name for (name,) in connection.execute(SQL["columns"], {"table": f"{COPY}.{table}"}) if name in there]
    columns = sql.SQL(", ").join(map(sql.Identifier, wanted))
    connection.execute(
        sql.SQL(
            "insert into {copy} ({columns}) select {columns} from {live} where position < %s on conflict do nothing"
        ).format(copy=sql.Identifier(COPY, table), live=sql.Identifier(LIVE, table), columns=columns),
        [first],
    )


@contextmanager
def fresh_copy(projection: Projection, dsn: str, bridge: Bridge, persons: Persons | None = None) -> Iterator[Copy]:
    """An empty copy; what is left of it, and of an earlier one that was killed, is dropped.

    persons   as the live projection has them: without them what was sealed is withheld
    Raises  ProjectionError when another process is making one
    """
    with connect(dsn, f"copy of {projection.name}", COPY) as connection:
        if not is_alone(connection, f"copy {projection.name}"):
            raise ProjectionError(f"Projection {projection.name} is being rebuilt or verified already.")
        drop_copy(projection, connection)
        make_tables(connection, COPY)
        try:
            yield Copy(projection, connection, bridge, persons)
        finally:
            connection.rollback()
            drop_copy(projection, connection)


def drop_copy(projection: Projection, connection: Connection) -> None:
    with connection.transaction():
        for table in projection.tables:
            connection.execute(sql.SQL("drop table if exists {}").format(sql.Identifier(COPY, table)))
        if connection.execute("select to_regclass(%s)", [f"{COPY}.projection"]).fetchone() != (None,):
            connection.execute("delete from projection where name = %s", [projection.name])
        if connection.execute("select to_regclass(%s)", [f"{COPY}.person_mention"]).fetchone() != (None,):
            connection.execute("delete from person_mention where projection = %s", [projection.name])


def _pass_over(name: str, message: StoredMessage, error: Exception) -> None:
    """The live projection has parked it already: a copy never goes further than the live one."""
