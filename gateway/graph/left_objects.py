"""What the mutations about left objects share: the incident must be of such a thing, and the person have the right."""

from domain.contracts.access import Right
from domain.contracts.identifiers import ZoneId
from domain.contracts.plant import RuleKind
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.permitted import IncidentUnknown, known_incident, permitted
from gateway.reads import incidents
from gateway.reads.rows import IncidentRow


class NothingToPermit(InputRefused):
    """The incident is not about an object that was left in a zone."""

    code = "nothing_to_permit"


async def left_object(info: GraphInfo, id: str, right: Right) -> tuple[IncidentRow, ZoneId]:
    """The incident and its zone. Raises NotAllowed, IncidentUnknown, NothingToPermit, DatabaseBusy."""
    incident_id = known_incident(id)
    await permitted(info, incident_id, right)
    rows = await incidents.by_id(info.context.services.database, [incident_id])
    if not rows:
        raise IncidentUnknown("there is no such incident")
    [row] = rows
    if row.rule_kind is not RuleKind.LEFT_OBJECT or row.zone_id is None:
        raise NothingToPermit("the incident is not about an object that was left in a zone")
    return row, ZoneId(row.zone_id)
