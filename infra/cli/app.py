"""Lists all commands; each lives in a file of its own."""

from collections.abc import Callable
from typing import Any

import typer

from infra.cli import (
    analyse,
    analyst,
    audit,
    bench,
    cameras,
    check,
    defects,
    demo,
    erase_person,
    evaluation,
    export,
    faces,
    machine,
    models,
    passport,
    projections,
    replay,
    status,
    stop,
    test,
    up,
)

HELP = """Каска: видеоаналитика для предприятий и охраняемых объектов.

Kaska: video analytics for plants and guarded sites."""

PASS_THROUGH = {"allow_extra_args": True, "ignore_unknown_options": True}

app = typer.Typer(
    name="kaska",
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode=None,
)


def _add(command: Callable[..., None], settings: dict[str, Any] | None = None, name: str | None = None) -> None:
    """The whole docstring is shown in the list of commands: without this only its first, Russian, sentence."""
    called = name or command.__name__.replace("_", "-")
    app.command(called, short_help=command.__doc__, context_settings=settings)(command)


_add(demo.demo)
_add(up.up)
_add(analyse.analyse)
app.add_typer(cameras.app, name="cameras", short_help="Найти и подключить камеры. / Find and connect cameras.")
_add(status.status)
_add(stop.stop)
_add(test.test, {**PASS_THROUGH, "help_option_names": []})
_add(check.check)
_add(bench.bench, PASS_THROUGH)
_add(replay.replay, {**PASS_THROUGH, "help_option_names": []})
_add(replay.what_if, {**PASS_THROUGH, "help_option_names": []})
_add(replay.archive, {**PASS_THROUGH, "help_option_names": []})
_add(audit.audit, {**PASS_THROUGH, "help_option_names": []})
_add(passport.passport, {**PASS_THROUGH, "help_option_names": []})
_add(erase_person.erase_person)
_add(projections.projections, {**PASS_THROUGH, "help_option_names": []})
_add(evaluation.evaluate, {**PASS_THROUGH, "help_option_names": []}, "eval")
_add(analyst.analyst)
_add(export.export, {**PASS_THROUGH, "help_option_names": []})
_add(faces.faces, {**PASS_THROUGH, "help_option_names": []})
_add(defects.defects, {**PASS_THROUGH, "help_option_names": []})
_add(machine.machine, {**PASS_THROUGH, "help_option_names": []})
app.add_typer(models.models, name="models")
