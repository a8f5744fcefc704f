"""`verify`: are the live rows those that EVENTS gives? Compares them with a copy at the same position (F7, I5)."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from psycopg import sql

from infra.nats.bridge import Bridge
from projections.copying import Progress, fresh_copy
from projections.database import COPY, LIVE, connect
from projections.follower import position_of
from projections.persons import Persons
from projections.projection import Connection, Projection, ProjectionError
from projections.statements import statements

SQL: Final = statements("position")
MOST_NAMED: Final = 100
"""Differing rows that are named; all are counted."""

PAGE: Final = 5000
Row = tuple[tuple[str, ...], str]
"""Primary key and the whole row, as text."""


@dataclass(frozen=True, slots=True)
class TableVerdict:
    """One table, live and made again.

    live, rebuilt   SHA-256 over its rows ordered by primary key
    keys            primary keys of rows that differ, or are on one side only; the first hundred
    """

    table: str
    rows: int
    live: str
    rebuilt: str
    different: int
    keys: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    projection: str
    position: int
    tables: tuple[TableVerdict, ...]

    @property
    def same(self) -> bool:
        return all(table.live == table.rebuilt for table in self.tables)

    def plain(self) -> dict[str, Any]:
        return {"same": self.same} | asdict(self)


def verify(projection: Projection, dsn: str, bridge: Bridge, told: Progress, persons: Persons | None = None) -> Verdict:
    """The live projection goes on meanwhile: its rows are read in one snapshot, at that snapshot's position."""
    name = projection.name
    with fresh_copy(projection, dsn, bridge, persons) as copy, connect(dsn, f"verifying {name}") as live:
        with live.transaction():
            reached = position_of(live, name)
        copy.advance_to(reached, told)
        with live.transaction():
            live.execute(SQL["one_snapshot"])
            position = position_of(live, name)
            copy.advance_to(position, told)
            tables = tuple(_compared(table, live, copy.connection) for table in projection.tables)
    return Verdict(name, position, tables)


def _compared(table: str, live: Connection, copy: Connection) -> TableVerdict:
    """Both sides row by row in the order of the key: memory does not grow with their number."""
    digests = hashlib.sha256(), hashlib.sha256()
    keys: list[tuple[str, ...]] = []
    different = rows = 0
    with copy.transaction():
        for ours, theirs in _side_by_side(_rows(LIVE, table, live), _rows(COPY, table, copy)):
            for digest, row in zip(digests, (ours, theirs), strict=True):
                if row is not None:
                    digest.update(row[1].encode() + b"\n")
            rows += ours is not None
            if ours != theirs:
                different += 1
                known = ours or theirs
                if known is not None and len(keys) < MOST_NAMED:
                    keys.append(known[0])
    return TableVerdict(table, rows, digests[0].hexdigest(), digests[1].hexdigest(), different, tuple(keys))


def _side_by_side(ours: Iterator[Row], theirs: Iterator[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Rows of the same key together; None where one side has none."""
    left, right = next(ours, None), next(theirs, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0] < right[0]):
            yield left, None
            left = next(ours, None)
        elif left is None or right[0] < left[0]:
            yield None, right
            right = next(theirs, None)
        else:
            yield left, right
            left, right = next(ours, None), next(theirs, None)


def _rows(schema: str, table: str, connection: Connection) -> Iterator[Row]:
    """Ordered by the key's text in byte order, as Python compares it."""
    name = f"{schema}.{table}"
    keys = _names("key_columns", f"{COPY}.{table}", connection)
    wanted, there = _names("columns", f"{COPY}.{table}", connection), _names("columns", name, connection)
    if missing := set(wanted) - set(there):
        raise ProjectionError(f"Table {name} lacks {', '.join(sorted(missing))}: rebuild the projection.")
    key = sql.SQL(", ").join(sql.SQL('{}::text collate "C"').format(sql.Identifier(column)) for column in keys)
    columns = sql.SQL(", ").join(map(sql.Identifier, wanted))
    query = sql.SQL("select {key}, row({columns})::text from {table} order by {key}").format(
        key=key, columns=columns, table=sql.Identifier(schema, table)
    )
    with connection.cursor(f"rows of {name}") as cursor:
        cursor.itersize = PAGE
        cursor.execute(query)
        for found in cursor:
            yield tuple(found[:-1]), found[-1]


def _names(statement: str, table: str, connection: Connection) -> list[str]:
    return [name for (name,) in connection.execute(SQL[statement], {"table": table})]
