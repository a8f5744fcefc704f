"""confirmViolation: a person says that it is one."""

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import ConfirmViolation
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.payload import IncidentPayload, carry_out, refusal
from gateway.graph.permitted import known_incident


async def confirm_violation(
    info: GraphInfo,
    id: strawberry.ID,
    expected_version: int,
    command_id: str,
) -> IncidentPayload:
    try:
        command = ConfirmViolation(known_incident(id), expected_version)
    except InputRefused as error:
        return refusal(ConfirmViolation.__name__, info, error)
    return await carry_out(info, command, command_id, Right.CONFIRM_REVIEW)
