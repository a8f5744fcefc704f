"""incidentChanged: incidents as their rows change."""

from collections.abc import AsyncIterator

from domain.contracts.access import Right
from gateway.graph.context import GraphInfo
from gateway.graph.incident import Incident


async def incident_changed(info: GraphInfo) -> AsyncIterator[Incident]:
    """Ends with subscriber_too_slow when the browser does not keep up; it then reloads its list.

    Only incidents of cameras that the person may see just then. Raises NotAllowed, also once the right is revoked.
    """
    (await info.context.access()).cameras(Right.VIEW_INCIDENTS)
    async for row in info.context.services.feed.changes():
        access = await info.context.access()
        access.cameras(Right.VIEW_INCIDENTS)
        if access.may(Right.VIEW_INCIDENTS, row.camera_id):
            yield Incident.of(row)
