"""Stills of live pictures on demand: what a person draws zones on. Decoded apart, so that no stream can hurt us."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool

from gateway.children import run_module
from gateway.errors import GatewayError
from gateway.stills import PLAYLIST
from infra.live_views import LiveQuality, live_folder, wish

log = logging.getLogger(__name__)

AT_ONCE: Final = 2
MOST_WAITING: Final = 16
LONGEST_S: Final = 10.0
FRESH_S: Final = 1.0
OLD_S: Final = 30.0
"""A list that nobody wrote to for so long shows nothing of now: its producer is gone."""


class StillsBusy(GatewayError):
    """Too many stills are being made; try again in a moment."""

    code = "stills_busy"


class Stills:
    """home   of the live files; clock: seconds, for what is kept"""

    def __init__(self, home: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._home, self._clock = home, clock
        self._places = asyncio.Semaphore(AT_ONCE)
        self._making: dict[str, asyncio.Task[bytes | None]] = {}
        self._kept: dict[str, tuple[float, bytes | None]] = {}

    async def still(self, camera: str) -> bytes | None:
        """A JPEG, at most some seconds old; None: there is no picture. Who asks at once waits for the same.

        camera   one that the person may watch
        Raises   StillsBusy
        """
        now = self._clock()
        self._kept = {name: kept for name, kept in self._kept.items() if now - kept[0] < FRESH_S}
        if camera in self._kept:
            return self._kept[camera][1]
        task = self._making.get(camera)
        if task is None:
            if len(self._making) >= MOST_WAITING:
                raise StillsBusy("too many stills are being made")
            task = asyncio.create_task(self._make(camera))
            self._making[camera] = task
            task.add_done_callback(lambda _: self._making.pop(camera, None))
        return await asyncio.shield(task)

    async def _make(self, camera: str) -> bytes | None:
        folder = live_folder(self._home, camera, LiveQuality.ORIGINAL)
        async with self._places:
            there = await run_in_threadpool(self._asked_for, camera, folder)
            data = await _decoded(folder) if there else None
        self._kept[camera] = (self._clock(), data)
        return data

    def _asked_for(self, camera: str, folder: Path) -> bool:
        """Whether there is a list of now. What is encoded only for who watches (H.265) is begun by asking."""
        wish(self._home, camera, LiveQuality.ORIGINAL)
        try:
            return time.time() - (folder / PLAYLIST).stat().st_mtime < OLD_S
        except OSError:
            return False


async def _decoded(folder: Path) -> bytes | None:
    """By the process that decodes."""
    try:
        ended = await run_module("gateway.stills", str(folder), longest_s=LONGEST_S)
    except TimeoutError:
        log.warning("no still", extra={"camera": folder.name, "reason": "took too long"})
        return None
    if ended.status or not ended.output:
        log.warning("no still", extra={"camera": folder.name, "reason": ended.said[-300:]})
        return None
    return ended.output
