"""An empty schema read_model for a test."""

from typing import Any

import psycopg
from psycopg import sql


def drop_tables(connection: psycopg.Connection[Any]) -> None:
    """The projections' role owns the tables, not the right to make a schema."""
    names = connection.execute("select tablename from pg_tables where schemaname = 'read_model'").fetchall()
    for (name,) in names:
        connection.execute(sql.SQL("drop table {} cascade").format(sql.Identifier("read_model", name)))
    connection.commit()
