"""attachAnalytics: a camera is analysed for some kinds of incident, with the usual settings of each (R36)."""

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import PublishRule
from domain.contracts.identifiers import ZoneId
from domain.contracts.plant import RuleKind
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.analytics import AnalyticsPayload, attaching, carried_out, checked_kinds
from gateway.graph.context import GraphInfo
from gateway.graph.payload import checked_command_id, refusal
from gateway.graph.plant_input import checked_slug
from gateway.graph.plant_rights import camera_for, require_basis
from gateway.rights import NotAllowed


async def attach_analytics(
    info: GraphInfo,
    camera_id: strawberry.ID,
    kinds: list[RuleKind],
    command_id: str,
    zone_id: strawberry.ID | None = None,
) -> AnalyticsPayload:
    """A kind that is in force there already stays as it is, whatever its settings."""
    try:
        (await info.context.access()).cameras(Right.PUBLISH_RULES)
        checked_command_id(command_id)
        wanted = checked_kinds(kinds)
        camera = await camera_for(info, Right.PUBLISH_RULES, checked_slug("cameraId", camera_id))
        zone = None if zone_id is None else ZoneId(checked_slug("zoneId", zone_id))
        await require_basis(info, camera, zone, wanted)
        steps = await attaching(info, camera.id, zone, wanted, command_id)
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(PublishRule.__name__, info, error)
    return await carried_out(info, camera.id, steps, command_id)
