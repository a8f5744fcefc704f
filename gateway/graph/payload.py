"""What every mutation of an incident shares: send the command, wait for its row, answer with it or with a refusal."""

import logging
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from domain.contracts.access import Right
from domain.contracts.codec import CodecError
from domain.contracts.commands import Command, IncidentCommand
from gateway.errors import (
    DatabaseBusy,
    DomainUnavailable,
    GatewayError,
    InputRefused,
    OutcomeUnknown,
    ProjectionBehind,
)
from gateway.graph.context import GraphInfo
from gateway.graph.incident import Incident
from gateway.graph.permitted import permitted
from gateway.projected import INCIDENTS
from gateway.reads import incidents
from gateway.rights import NotAllowed

log = logging.getLogger(__name__)

LONGEST_TEXT = 2000
_COMMAND_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


@strawberry.type(
    description="A no: nothing was changed, or what was changed is not known, or there is no answer; code says which."
)
class Refusal:
    code: str = strawberry.field(
        description="not_allowed, incident_unknown, incident_changed, review_not_possible, text_refused, "
        "evidence_not_there, nothing_to_permit, recording_unknown, recording_not_there, invalid_input, "
        "plant_part_unknown, plant_part_retired, zone_unknown, rule_unknown, zone_in_use, zone_needed, "
        "zone_without_line, equipment_not_watched, changed_meanwhile, "
        "user_unknown, role_unknown, person_erased, own_account, administrators_needed, right_missing, field_refused, "
        "domain_unavailable, outcome_unknown, projection_behind, inquiry_unavailable, unavailable"
    )
    message: str
    changed_by: str | None = strawberry.field(
        default=None, description="with changed_meanwhile, where it is known: the login of who changed it"
    )
    changed_at: datetime | None = strawberry.field(default=None, description="with changedBy: when")


IncidentPayload = Annotated[Incident | Refusal, strawberry.union("IncidentPayload")]


def checked_text(name: str, text: str) -> str:
    """Trimmed text of 1 to 2000 characters. Raises InputRefused."""
    trimmed = text.strip()
    if not 1 <= len(trimmed) <= LONGEST_TEXT:
        raise InputRefused(f"{name}: 1 to {LONGEST_TEXT} characters are expected")
    return trimmed


async def carry_out(info: GraphInfo, command: IncidentCommand, command_id: str, right: Right) -> Incident | Refusal:
    """The incident's row as it is once the command's result can be read, or the refusal.

    right  that the person needs on the incident's camera
    """
    try:
        await permitted(info, command.incident_id, right)
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(type(command).__name__, info, error)
    refused = await ordered(info, command, command_id)
    if refused is not None:
        return refused
    try:
        rows = await incidents.by_id(info.context.services.database, [command.incident_id])
    except DatabaseBusy as error:
        return refusal(type(command).__name__, info, error)
    return Incident.of(rows[0]) if rows else Refusal(code="incident_unknown", message="there is no such incident")


async def ordered(
    info: GraphInfo, command: Command, command_id: str, read_in: Sequence[str] = (INCIDENTS,)
) -> Refusal | None:
    """None once the command's result can be read in these projections, or the refusal."""
    services, login = info.context.services, info.context.session.login
    name = type(command).__name__
    try:
        checked_command_id(command_id)
        refused = await services.commands.carry_out(command, command_id=command_id, by=login, read_in=read_in)
    except CodecError as error:
        return refusal(name, info, InputRefused(str(error)))
    except (InputRefused, DomainUnavailable, OutcomeUnknown, ProjectionBehind) as error:
        return refusal(name, info, error)
    outcome = "refused" if refused else "accepted"
    services.measures.commands.labels(name, outcome).inc()
    log.info("command answered", extra={"command": name, "command_id": command_id, "by": login, "outcome": outcome})
    return None if refused is None else Refusal(code=refused.code, message=refused.message)


def checked_command_id(command_id: str) -> str:
    """Raises InputRefused."""
    if not _COMMAND_ID.fullmatch(command_id):
        raise InputRefused("commandId: 8 to 64 letters, digits, hyphens or underscores are expected")
    return command_id


def refusal(command: str, info: GraphInfo, error: GatewayError) -> Refusal:
    """The gateway's own no, counted by its code."""
    info.context.services.measures.commands.labels(command, error.code).inc()
    return Refusal(code=error.code, message=str(error))
