"""renewReference: a person says that all that stands in an incident's zone belongs there (R62)."""

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import RenewReference
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.incident import Incident
from gateway.graph.left_objects import left_object
from gateway.graph.payload import IncidentPayload, ordered, refusal
from gateway.projected import PLANT
from gateway.rights import NotAllowed


async def renew_reference(info: GraphInfo, id: strawberry.ID, command_id: str) -> IncidentPayload:
    try:
        row, zone_id = await left_object(info, id, Right.PUBLISH_RULES)
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(RenewReference.__name__, info, error)
    return await ordered(info, RenewReference(zone_id), command_id, read_in=(PLANT,)) or Incident.of(row)
