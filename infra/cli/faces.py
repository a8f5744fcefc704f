"""`kaska faces enrol|list|erase`: whose faces are known, by `python -m inference.faces`."""

import os
import sys

import typer

from infra.checkout import CHECKOUT


def faces(context: typer.Context) -> None:
    """Лица: занести, показать, стереть. / Faces: enrol, list, erase."""
    os.environ["PYTHONPATH"] = str(CHECKOUT)
    command = [sys.executable, "-P", "-m", "inference.faces", *context.args]
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted
