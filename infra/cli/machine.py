"""`kaska machine train|examples|tell`: hands over to `python -m inference.machines`."""

import os
import sys

import typer

from infra.checkout import CHECKOUT
from infra.cli.options import DEFAULT_HOME, HomeOption, resolved


def machine(context: typer.Context, home: HomeOption = DEFAULT_HOME) -> None:
    """Состояния станка по снимкам: train, examples, tell. / Train how the states of a machine look."""
    os.environ |= {"KASKA_HOME": str(resolved(home)), "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-P", "-m", "inference.machines", *(context.args or ["--help"])]
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted
