"""Whether an incident's files are still what was recorded: asked once in a while for each, few at once."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from minio import Minio
from starlette.concurrency import run_in_threadpool

from domain.contracts.known import Stored
from gateway.reads.rows import EvidenceRow
from infra.standing import standing_or_unknown

AT_ONCE: Final = 2
FRESH_S: Final = 60.0
MOST_KEPT: Final = 10_000


class Standings:
    """Belongs to the event loop."""

    def __init__(self, store: Minio, bucket: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._bucket, self._clock = store, bucket, clock
        self._places = asyncio.Semaphore(AT_ONCE)
        self._known: OrderedDict[str, tuple[float, Stored]] = OrderedDict()

    async def of(self, row: EvidenceRow) -> Stored | None:
        """What the store holds; None of what was never there, or was given up."""
        if row.key is None or not row.is_there:
            return None
        async with self._places:
            known = self._known.get(row.key)
            if known is not None and known[0] > self._clock() - FRESH_S:
                return known[1]
            found = await run_in_threadpool(
                standing_or_unknown,
                self._store,
                self._bucket,
                row.key,
                size_bytes=row.size_bytes,
                sha256=row.sha256,
            )
            if found is not Stored.UNKNOWN:
                self._remember(row.key, found)
            return found

    def _remember(self, key: str, found: Stored) -> None:
        self._known[key] = (self._clock(), found)
        self._known.move_to_end(key)
        while len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)
