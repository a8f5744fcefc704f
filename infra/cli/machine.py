"""`kaska machine shoot|examples|train|tell`: hands over to `python -m inference.machines`."""

import os
import sys
from pathlib import Path
from typing import Final

import typer

from infra.checkout import CHECKOUT
from infra.cli.options import DEFAULT_HOME, HomeOption, resolved
from infra.supervisor.home import read_state, running_frames

USER: Final = "inference"
"""Of NATS: it reads which zones there are."""


def machine(context: typer.Context, home: HomeOption = DEFAULT_HOME) -> None:
    """Состояния станка по снимкам: shoot, examples, train, tell. / Train how the states of a machine look."""
    folder = resolved(home)
    os.environ |= {"KASKA_HOME": str(folder), "PYTHONPATH": str(CHECKOUT), **_running(folder)}
    command = [sys.executable, "-P", "-m", "inference.machines", *(context.args or ["--help"])]
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted


def _running(home: Path) -> dict[str, str]:
    """Where the servers and the frames are, while Kaska runs."""
    from infra.embedded.nats import NatsServer  # noqa: PLC0415 - training needs no server

    state = read_state(home)
    if state is None:
        return {}
    return {
        "KASKA_NATS_URL": NatsServer.of(home, state.nats_port).url(USER),
        "KASKA_FRAMES_DIR": str(running_frames(home)),
    }
