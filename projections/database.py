"""Connections to the read models: which schema they see, and which of several instances is the active one."""

import hashlib
from typing import Final, LiteralString

import psycopg

from projections.projection import Connection
from projections.statements import statements

LIVE: Final = "read_model"
COPY: Final = "read_model_next"
"""Where a projection is made again beside the live one (infra/embedded/postgres.py makes both schemas)."""

SQL: Final = statements("position")


def connect(dsn: str, name: str, schema: LiteralString = LIVE) -> Connection:
    """name: of the projection, for pg_stat_activity. Raises psycopg.Error."""
    options = f"-c search_path={schema} -c timezone=UTC"
    if schema == COPY:  # it can be made again; the swap, which is synced, syncs what was written before it
        options += " -c synchronous_commit=off"
    return psycopg.connect(dsn, application_name=f"projection {name}", options=options)


def is_alone(connection: Connection, purpose: str) -> bool:
    """True when no other session does the same now; it stays so until this connection ends (FAULTS B15).

    purpose   what only one may do: `follow incidents`, `copy incidents`
    """
    key = int.from_bytes(hashlib.sha256(f"kaska {purpose}".encode()).digest()[:8], signed=True)
    row = connection.execute(SQL["alone"], {"key": key}).fetchone()
    connection.commit()
    return row is not None and bool(row[0])
