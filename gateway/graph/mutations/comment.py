"""comment: a person adds words to an incident's history."""

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import Comment
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.payload import IncidentPayload, carry_out, checked_text, refusal
from gateway.graph.permitted import known_incident


async def comment(
    info: GraphInfo,
    id: strawberry.ID,
    text: str,
    command_id: str,
) -> IncidentPayload:
    try:
        command = Comment(known_incident(id), checked_text("text", text))
    except InputRefused as error:
        return refusal(Comment.__name__, info, error)
    return await carry_out(info, command, command_id, Right.CONFIRM_REVIEW)
