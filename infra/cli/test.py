"""`kaska test`: the whole test suite, or what the arguments say."""

import os
import sys

import typer

from infra.checkout import CHECKOUT


def test(context: typer.Context) -> None:
    """Прогнать тесты; аргументы — для pytest. / Run the tests; arguments go to pytest."""
    os.chdir(CHECKOUT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *context.args])  # noqa: S606 - no shell is wanted
