"""Makes copies of stored videos on demand: few at a time, kept for a while, never evidence (docs/adr/0019)."""

import asyncio
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from minio import Minio
from starlette.concurrency import run_in_threadpool

from gateway.children import run_module
from gateway.copies.forms import Form
from gateway.errors import GatewayError
from infra.objects import UNAVAILABLE

log = logging.getLogger(__name__)

AT_ONCE: Final = 1
MOST_WAITING: Final = 8
LONGEST_S: Final = 120.0
LARGEST_SOURCE: Final = 1 << 30

Prepare = Callable[[Path], Awaitable[bool]]
"""Writes what is to be drawn into a folder. False: there is nothing to draw."""


class CopiesBusy(GatewayError):
    """Too many copies are being made; try again in a moment."""

    code = "copies_busy"


class CopyImpossible(GatewayError):
    """The stored video cannot be encoded anew."""

    code = "copy_impossible"


class Copies:
    """directory    of finished copies, `<sha256 of the original>-<form>.mp4`
    most_bytes   of them; those that were not asked for the longest go first
    """

    def __init__(self, store: Minio, bucket: str, directory: Path, most_bytes: int) -> None:
        self._store, self._bucket, self._directory, self._most_bytes = store, bucket, directory, most_bytes
        self._places = asyncio.Semaphore(AT_ONCE)
        self._making: dict[str, asyncio.Task[Path]] = {}

    async def copy(self, key: str, sha256: str, form: Form, prepare: Prepare | None = None) -> Path:
        """The finished copy of a stored object. Who asks for the same at once waits for the same.

        Raises  CopiesBusy, CopyImpossible
        """
        name = f"{sha256}-{form.value}.mp4"
        path = self._directory / name
        if await run_in_threadpool(_touched, path):
            return path
        task = self._making.get(name)
        if task is None:
            if len(self._making) >= MOST_WAITING:
                raise CopiesBusy("too many copies are being made")
            task = asyncio.create_task(self._make(key, path, prepare))
            self._making[name] = task
            task.add_done_callback(lambda _: self._making.pop(name, None))
        return await asyncio.shield(task)

    async def _make(self, key: str, path: Path, prepare: Prepare | None) -> Path:
        async with self._places, self._scratch() as scratch:
            source, target, plan = scratch / "source.mp4", scratch / "target.mp4", scratch / "plan"
            await run_in_threadpool(self._fetch, key, source)
            arguments = [str(source), str(target)]
            if prepare is not None:
                plan.mkdir()
                if await prepare(plan):
                    arguments.append(str(plan))
            await _run(arguments)
            target.replace(path)
        await run_in_threadpool(self._tidy, path)
        return path

    @asynccontextmanager
    async def _scratch(self) -> AsyncIterator[Path]:
        self._directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._directory) as folder:
            yield Path(folder)

    def _fetch(self, key: str, path: Path) -> None:
        try:
            size = self._store.stat_object(self._bucket, key).size or 0
            if size > LARGEST_SOURCE:
                raise CopyImpossible(f"{size} bytes are too many to be encoded anew")
            self._store.fget_object(self._bucket, key, str(path))
        except UNAVAILABLE as error:
            raise CopyImpossible(f"the store does not answer: {type(error).__name__}") from error

    def _tidy(self, newest: Path) -> None:
        """Removes the copies that were not asked for the longest, until the rest fits."""
        kept = sorted(self._directory.glob("*.mp4"), key=lambda path: path.stat().st_mtime, reverse=True)
        held = 0
        for path in kept:
            held += path.stat().st_size
            if held > self._most_bytes and path != newest:
                path.unlink(missing_ok=True)


async def _run(arguments: list[str]) -> None:
    """The process that encodes."""
    try:
        ended = await run_module("gateway.copies", *arguments, longest_s=LONGEST_S)
    except TimeoutError as error:
        raise CopyImpossible(f"not encoded within {LONGEST_S:.0f} s") from error
    if ended.status:
        log.warning("a copy failed", extra={"status": ended.status, "reason": ended.said[-500:]})
        raise CopyImpossible("the stored video cannot be encoded anew")


def _touched(path: Path) -> bool:
    """Whether it is there; noted as asked for."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True
