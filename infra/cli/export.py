"""`kaska export VIEW --out FILE`: hands over to `python -m projections.exporting`, with the rights of an analyst."""

import os
import sys

import typer

from infra.checkout import CHECKOUT
from infra.cli.options import DEFAULT_HOME, HomeOption, resolved
from infra.cli.voice import TROUBLE, fail
from infra.supervisor.home import read_state


def export(context: typer.Context, home: HomeOption = DEFAULT_HOME) -> None:
    """Выгрузить представление в Parquet или CSV. / Write a view to Parquet or CSV."""
    # Imported here, so that the other commands do not wait for the database's client.
    from infra.embedded.postgres import ANALYST, PostgresServer  # noqa: PLC0415

    folder = resolved(home)
    state = read_state(folder)
    if state is not None:
        os.environ["KASKA_POSTGRES_DSN"] = PostgresServer.of(folder, state.postgres_port).dsn(ANALYST)
    elif "--help" not in context.args:
        raise typer.Exit(fail(f"Kaska is not running in {folder}; start it with ./kaska up.", TROUBLE))
    os.environ |= {"KASKA_HOME": str(folder), "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-P", "-m", "projections.exporting", *context.args]
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted
