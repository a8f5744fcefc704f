"""The newest live files of a camera that another node holds, copied here to be decoded."""

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool

from gateway.relay import Relay
from gateway.stills import PLAYLIST
from gateway.stills.listing import listed, newest_begins
from infra.live_views import LiveQuality

log = logging.getLogger(__name__)

NEWEST: Final = 2
"""The last segment may lie between two keyframes."""

OLD: Final = timedelta(seconds=30)
LOOK_S: Final = 0.2


async def copied(relay: Relay, camera: str, folder: Path, begins_s: float) -> bool:
    """Whether there is a picture of now, and its files are in the folder.

    begins_s   how long the beginning of a live picture is waited for that nobody watched
    """
    until = time.monotonic() + begins_s
    while not await _copied_now(relay, camera, folder):
        if time.monotonic() >= until:
            return False
        await asyncio.sleep(LOOK_S)
    return True


async def _copied_now(relay: Relay, camera: str, folder: Path) -> bool:
    try:
        playlist = await relay.file(camera, LiveQuality.ORIGINAL, PLAYLIST)
        text = playlist.decode("ascii")
        begins, named = newest_begins(text), listed(text)[-NEWEST:]
        if begins is None or datetime.now(UTC) - begins > OLD:
            return False
        await run_in_threadpool((folder / PLAYLIST).write_bytes, playlist)
        for file in dict.fromkeys(name for pair in named for name in pair):
            data = await relay.file(camera, LiveQuality.ORIGINAL, file)
            await run_in_threadpool((folder / file).write_bytes, data)
    except (OSError, UnicodeDecodeError) as error:
        log.debug("no live files from another node", extra={"camera": camera, "reason": str(error)})
        return False
    return bool(named)
