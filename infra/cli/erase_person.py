"""`kaska erase-person LOGIN|ID --reason …`: destroys what is stored about a person, for who runs the machine."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from uuid import uuid4

import typer

from infra.cli.options import DEFAULT_HOME, HomeOption, JsonOption, resolved
from infra.cli.voice import FAILED, TROUBLE, fail, tell
from infra.supervisor.home import RunningState, read_state

if TYPE_CHECKING:
    from domain.contracts.commands import ErasePerson, Reply

USER: Final = "gateway"
"""Of NATS: it may send commands and append nothing."""

BY: Final = "operator"
ANSWER_S: Final = 10.0
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
    from infra.nats.errors import NatsAdapterError  # noqa: PLC0415

    folder = resolved(home)
    state = read_state(folder)
    if state is None:
        raise typer.Exit(fail(f"Kaska is not running in {folder}; start it with ./kaska up.", TROUBLE))
    if not (yes or typer.confirm(ASK.format(person=person), err=True)):
        raise typer.Exit(FAILED)
    command = ErasePerson(user_named(person), reason)
    try:
        reply = asyncio.run(_asked(folder, state, command))
    except (NatsAdapterError, TimeoutError) as error:
        raise typer.Exit(fail(f"The domain service did not answer: {error}.", TROUBLE)) from error
    if not isinstance(reply, Accepted):
        raise typer.Exit(fail(f"{reply.message} ({reply.code}).", FAILED))
    if as_json:
        sys.stdout.write(f"{json.dumps({'person': str(command.user_id), 'position': reply.position})}\n")
    else:
        tell(f"Стёрто / Erased: {command.user_id}")


async def _asked(home: Path, state: RunningState, command: "ErasePerson") -> "Reply":
    """The same command again while the outcome is unknown. Raises NatsAdapterError, TimeoutError."""
    import nats.errors  # noqa: PLC0415

    from domain.contracts.commands import CONTEXT_OF, Refused, decode_reply, encode_command  # noqa: PLC0415
    from domain.contracts.subjects import command_subject  # noqa: PLC0415
    from infra.embedded.nats import NatsServer  # noqa: PLC0415
    from infra.nats.bridge import connect  # noqa: PLC0415

    payload = encode_command(command, command_id=f"erase-{uuid4()}", by=BY, at=datetime.now(UTC))
    nc = await connect(NatsServer.of(home, state.nats_port).url(USER), name="erase-person")
    try:
        async with asyncio.timeout(ANSWER_S):
            while True:
                try:
                    answer = await nc.request(command_subject(CONTEXT_OF[type(command)]), payload, timeout=ANSWER_S)
                except (nats.errors.NoRespondersError, nats.errors.TimeoutError):
                    await asyncio.sleep(0.1)
                    continue
                reply = decode_reply(answer.data)
                if not (isinstance(reply, Refused) and reply.code in ("busy", "outcome_unknown")):
                    return reply
    finally:
        await nc.close()
