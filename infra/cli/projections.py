"""`kaska projections list|rebuild|verify|parked|retry`: hands over to `python -m projections.admin`."""

import os
import sys
from pathlib import Path

import typer

from infra.checkout import CHECKOUT
from infra.cli.options import DEFAULT_HOME, HomeOption, resolved
from infra.cli.voice import TROUBLE, fail
from infra.supervisor.home import RunningState, read_state

USER = "projections"


def projections(context: typer.Context, home: HomeOption = DEFAULT_HOME) -> None:
    """Таблицы для чтения: list, rebuild, verify, parked, retry. / Read models: how far, made again, compared."""
    folder = resolved(home)
    state = read_state(folder)
    if state is not None:
        os.environ |= _servers(folder, state)
    elif context.args and "--help" not in context.args:
        raise typer.Exit(fail(f"Kaska is not running in {folder}; start it with ./kaska up.", TROUBLE))
    os.environ |= {"KASKA_HOME": str(folder), "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-P", "-m", "projections.admin", *(context.args or ["--help"])]
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted


def _servers(home: Path, state: RunningState) -> dict[str, str]:
    # Imported here, so that the other commands do not wait for the servers' clients.
    from infra.embedded.nats import NatsServer  # noqa: PLC0415
    from infra.embedded.postgres import PROJECTIONS, PostgresServer  # noqa: PLC0415

    return {
        "KASKA_NATS_URL": NatsServer.of(home, state.nats_port).url(USER),
        "KASKA_POSTGRES_DSN": PostgresServer.of(home, state.postgres_port).dsn(PROJECTIONS),
    }
