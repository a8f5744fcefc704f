"""Changed incidents, read once per NOTIFY and handed to every open subscription."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from gateway.database import Database
from gateway.errors import DatabaseBusy, SubscriberTooSlow
from gateway.projected import INCIDENTS, Projected
from gateway.reads.incidents import changed_after
from gateway.reads.rows import IncidentRow

log = logging.getLogger(__name__)

BACKLOG = 1000
_RETRY_S = 1.0

Queue = asyncio.Queue[IncidentRow | None]


class IncidentFeed:
    """`run` reads, `changes` is what one subscription sees."""

    def __init__(self, database: Database, projected: Projected) -> None:
        self._database = database
        self._projected = projected
        self._queues: set[Queue] = set()

    async def run(self) -> None:
        """Reads changed rows for ever, in the order of their positions."""
        read_to = await self._projected.moved_beyond(INCIDENTS, -1)
        while True:
            reached = await self._projected.moved_beyond(INCIDENTS, read_to)
            if not self._queues:
                read_to = reached
                continue
            try:
                rows = await changed_after(self._database, read_to)
            except DatabaseBusy:
                log.warning("changed incidents not read", extra={"position": read_to})
                await asyncio.sleep(_RETRY_S)
                continue
            for row in rows:
                self._hand_out(row)
            read_to = rows[-1].position if rows else reached

    async def changes(self) -> AsyncIterator[IncidentRow]:
        """Incidents as they change, from now on. Raises SubscriberTooSlow when 1000 wait to be taken."""
        with self._queue() as queue:
            while (row := await queue.get()) is not None:
                yield row
        raise SubscriberTooSlow(f"more than {BACKLOG} changes waited")

    @contextmanager
    def _queue(self) -> Iterator[Queue]:
        queue: Queue = asyncio.Queue(BACKLOG + 1)
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    def _hand_out(self, row: IncidentRow) -> None:
        for queue in list(self._queues):
            if queue.qsize() < BACKLOG:
                queue.put_nowait(row)
            else:
                queue.put_nowait(None)
                self._queues.discard(queue)
