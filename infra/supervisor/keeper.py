"""Keeps one child running: starts it again when it ends, until told to stop."""

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from infra.embedded import EnvironmentTrouble
from infra.embedded.child import Child, Launch, Server
from infra.supervisor.backoff import Backoff

READY_POLL_S = 0.05

log = logging.getLogger(__name__)

Prepare = Callable[[], Awaitable[Launch]]


class CountsRestarts(Protocol):
    """Told the child's name at each restart."""

    def __call__(self, name: str) -> None: ...


class Keeper:
    """One child of the supervisor. `start` it on the event loop's main thread, whose end ends the child.

    prepare  gives the launch anew at each start; it may write configuration or raise EnvironmentTrouble
    """

    def __init__(
        self, name: str, prepare: Prepare, home: Path, restarted: CountsRestarts, backoff: Backoff | None = None
    ) -> None:
        self.name = name
        self.child: Child | None = None
        self._prepare = prepare
        self._home = home
        self._restarted = restarted
        self._backoff = backoff or Backoff()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """The first start. Raises EnvironmentTrouble when it is impossible."""
        self.child = Child(await self._prepare(), self._home)
        self._task = asyncio.create_task(self._keep(self.child), name=f"keeper {self.name}")

    async def stop(self) -> None:
        """Asks the child to end, kills it after its time limit. Harmless when repeated."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self.child is not None:
            await asyncio.to_thread(self.child.stop)

    async def _keep(self, child: Child) -> None:
        while True:
            began = time.monotonic()
            code = await _ended(child)
            pause_s = self._backoff.after_death(time.monotonic() - began)
            log.warning("child ended", extra={"child": self.name, "exit_code": code, "restart_in_s": round(pause_s, 2)})
            await asyncio.sleep(pause_s)
            child = await self._start_again()

    async def _start_again(self) -> Child:
        while True:
            try:
                launch = await self._prepare()
                self.child = Child(launch, self._home)
            except (OSError, EnvironmentTrouble) as error:
                pause_s = self._backoff.after_death(0)
                log.warning("child not started", extra={"child": self.name, "why": str(error), "retry_in_s": pause_s})
                await asyncio.sleep(pause_s)
            else:
                self._restarted(self.name)
                return self.child


def keeper_of(server: Server, home: Path, restarted: CountsRestarts) -> Keeper:
    """The keeper of an embedded server."""
    return Keeper(server.name, lambda: asyncio.to_thread(server.launch), home, restarted)


async def await_answer(server: Server, keeper: Keeper, limit_s: float = 60.0) -> None:
    """Until a server that was just started answers. Raises EnvironmentTrouble when it ends or stays silent."""
    deadline = time.monotonic() + limit_s
    first = keeper.child
    while not await asyncio.to_thread(server.is_ready):
        if first is not None and (keeper.child is not first or first.exit_code() is not None):
            raise EnvironmentTrouble(f"{server.name} ended at start: {first.last_words()}")
        if time.monotonic() > deadline:
            raise EnvironmentTrouble(f"{server.name} did not answer within {limit_s:.0f} s, see the logs in the home.")
        await asyncio.sleep(READY_POLL_S)


async def _ended(child: Child) -> int | None:
    """Sleeps until the child has ended, without polling."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    try:
        handle = os.pidfd_open(child.pid)
    except ProcessLookupError:
        return child.exit_code()
    loop.add_reader(handle, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)
    return child.exit_code()
