"""Whether the person may do something with one incident: what may not be seen is answered like what is not there."""

from uuid import UUID

from domain.contracts.access import Right
from domain.contracts.identifiers import IncidentId
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.identifiers import incident_id
from gateway.reads.incidents import camera_of
from gateway.rights import NotAllowed


class IncidentUnknown(InputRefused):
    """There is no such incident."""

    code = "incident_unknown"


def known_incident(id: str) -> IncidentId:
    """Raises IncidentUnknown."""
    known = incident_id(id)
    if known is None:
        raise IncidentUnknown("there is no such incident")
    return IncidentId(known)


async def viewed(info: GraphInfo, id: str) -> None:
    """That the person may see an incident; who may see all is not asked about this one.

    Raises  NotAllowed, IncidentUnknown, DatabaseBusy
    """
    access = await info.context.access()
    if access.cameras(Right.VIEW_INCIDENTS) is not None:
        await _seen_camera(info, known_incident(id))


async def permitted(info: GraphInfo, id: IncidentId, right: Right) -> None:
    """That the person may see an incident and has the right on its camera.

    Raises  NotAllowed, IncidentUnknown, DatabaseBusy
    """
    access = await info.context.access()
    viewed_on, allowed_on = access.cameras(Right.VIEW_INCIDENTS), access.cameras(right)
    if viewed_on is None and allowed_on is None:
        return
    camera = await _seen_camera(info, id)
    if not access.may(right, camera):
        raise NotAllowed(f"the right {right.value} is needed on the camera of this incident")


async def _seen_camera(info: GraphInfo, id: UUID) -> str:
    camera = await camera_of(info.context.services.database, id)
    if camera is None or not (await info.context.access()).may(Right.VIEW_INCIDENTS, camera):
        raise IncidentUnknown("there is no such incident")
    return camera
