"""Atomic batches of a single nats-server are staged in memory, because on disk the staging costs more than the save.

A server without a cluster stages each batch in `<stream>/batches/<id>`: a folder with a store of its own, made and
removed for every save. It is not synced, so the disk adds no safety after a power cut; after a kill it completes a
half-stored batch, which a folder in memory does as well. The server removes `batches` at its start: then link again.
Source: docs/adr/0007, nats-server 2.15 `server/jetstream_batching.go` and `server/jetstream.go`.
"""

import asyncio
import hashlib
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

SHARED_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - the folder inside is ours alone
LEAST_FREE_BYTES: Final = 32 * 2**20
PERIOD_S: Final = 1.0
STAGED: Final = "EVENTS"

log = logging.getLogger(__name__)


class Staging:
    """The folder `batches` of one server's EVENTS, as a link into memory.

    home    the server's: its data are in `<home>/nats`
    memory  a folder that is in memory; Kaska makes one of its own inside
    """

    def __init__(self, home: Path, memory: Path = SHARED_MEMORY) -> None:
        self._batches = home / "nats" / "jetstream" / "$G" / "streams" / STAGED / "batches"
        self._memory = memory
        self._folder = memory / ("kaska-batches-" + hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12])

    def link(self) -> bool:
        """Whether batches are staged in memory now. What is in the way may be gone at the next try."""
        if self._batches.is_symlink():
            return True
        if not self._batches.parent.is_dir() or not self._is_roomy():
            return False
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            if self._batches.exists():
                self._batches.rmdir()
            self._batches.symlink_to(self._folder)
        except OSError as error:  # a batch is being staged on disk at this moment
            log.debug("batches stay on disk for now", extra={"why": str(error)})
            return False
        return True

    def unlink(self) -> None:
        """After the server has ended: leaves nothing in memory."""
        with suppress(FileNotFoundError):
            if self._batches.is_symlink():
                self._batches.unlink()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _is_roomy(self) -> bool:
        return self._memory.is_dir() and shutil.disk_usage(self._memory).free >= LEAST_FREE_BYTES


@contextmanager
def staged_in_memory(home: Path) -> Iterator[Staging]:
    """Cleans up after the server that ran inside."""
    staging = Staging(home)
    try:
        yield staging
    finally:
        staging.unlink()


async def keep_staged(staging: Staging, period_s: float = PERIOD_S) -> None:
    """Makes the link, and makes it again after each restart of the server, for ever."""
    while True:
        await asyncio.to_thread(staging.link)
        await asyncio.sleep(period_s)
