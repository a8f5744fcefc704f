"""Stills of live pictures on demand: what a person draws zones on. Decoded apart, so that no stream can hurt us."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from starlette.concurrency import run_in_threadpool

from gateway.children import run_module
from gateway.errors import GatewayError
from gateway.relay import Relay
from gateway.stills import PLAYLIST
from gateway.stills.elsewhere import copied
from infra.live_views import LiveQuality, live_folder, wish

log = logging.getLogger(__name__)

AT_ONCE: Final = 2
MOST_WAITING: Final = 16
LONGEST_S: Final = 10.0
FRESH_S: Final = 1.0
OLD_S: Final = 30.0
"""A list that nobody wrote to for so long shows nothing of now: its producer is gone."""

BEGINS_S: Final = 2.0
LOOK_S: Final = 0.1
"""So long, looking so often, the beginning of a live picture is waited for that nobody watched."""


class StillsBusy(GatewayError):
    """Too many stills are being made; try again in a moment."""

    code = "stills_busy"


class Stills:
    """home    of the live files; clock: seconds, for what is kept
    relay   to the cameras that other nodes hold
    """

    def __init__(self, home: Path, clock: Callable[[], float] = time.monotonic, *, relay: Relay | None = None) -> None:
        self._home, self._clock, self._relay = home, clock, relay
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
        async with self._places:
            if self._relay is not None and await self._relay.is_elsewhere(camera):
                data = await _from_elsewhere(self._relay, camera)
            else:
                folder = live_folder(self._home, camera, LiveQuality.ORIGINAL)
                there = await run_in_threadpool(self._asked_for, camera, folder)
                data = await _decoded(folder) if there else None
        self._kept[camera] = (self._clock(), data)
        return data

    def _asked_for(self, camera: str, folder: Path) -> bool:
        """Whether there is a list of now. It is begun by asking, as live pictures are only made for who watches."""
        wish(self._home, camera, LiveQuality.ORIGINAL)
        until = time.monotonic() + BEGINS_S
        while not _is_of_now(folder / PLAYLIST):
            if time.monotonic() >= until:
                return False
            time.sleep(LOOK_S)
        return True


def _is_of_now(playlist: Path) -> bool:
    try:
        return time.time() - playlist.stat().st_mtime < OLD_S
    except OSError:
        return False


async def _from_elsewhere(relay: Relay, camera: str) -> bytes | None:
    with TemporaryDirectory(prefix="kaska-still-") as name:
        there = await copied(relay, camera, Path(name), BEGINS_S)
        return await _decoded(Path(name)) if there else None


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
