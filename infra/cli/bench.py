"""`kaska bench NAME`: one measurement against a peer; the last line of `--json` is one JSON object."""

import os
import sys
from typing import Annotated

import typer

from infra.checkout import CHECKOUT
from infra.cli.voice import TROUBLE, fail

FOLDER = CHECKOUT / "tests" / "bench"


def bench(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Какой. / Which one.")] = "",
) -> None:
    """Измерить скорость рядом с аналогом; без имени — список. / Measure against a peer; without a name, list them."""
    known = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith(("_", "test_")))
    known += sorted(path.parent.name for path in FOLDER.glob("*/__main__.py"))
    if not name:
        print("\n".join(known))
        return
    if name not in known:
        raise typer.Exit(fail(f"There is no bench {name!r}; there are: {', '.join(known) or 'none'}.", TROUBLE))
    os.chdir(CHECKOUT)
    module = f"tests.bench.{name}"
    os.execv(sys.executable, [sys.executable, "-m", module, *context.args])  # noqa: S606 - no shell is wanted
