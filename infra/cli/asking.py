"""Commands to the domain service for who runs the machine. Imported by every command: NATS only when it is needed."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import typer

from infra.cli.voice import TROUBLE, fail
from infra.supervisor.home import RunningState, read_state

if TYPE_CHECKING:
    from domain.contracts.commands import Command, Reply

USER: Final = "gateway"
"""Of NATS: it may send commands and append nothing."""

BY: Final = "operator"
ANSWER_S: Final = 10.0


def running(folder: Path) -> RunningState:
    """What runs in a home. Ends the command where nothing does."""
    state = read_state(folder)
    if state is None:
        raise typer.Exit(fail(f"Kaska is not running in {folder}; start it with ./kaska up.", TROUBLE))
    return state


def answer_to(home: Path, state: RunningState, command: "Command", purpose: str) -> "Reply":
    """What the domain service answers. Ends the command where it does not.

    purpose   a word for the command's id and the connection's name
    """
    from infra.nats.errors import NatsAdapterError  # noqa: PLC0415

    try:
        return asyncio.run(_asked(home, state, command, purpose))
    except (NatsAdapterError, TimeoutError) as error:
        raise typer.Exit(fail(f"The domain service did not answer: {error}.", TROUBLE)) from error


async def _asked(home: Path, state: RunningState, command: "Command", purpose: str) -> "Reply":
    """The same command again while the outcome is unknown. Raises NatsAdapterError, TimeoutError."""
    import nats.errors  # noqa: PLC0415

    from domain.contracts.commands import CONTEXT_OF, Refused, decode_reply, encode_command  # noqa: PLC0415
    from domain.contracts.subjects import command_subject  # noqa: PLC0415
    from infra.embedded.nats import NatsServer  # noqa: PLC0415
    from infra.nats.bridge import connect  # noqa: PLC0415

    payload = encode_command(command, command_id=f"{purpose}-{uuid4()}", by=BY, at=datetime.now(UTC))
    nc = await connect(NatsServer.of(home, state.nats_port).url(USER), name=purpose)
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
