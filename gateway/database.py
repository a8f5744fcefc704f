"""Postgres for the gateway: one pool, named SQL files, the auth schema at start."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from gateway.errors import DatabaseBusy

SQL_DIR = Path(__file__).parent / "sql"
POOL_WAIT_S = 2.0
STATEMENT_TIMEOUT_MS = 10_000

Params = dict[str, Any]
Row = TypeVar("Row")


@cache
def sql(name: str) -> bytes:
    """The text of gateway/sql/<name>.sql."""
    return (SQL_DIR / f"{name}.sql").read_bytes()


class Database:
    """The pool. Raises DatabaseBusy where Postgres is away or every connection is taken for 2 s (FAULTS B18)."""

    def __init__(self, dsn: str, *, size: int = 8) -> None:
        self._pool: AsyncConnectionPool[AsyncConnection[TupleRow]] = AsyncConnectionPool(
            dsn,
            min_size=1,
            max_size=size,
            timeout=POOL_WAIT_S,
            open=False,
            kwargs={"autocommit": True, "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS}"},
            check=AsyncConnectionPool.check_connection,
        )

    async def open(self) -> None:
        await self._pool.open()

    async def close(self) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection[TupleRow]]:
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (PoolTimeout, psycopg.OperationalError) as error:
            raise DatabaseBusy(f"the database does not answer: {type(error).__name__}") from error

    async def rows(self, row: type[Row], query: bytes, params: Params | None = None) -> list[Row]:
        """All rows of a query, as dataclasses `row`; its columns are the dataclass's fields."""
        async with self.connection() as connection, connection.cursor(row_factory=class_row(row)) as cursor:
            await cursor.execute(query, params)
            return await cursor.fetchall()

    async def row(self, row: type[Row], query: bytes, params: Params | None = None) -> Row | None:
        """The first row of a query, None when there is none."""
        found = await self.rows(row, query, params)
        return found[0] if found else None

    async def execute(self, query: bytes, params: Params | None = None) -> int:
        """Runs a statement and returns how many rows it touched."""
        async with self.connection() as connection:
            return (await connection.execute(query, params)).rowcount
