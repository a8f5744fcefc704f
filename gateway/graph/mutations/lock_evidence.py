"""lockEvidence: a person has an incident's photo and clip kept for ever, and says why (R118, R119)."""

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import LockEvidence
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.payload import IncidentPayload, carry_out, checked_text, refusal
from gateway.graph.permitted import known_incident


async def lock_evidence(
    info: GraphInfo,
    id: strawberry.ID,
    reason: str,
    command_id: str,
) -> IncidentPayload:
    try:
        command = LockEvidence(known_incident(id), checked_text("reason", reason))
    except InputRefused as error:
        return refusal(LockEvidence.__name__, info, error)
    return await carry_out(info, command, command_id, Right.LOCK_EVIDENCE)
