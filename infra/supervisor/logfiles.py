"""Keeps the children's log files from filling the disk."""

import asyncio
import logging
import os
import shutil
from pathlib import Path
from typing import Final

LARGEST_BYTES: Final = 10 * 2**20
PERIOD_S: Final = 10.0

log = logging.getLogger(__name__)


async def keep_small(folder: Path, largest_bytes: int = LARGEST_BYTES) -> None:
    """Rotates for ever. The children append, so an emptied file goes on from its start."""
    while True:
        await asyncio.to_thread(rotate, folder, largest_bytes)
        await asyncio.sleep(PERIOD_S)


def rotate(folder: Path, largest_bytes: int = LARGEST_BYTES) -> None:
    """Files that have grown too large become `<name>.log.1`, which replaces the one before."""
    for path in folder.glob("*.log"):
        if path.stat().st_size <= largest_bytes:
            continue
        try:
            shutil.copyfile(path, path.with_suffix(".log.1"))
        except OSError as error:
            log.warning("log not kept", extra={"path": str(path), "why": str(error)})
        os.truncate(path, 0)
