"""`kaska replay`, `kaska what-if`, `kaska archive`: questions to the servers of a running home, answered by
`python -m domain.replay`, which may only read the history: it gets the NATS user of the replay desk."""

import os
import sys
from pathlib import Path

import typer

from infra.checkout import CHECKOUT
from infra.cli.options import DEFAULT_HOME, HomeOption, resolved
from infra.cli.voice import TROUBLE, fail
from infra.embedded.nats import NatsServer
from infra.embedded.ports import LOOPBACK
from infra.embedded.secrets import passwords
from infra.supervisor.home import RunningState, read_state

READER = "replay"


def replay(context: typer.Context, home: HomeOption = DEFAULT_HOME) -> None:
    """Вывести инциденты заново и сравнить с историей. / Derive the incidents anew and compare with the history."""
    _ask("replay", context, home)


def what_if(context: typer.Context, home: HomeOption = DEFAULT_HOME) -> None:
    """Что было бы с другим правилом. / What another rule would have found."""
    _ask("what-if", context, home)


def archive(context: typer.Context, home: HomeOption = DEFAULT_HOME) -> None:
    """Сохранить прошедшие дни детекций. / Copy past days of detections into the object store."""
    _ask("archive", context, home)


def _ask(question: str, context: typer.Context, home: HomeOption) -> None:
    folder = resolved(home)
    state = read_state(folder)
    if state is not None:
        os.environ |= _environment(folder, state)
    elif "--help" not in context.args:
        raise typer.Exit(fail(f"Kaska is not running in {folder}; start it with ./kaska up.", TROUBLE))
    os.environ["PYTHONPATH"] = str(CHECKOUT)
    command = [sys.executable, "-P", "-m", "domain.replay", question, *context.args]
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted


def _environment(home: Path, state: RunningState) -> dict[str, str]:
    keys = passwords(home, "s3-keys", ("access_key", "secret_key"))
    return {
        "KASKA_HOME": str(home),
        "KASKA_NATS_URL": NatsServer.of(home, state.nats_port).url(READER),
        "KASKA_S3_ENDPOINT": f"{LOOPBACK}:{state.s3_port}",
        "KASKA_S3_ACCESS_KEY": keys["access_key"],
        "KASKA_S3_SECRET_KEY": keys["secret_key"],
        "KASKA_PLANT_TZ": state.plant_tz,
    }
