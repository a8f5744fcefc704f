"""Commands to the domain: a NATS request, a reply with a position, then the wait until that position can be read."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import nats.errors
from nats.aio.client import Client

from domain.contracts.codec import CodecError
from domain.contracts.commands import (
    CONTEXT_OF,
    Accepted,
    Command,
    Refused,
    Reply,
    decode_reply,
    encode_command,
)
from domain.contracts.identifiers import UserId, local_user_id
from domain.contracts.subjects import command_subject
from gateway.errors import DomainUnavailable, OutcomeUnknown
from gateway.projected import INCIDENTS, Projected

log = logging.getLogger(__name__)

GATEWAY: Final = "gateway"


class DomainCommands:
    """What the gateway asks of the domain service on behalf of a signed-in person."""

    def __init__(self, nc: Client, projected: Projected, *, command_timeout_s: float, projection_timeout_s: float):
        self._nc = nc
        self._projected = projected
        self._command_timeout_s = command_timeout_s
        self._projection_timeout_s = projection_timeout_s

    async def carry_out(
        self, command: Command, *, command_id: str, by: str, read_in: Sequence[str] = (INCIDENTS,)
    ) -> Refused | None:
        """None once the result of a person's command can be read; Refused when the domain said no.

        by       the person's login
        read_in  the projections that show the result
        Raises  DomainUnavailable, OutcomeUnknown, ProjectionBehind, CodecError for text that cannot be stored
        """
        match await self._ask(command, command_id, by, local_user_id(by)):
            case Accepted(position):
                for projection in read_in:
                    await self._projected.reached(projection, position, self._projection_timeout_s)
                return None
            case Refused() as refusal:
                return refusal

    async def arrange(self, command: Command, *, command_id: str) -> Refused | None:
        """A command of the gateway itself; nobody waits until its result can be read. Raises like `carry_out`."""
        reply = await self._ask(command, command_id, GATEWAY, None)
        return reply if isinstance(reply, Refused) else None

    async def _ask(self, command: Command, command_id: str, by: str, person: UserId | None) -> Reply:
        subject = command_subject(CONTEXT_OF[type(command)])
        payload = encode_command(command, command_id=command_id, by=by, at=datetime.now(UTC), person=person)
        try:
            message = await self._nc.request(subject, payload, timeout=self._command_timeout_s)
        except nats.errors.NoRespondersError as error:
            raise DomainUnavailable("no domain service takes commands") from error
        except (nats.errors.TimeoutError, nats.errors.Error) as error:
            log.warning("command without an answer", extra={"command_id": command_id, "error": type(error).__name__})
            raise OutcomeUnknown(f"no answer within {self._command_timeout_s} s") from error
        try:
            return decode_reply(message.data)
        except CodecError as error:
            raise OutcomeUnknown("the answer cannot be read") from error
