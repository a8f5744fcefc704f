"""`kaska eval`: the models and rules on labelled recordings, by `python -m training.evaluation`."""

import os
import sys

import typer

from infra.checkout import CHECKOUT


def evaluate(context: typer.Context) -> None:
    """Оценить качество на размеченных записях. / Score the models and rules on labelled recordings."""
    os.environ["PYTHONPATH"] = str(CHECKOUT)
    command = [sys.executable, "-P", "-m", "training.evaluation", *context.args]
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted
