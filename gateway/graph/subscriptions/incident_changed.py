"""incidentChanged: incidents as their rows change."""

from collections.abc import AsyncIterator

from gateway.graph.context import GraphInfo
from gateway.graph.incident import Incident


async def incident_changed(info: GraphInfo) -> AsyncIterator[Incident]:
    """Ends with subscriber_too_slow when the browser does not keep up; it then reloads its list."""
    async for row in info.context.services.feed.changes():
        yield Incident.of(row)
