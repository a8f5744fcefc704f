"""`kaska erase-person LOGIN|ID --reason …`: destroys what is stored about a person, for who runs the machine."""

import json
import sys
from typing import Annotated, Final

import typer

from infra.cli.asking import answer_to, running
from infra.cli.options import DEFAULT_HOME, HomeOption, JsonOption, resolved
from infra.cli.voice import FAILED, fail, tell

ASK: Final = (
    "Стереть навсегда всё личное о пользователе «{person}»? Отменить нельзя.\n"
    "Erase everything personal about this user for ever? It cannot be undone."
)


def erase_person(
    person: Annotated[str, typer.Argument(help="Логин или идентификатор. / A login or an identifier.")],
    reason: Annotated[
        str, typer.Option("--reason", help="Основание: останется навсегда. / The grounds: they stay for ever.")
    ],
    home: HomeOption = DEFAULT_HOME,
    yes: Annotated[bool, typer.Option("--yes", help="Не спрашивать. / Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Стереть личные данные человека, сохранив доказательство. / Erase a person, keep the proof."""
    from domain.contracts.commands import Accepted, ErasePerson  # noqa: PLC0415 - other commands need no NATS
    from domain.contracts.identifiers import user_named  # noqa: PLC0415

    folder = resolved(home)
    state = running(folder)
    if not (yes or typer.confirm(ASK.format(person=person), err=True)):
        raise typer.Exit(FAILED)
    command = ErasePerson(user_named(person), reason)
    reply = answer_to(folder, state, command, "erase")
    if not isinstance(reply, Accepted):
        raise typer.Exit(fail(f"{reply.message} ({reply.code}).", FAILED))
    if as_json:
        sys.stdout.write(f"{json.dumps({'person': str(command.user_id), 'position': reply.position})}\n")
    else:
        tell(f"Стёрто / Erased: {command.user_id}")
