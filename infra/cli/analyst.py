"""`kaska analyst`: how a person with questions connects to the database. The password is shown only when asked for."""

import json
from typing import Annotated

import typer

from infra.cli.options import DEFAULT_HOME, HomeOption, JsonOption, resolved
from infra.cli.voice import TROUBLE, fail
from infra.embedded.ports import LOOPBACK
from infra.settings import write_secret
from infra.supervisor.home import read_state

PasswordOption = Annotated[bool, typer.Option("--password", help="Показать пароль. / Show the password.")]


def analyst(home: HomeOption = DEFAULT_HOME, password: PasswordOption = False, as_json: JsonOption = False) -> None:
    """Как подключиться аналитику: только чтение. / How an analyst connects: reads only."""
    # Imported here, so that the other commands do not wait for the database's client.
    from infra.embedded.postgres import ANALYST, DATABASE, PostgresServer  # noqa: PLC0415

    folder = resolved(home)
    state = read_state(folder)
    if state is None:
        raise typer.Exit(fail(f"Kaska is not running in {folder}; start it with ./kaska up.", TROUBLE))
    server = PostgresServer.of(folder, state.postgres_port)
    secret, port = server.passwords[ANALYST], state.postgres_port
    passfile = folder / "secrets" / "analyst.pgpass"
    write_secret(passfile, f"{LOOPBACK}:{port}:{DATABASE}:{ANALYST}:{secret}\n")
    told = {"host": LOOPBACK, "port": port, "database": DATABASE, "role": ANALYST, "passfile": str(passfile)}
    if password:
        told["password"] = secret
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    print(f"PGPASSFILE={passfile} psql -h {LOOPBACK} -p {port} -U {ANALYST} {DATABASE}")
    if password:
        print(f"Пароль / Password: {secret}")
    print("Представления / Views: docs/analytics.md")
