"""`kaska check`: everything that is checked without running the product."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import typer
from rich.console import Console

from infra.checkout import CHECKOUT
from infra.cli.voice import FAILED

BESIDE: Final = Path(sys.executable).parent
PYTHON: Final = (sys.executable, "-m")

CHECKS: Final = {
    "ruff check": (*PYTHON, "ruff", "check", ".", "kaska"),
    "ruff format": (*PYTHON, "ruff", "format", "--check", ".", "kaska"),
    "mypy --strict": (*PYTHON, "mypy"),
    "import-linter": (str(BESIDE / "lint-imports"),),
    "GraphQL schema": (*PYTHON, "gateway.schema", "--check"),
    "event catalogue": (*PYTHON, "domain.contracts.catalogue", "--check"),
}


def check() -> None:
    """Проверить код: ruff, mypy, импорты, схемы. / Check the code: ruff, mypy, imports, schema snapshots."""
    console = Console(stderr=True)
    failed = []
    for name, command in CHECKS.items():
        with console.status(name):
            done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
        console.print(f"[{'green' if done.returncode == 0 else 'red'}]{'✓' if done.returncode == 0 else '✗'}[/] {name}")
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout + done.stderr)
    raise typer.Exit(FAILED if failed else 0)
