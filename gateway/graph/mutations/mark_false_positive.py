"""markFalsePositive: a person says that the cameras or the models were wrong, and why (R102)."""

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import MarkFalsePositive
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.payload import IncidentPayload, carry_out, checked_text, refusal
from gateway.graph.permitted import known_incident


async def mark_false_positive(
    info: GraphInfo,
    id: strawberry.ID,
    reason: str,
    expected_version: int,
    command_id: str,
) -> IncidentPayload:
    try:
        command = MarkFalsePositive(known_incident(id), checked_text("reason", reason), expected_version)
    except InputRefused as error:
        return refusal(MarkFalsePositive.__name__, info, error)
    return await carry_out(info, command, command_id, Right.CONFIRM_REVIEW)
