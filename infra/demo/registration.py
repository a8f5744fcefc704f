"""Tells the domain what the plant consists of. Registering the same again changes nothing."""

import asyncio
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from nats.aio.client import Client
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeout

from domain.contracts.commands import (
    CONTEXT_OF,
    Command,
    Refused,
    Reply,
    RetireCamera,
    decode_reply,
    encode_command,
)
from domain.contracts.identifiers import CameraId
from domain.contracts.subjects import command_subject
from infra.demo.plant import DEMO_CAMERAS, DemoPlant
from infra.embedded import EnvironmentTrouble
from infra.supervisor import SupervisorError

LIMIT_S: Final = 60.0
ANSWER_S: Final = 3.0
MAY_COME_LATER: Final = frozenset({"busy", "outcome_unknown"})


async def register(nc: Client, plant: DemoPlant, by: str = "demo") -> None:
    """Sends the plant's commands. Raises EnvironmentTrouble when the domain refuses one, SupervisorError on silence."""
    for command in plant.commands:
        reply = await _send(nc, command, by)
        if isinstance(reply, Refused):
            raise EnvironmentTrouble(f"The plant was refused: {reply.message}.")


async def retire_others(nc: Client, plant: DemoPlant) -> None:
    """Retires cameras of an earlier demo that this one does not have; never a camera that a person registered."""
    own = (CameraId(f"own-{number}") for number in range(1, 9))
    for camera in (*DEMO_CAMERAS, *own):
        if camera not in plant.cameras:
            await _send(nc, RetireCamera(camera))


async def _send(nc: Client, command: Command, by: str = "demo") -> Reply:
    """Repeats the same command id until there is an answer, because an outcome can be unknown."""
    payload = encode_command(command, command_id=f"{by}-{uuid4()}", by=by, at=datetime.now(UTC))
    subject = command_subject(CONTEXT_OF[type(command)])
    deadline = asyncio.get_running_loop().time() + LIMIT_S
    while asyncio.get_running_loop().time() < deadline:
        try:
            reply = decode_reply((await nc.request(subject, payload, timeout=ANSWER_S)).data)
        except (NatsTimeout, NoRespondersError):
            await asyncio.sleep(0.1)
            continue
        if isinstance(reply, Refused) and reply.code in MAY_COME_LATER:
            await asyncio.sleep(0.1)
            continue
        return reply
    raise SupervisorError(f"The domain service did not answer within {LIMIT_S:.0f} s; see logs/domain.log in the home.")
