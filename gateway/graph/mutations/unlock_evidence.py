"""unlockEvidence: a person lets an incident's photo and clip age again, and says why."""

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import UnlockEvidence
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.payload import IncidentPayload, carry_out, checked_text, refusal
from gateway.graph.permitted import known_incident


async def unlock_evidence(
    info: GraphInfo,
    id: strawberry.ID,
    reason: str,
    command_id: str,
) -> IncidentPayload:
    try:
        command = UnlockEvidence(known_incident(id), checked_text("reason", reason))
    except InputRefused as error:
        return refusal(UnlockEvidence.__name__, info, error)
    return await carry_out(info, command, command_id, Right.LOCK_EVIDENCE)
