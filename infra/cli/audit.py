"""`kaska audit verify|copy|capsule`: hands over to `python -m domain.notary`, with the rights of the notary."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from infra.checkout import CHECKOUT
from infra.cli.options import DEFAULT_HOME, HomeOption, resolved
from infra.embedded.nats import NatsServer
from infra.embedded.ports import LOOPBACK
from infra.embedded.secrets import passwords
from infra.supervisor.home import read_state

USER = "notary"


def audit(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="verify, copy FILE, capsule ID --out FILE.")] = "--help",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Доказать, что история цела: verify, copy, capsule. / Prove that the history is untouched."""
    folder = resolved(home)
    os.environ |= {"KASKA_HOME": str(folder), "PYTHONPATH": str(CHECKOUT), **_servers(folder)}
    command = [sys.executable, "-P", "-m", "domain.notary", what, *context.args]
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted


def _servers(home: Path) -> dict[str, str]:
    """Where the servers of a running home are; nothing when it does not run: a copied history needs none."""
    state = read_state(home)
    if state is None:
        return {}
    keys = passwords(home, "s3-keys", ("access_key", "secret_key"))
    return {
        "KASKA_NATS_URL": NatsServer.of(home, state.nats_port).url(USER),
        "KASKA_S3_ENDPOINT": f"{LOOPBACK}:{state.s3_port}",
        "KASKA_S3_ACCESS_KEY": keys["access_key"],
        "KASKA_S3_SECRET_KEY": keys["secret_key"],
    }
