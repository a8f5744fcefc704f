"""Commands to the domain: a NATS request, a reply with a position, then the wait until that position can be read."""

import logging
from datetime import UTC, datetime

import nats.errors
from nats.aio.client import Client

from domain.contracts.codec import CodecError
from domain.contracts.commands import (
    CONTEXT_OF,
    Accepted,
    IncidentCommand,
    Refused,
    Reply,
    decode_reply,
    encode_command,
)
from domain.contracts.subjects import command_subject
from gateway.errors import DomainUnavailable, OutcomeUnknown
from gateway.projected import INCIDENTS, Projected

log = logging.getLogger(__name__)


class DomainCommands:
    """What the gateway asks of the domain service on behalf of a signed-in person."""

    def __init__(self, nc: Client, projected: Projected, *, command_timeout_s: float, projection_timeout_s: float):
        self._nc = nc
        self._projected = projected
        self._command_timeout_s = command_timeout_s
        self._projection_timeout_s = projection_timeout_s

    async def carry_out(self, command: IncidentCommand, *, command_id: str, by: str) -> Refused | None:
        """None once the command's result can be read; Refused when the domain said no.

        Raises  DomainUnavailable, OutcomeUnknown, ProjectionBehind, CodecError for text that cannot be stored
        """
        match await self._ask(command, command_id, by):
            case Accepted(position):
                await self._projected.reached(INCIDENTS, position, self._projection_timeout_s)
                return None
            case Refused() as refusal:
                return refusal

    async def _ask(self, command: IncidentCommand, command_id: str, by: str) -> Reply:
        subject = command_subject(CONTEXT_OF[type(command)])
        payload = encode_command(command, command_id=command_id, by=by, at=datetime.now(UTC))
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
