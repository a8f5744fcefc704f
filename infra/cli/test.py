"""`kaska test`: the whole test suite, or what the arguments say."""

import os
import sys
from typing import Final

import typer

from infra.checkout import CHECKOUT

SIDE_BY_SIDE: Final = ("-n", "2", "--dist", "loadfile")
"""Two processes, each with its own servers: half of the tests' time is spent waiting. A file's tests stay together."""


def test(context: typer.Context) -> None:
    """Прогнать тесты; аргументы — для pytest. / Run the tests; arguments go to pytest."""
    os.chdir(CHECKOUT)
    arguments = context.args or SIDE_BY_SIDE
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])  # noqa: S606 - no shell is wanted
