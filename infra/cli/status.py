"""`kaska status`: what runs in a home."""

import json

import typer

from infra.cli.options import DEFAULT_HOME, HomeOption, JsonOption, resolved
from infra.cli.voice import FAILED
from infra.supervisor.home import children, read_state, supervisor


def status(home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """Показать, что работает; код 1, если ничего. / Show what runs; exit code 1 when nothing does."""
    folder = resolved(home)
    running, state, alive = supervisor(folder), read_state(folder), children(folder)
    if as_json:
        answer = {
            "running": running is not None,
            "ready": state is not None,
            "pid": running.pid if running else None,
            "console_url": state.console_url if state else None,
            "started_at": state.started_at if state else None,
            "ports": {"nats": state.nats_port, "postgres": state.postgres_port, "s3": state.s3_port} if state else {},
            "children": alive,
        }
        print(json.dumps(answer, ensure_ascii=False))
    elif running is None:
        print(f"Каска не запущена в {folder}. / Kaska is not running in {folder}.")
    else:
        print(f"Каска работает, pid {running.pid}. / Kaska is running, pid {running.pid}.")
        print(f"Консоль / Console: {state.console_url if state else 'запускается / starting'}")
        for name, pid in alive.items():
            print(f"  {name:24} {pid}")
    raise typer.Exit(0 if running else FAILED)
