"""`kaska passport ID`: hands over to `python -m domain.inquiry`, with the rights of the inquiry: it may only read."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from infra.checkout import CHECKOUT
from infra.cli.options import DEFAULT_HOME, HomeOption, resolved
from infra.cli.voice import TROUBLE, fail
from infra.supervisor.home import RunningState, read_state

USER = "inquiry"


def passport(
    context: typer.Context,
    incident: Annotated[str, typer.Argument(help="ID [--as-known T] [--json].")] = "--help",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Паспорт решения: всё, что к нему привело. / The passport of a decision: everything that led to it."""
    folder = resolved(home)
    state = read_state(folder)
    if state is not None:
        os.environ |= _servers(folder, state)
    elif incident != "--help" and "--help" not in context.args:
        raise typer.Exit(fail(f"Kaska is not running in {folder}; start it with ./kaska up.", TROUBLE))
    os.environ |= {"KASKA_HOME": str(folder), "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-P", "-m", "domain.inquiry", "passport", incident, *context.args]
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted


def _servers(home: Path, state: RunningState) -> dict[str, str]:
    # Imported here, so that the other commands do not wait for the servers' clients.
    from infra.embedded.nats import NatsServer  # noqa: PLC0415
    from infra.embedded.ports import LOOPBACK  # noqa: PLC0415
    from infra.embedded.secrets import passwords  # noqa: PLC0415

    keys = passwords(home, "s3-reader", ("access_key", "secret_key"))
    return {
        "KASKA_NATS_URL": NatsServer.of(home, state.nats_port).url(USER),
        "KASKA_S3_ENDPOINT": f"{LOOPBACK}:{state.s3_port}",
        "KASKA_S3_ACCESS_KEY": keys["access_key"],
        "KASKA_S3_SECRET_KEY": keys["secret_key"],
        "KASKA_PLANT_TZ": state.plant_tz,
    }
