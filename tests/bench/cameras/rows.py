"""How long it takes from the capture of the deciding frame to the incident's row in Postgres."""

import asyncio
import contextlib
from datetime import UTC, datetime
from typing import Any, Final

import psycopg

CHANNEL: Final = "kaska_projected"
OPENED: Final = "select id::text, opened_at from read_model.incident where opened_at >= %s"
PATIENCE_S: Final = 1.0


class RowWatch:
    """Incidents that opened after `since`: seconds until each row could be read."""

    def __init__(self, dsn: str, since: datetime) -> None:
        self._dsn, self._since = dsn, since
        self.latencies_s: dict[str, float] = {}

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            with contextlib.suppress(psycopg.OperationalError, psycopg.errors.UndefinedTable):
                await self._listen()
            await asyncio.sleep(0.2)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            while True:
                await self._read(connection)
                async for _ in connection.notifies(timeout=PATIENCE_S, stop_after=1):
                    pass

    async def _read(self, connection: "psycopg.AsyncConnection[tuple[Any, ...]]") -> None:
        rows = await (await connection.execute(OPENED, (self._since,))).fetchall()
        now = datetime.now(UTC)
        for identity, opened_at in rows:
            self.latencies_s.setdefault(identity, (now - opened_at).total_seconds())
