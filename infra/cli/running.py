"""Runs a long command until it is done or somebody stops it, and turns errors into one sentence and an exit code."""

import asyncio
import errno
import signal
from collections.abc import Callable, Coroutine
from typing import Any, Final

import typer

from infra.assets import AssetError
from infra.cli.voice import FAILED, TROUBLE, fail, tell
from infra.embedded import EnvironmentTrouble
from infra.supervisor import SupervisorError
from infra.supervisor.supervisor import Running

STOPPING_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
NO_FAULT_OF_OURS: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EMFILE, errno.ENFILE})


def run_until_stopped(work: Callable[[], Coroutine[Any, Any, int]], *, when_stopped: int = 0) -> None:
    """Ends the program with the exit code of `work`.

    when_stopped  exit code after Ctrl-C or SIGTERM, when everything was stopped in order
    """
    try:
        code = asyncio.run(_with_signals(work, when_stopped))
    except (EnvironmentTrouble, AssetError) as error:
        code = fail(str(error), TROUBLE)
    except SupervisorError as error:
        code = fail(str(error), FAILED)
    except OSError as error:
        if error.errno not in NO_FAULT_OF_OURS:
            raise
        code = fail(f"{error}.", TROUBLE)
    raise typer.Exit(code)


def tell_console(up: Running) -> None:
    """Where the console is, and the first password, once."""
    tell(f"\n  Консоль / Console: {up.console_url}")
    password = up.administrator.to_tell()
    if password is not None:
        tell(f"  Логин / Login: admin\n  Пароль / Password: {password}")
        tell("  Пароль показан один раз. / The password is shown once.")
        up.administrator.forget()


async def _with_signals(work: Callable[[], Coroutine[Any, Any, int]], when_stopped: int) -> int:
    """The first signal stops in order; further ones change nothing."""
    task = asyncio.create_task(work())
    asked = asyncio.Event()

    def stop() -> None:
        if not asked.is_set():
            asked.set()
            task.cancel()

    loop = asyncio.get_running_loop()
    for number in STOPPING_SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        return await task
    except asyncio.CancelledError:
        if asked.is_set():
            return when_stopped
        raise
