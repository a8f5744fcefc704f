"""`kaska status`: what runs in a home."""

import json
from pathlib import Path

import typer

from domain.contracts.codec import CodecError
from domain.contracts.guard import VERDICT_FILE, decode_verdict
from infra.cli.options import DEFAULT_HOME, HomeOption, JsonOption, resolved
from infra.cli.storage import read_storage, storage_lines
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
            "history": _history(folder) if running else None,
            "storage": read_storage(folder),
        }
        print(json.dumps(answer, ensure_ascii=False))
    elif running is None:
        print(f"Каска не запущена в {folder}. / Kaska is not running in {folder}.")
    else:
        print(f"Каска работает, pid {running.pid}. / Kaska is running, pid {running.pid}.")
        print(f"Консоль / Console: {state.console_url if state else 'запускается / starting'}")
        for name, pid in alive.items():
            print(f"  {name:24} {pid}")
        for finding in _history(folder):
            print(f"История не цела, решения не записываются. / The history is not whole: {finding}")
        for line in storage_lines(read_storage(folder)):
            print(line)
    raise typer.Exit(0 if running else FAILED)


def _history(home: Path) -> list[str]:
    """What the domain service knows to be wrong with the history."""
    try:
        return list(decode_verdict((home / VERDICT_FILE).read_bytes()).findings)
    except FileNotFoundError:
        return []
    except (CodecError, OSError) as error:
        return [str(error)]
