"""`rebuild`: a fresh copy takes the place of the live tables in one transaction, position and all."""

import time
from typing import Final

import psycopg
from psycopg import sql

from infra.nats.bridge import Bridge
from projections.copying import Copy, Progress, fresh_copy
from projections.database import COPY, LIVE, connect
from projections.follower import locked_position, position_of
from projections.persons import Persons
from projections.projection import Connection, Projection, ProjectionError
from projections.statements import statements
from projections.views import filled, hollowed

SQL: Final = statements("position")
LAST_STEP: Final = 2000
"""Events; the live projection stands still while so many are projected into the copy."""

TRIES: Final = 40
PAUSE_S: Final = 0.25
IN_THE_WAY: Final = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
"""Readers of the live tables, or autovacuum at the copy just when it is moved: the swap is undone and tried again."""


def rebuild(projection: Projection, dsn: str, bridge: Bridge, told: Progress, persons: Persons | None = None) -> int:
    """Fills a copy while the live projection goes on, and swaps; returns the position of the swap.

    A reader sees the rows from before or from after it, never none. Privileges of the tables go over to the new ones.
    Raises  ProjectionError when readers hold the tables for too long, psycopg.Error, NatsAdapterError
    """
    with fresh_copy(projection, dsn, bridge, persons) as copy, connect(dsn, f"swap of {projection.name}") as live:
        for _ in range(TRIES):
            copy.advance_to(_live_position(projection, live), told)
            try:
                position = _swapped_at(copy, live, told)
            except IN_THE_WAY:
                position = None
            if position is not None:
                return position
            time.sleep(PAUSE_S)
    raise ProjectionError(f"The tables of {projection.name} are in use all the time; the copy was dropped.")


def _live_position(projection: Projection, live: Connection) -> int:
    with live.transaction():
        return position_of(live, projection.name)


def _swapped_at(copy: Copy, live: Connection, told: Progress) -> int | None:
    """None when the live projection has gone too far ahead meanwhile.

    Locks in the live projection's own order, the position before the tables, so that the two never deadlock; and views
    before the tables under them, as their readers do.
    """
    projection = copy.projection
    with live.transaction():
        live.execute(SQL["be_brief"])
        position = locked_position(live, projection.name)
        if position - copy.position > LAST_STEP:
            return None
        copy.advance_to(position, told)
        views = hollowed(LIVE, projection.tables, live)
        for table in projection.tables:
            _grant_alike(table, live)
            live.execute(sql.SQL("drop table {}").format(sql.Identifier(LIVE, table)))
            live.execute(
                sql.SQL("alter table {} set schema {}").format(sql.Identifier(COPY, table), sql.Identifier(LIVE))
            )
        filled(views, live)
        live.execute(SQL["announce"], {"payload": f"{projection.name}:{position}"})
    return position


def _grant_alike(table: str, live: Connection) -> None:
    """Whoever has rights on the live table has them on its successor."""
    for privilege, grantee in live.execute(SQL["granted"], {"table": f"{LIVE}.{table}"}).fetchall():
        live.execute(
            sql.SQL("grant {} on {} to {}").format(
                sql.SQL(privilege), sql.Identifier(COPY, table), sql.Identifier(grantee)
            )
        )
