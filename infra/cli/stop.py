"""`kaska stop`: ends what runs in a home, in order."""

import contextlib
import os
import signal
import time
from typing import Final

import typer

from infra.cli.options import DEFAULT_HOME, HomeOption, resolved
from infra.cli.voice import FAILED, fail
from infra.supervisor.home import supervisor

LIMIT_S: Final = 90.0


def stop(home: HomeOption = DEFAULT_HOME) -> None:
    """Остановить всё по порядку. / Stop everything in order."""
    folder = resolved(home)
    running = supervisor(folder)
    if running is None:
        print(f"Каска не запущена в {folder}. / Kaska is not running in {folder}.")
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + LIMIT_S
    while running.is_alive():
        if time.monotonic() > deadline:
            raise typer.Exit(fail(f"Kaska (pid {running.pid}) did not stop within {LIMIT_S:.0f} s.", FAILED))
        time.sleep(0.1)
    print("Остановлено. / Stopped.")
