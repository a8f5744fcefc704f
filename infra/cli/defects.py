"""`kaska defects train|look`: defects of surfaces, by `python -m training.defects`."""

import os
import sys

import typer

from infra.checkout import CHECKOUT


def defects(context: typer.Context) -> None:
    """Дефекты поверхностей: обучить, найти. / Defects of surfaces: train, look."""
    os.environ["PYTHONPATH"] = str(CHECKOUT)
    command = [sys.executable, "-P", "-m", "training.defects", *context.args]
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted
