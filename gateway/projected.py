"""How far the projections have come, as they tell by NOTIFY kaska_projected, '<name>:<position>'."""

import asyncio
import logging

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from gateway.database import sql
from gateway.errors import ProjectionBehind

log = logging.getLogger(__name__)

CHANNEL = "kaska_projected"
INCIDENTS = "incidents"
PLANT = "plant"
ACCESS = "access"
RECORDINGS = "recordings"
AUDIT = "audit"
_RETRY_S = 0.5


class Projected:
    """One listening connection; `run` keeps it, everybody else waits on it."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._positions: dict[str, int] = {}
        self._moved = asyncio.Condition()

    def position(self, name: str) -> int:
        """Sequence in EVENTS that the projection `name` has reached; 0 while unknown."""
        return self._positions.get(name, 0)

    async def moved_beyond(self, name: str, position: int) -> int:
        """Waits until the projection is beyond `position` and returns where it is then."""
        async with self._moved:
            await self._moved.wait_for(lambda: self.position(name) > position)
        return self.position(name)

    async def reached(self, name: str, position: int, timeout_s: float) -> None:
        """Waits until the rows hold everything up to `position`. Raises ProjectionBehind after timeout_s."""
        try:
            async with asyncio.timeout(timeout_s):
                await self.moved_beyond(name, position - 1)
        except TimeoutError as error:
            raise ProjectionBehind(
                f"position {position} cannot be read yet: the projection {name} is at {self.position(name)}"
            ) from error

    async def run(self) -> None:
        """Listens for ever; a lost connection is opened again and the positions read afresh."""
        while True:
            try:
                await self._listen()
            except psycopg.Error as error:
                log.warning("projections cannot be heard", extra={"error": type(error).__name__})
            await asyncio.sleep(_RETRY_S)

    async def _listen(self) -> None:
        """A notice only says that something moved: what it says can be made up by whoever may sign in to Postgres."""
        async with (
            await AsyncConnection.connect(self._dsn, autocommit=True) as listening,
            await AsyncConnection.connect(self._dsn, autocommit=True) as reading,
        ):
            await listening.execute(f"LISTEN {CHANNEL}")
            await self._read(reading)
            async for _ in listening.notifies():
                await self._read(reading)

    async def _read(self, connection: AsyncConnection[TupleRow]) -> None:
        cursor = await connection.execute(sql("projection_positions"))
        for name, position in await cursor.fetchall():
            await self._advance(name, position)

    async def _advance(self, name: str, position: int) -> None:
        async with self._moved:
            self._positions[name] = position
            self._moved.notify_all()
