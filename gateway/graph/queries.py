"""Queries of the schema."""

from datetime import datetime
from uuid import UUID

import strawberry

from gateway.graph.context import GraphInfo
from gateway.graph.incident import Incident
from gateway.graph.lists import IncidentConnection, list_incidents
from gateway.graph.plant import Camera
from gateway.graph.scalars import described
from gateway.reads import incidents, plant


@strawberry.type(description="The signed-in person and what the console must know.")
class Me:
    login: str
    session_expires_at: datetime
    plant_tz: str = strawberry.field(description="IANA name of the plant's time zone")


@strawberry.type
class Query:
    incidents: IncidentConnection = strawberry.field(
        resolver=list_incidents, description="Incidents, newest first unless sorted otherwise; first: 1..100."
    )

    @described("One incident; null when there is none with this id.")
    async def incident(self, info: GraphInfo, id: strawberry.ID) -> Incident | None:
        known = incident_id(id)
        rows = [] if known is None else await incidents.by_id(info.context.services.database, [known])
        return Incident.of(rows[0]) if rows else None

    @described("All cameras, by name.")
    async def cameras(self, info: GraphInfo) -> list[Camera]:
        return [Camera.of(row) for row in await plant.cameras(info.context.services.database)]

    @strawberry.field
    def me(self, info: GraphInfo) -> Me:
        session = info.context.session
        return Me(
            login=session.login,
            session_expires_at=session.expires_at,
            plant_tz=info.context.services.settings.plant_tz,
        )


def incident_id(text: str) -> UUID | None:
    """None for what cannot be the id of an incident: answered like one that does not exist."""
    try:
        return UUID(text)
    except ValueError:
        return None
