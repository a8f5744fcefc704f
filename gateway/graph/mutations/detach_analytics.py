"""detachAnalytics: a camera is not analysed for some kinds of incident any more, or for none at all (R37, R74)."""

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import RetireRule
from domain.contracts.identifiers import RuleId
from domain.contracts.plant import RuleKind
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.analytics import AnalyticsPayload, Step, carried_out, checked_kinds, rules_in_force
from gateway.graph.context import GraphInfo
from gateway.graph.payload import checked_command_id, refusal
from gateway.graph.plant_input import checked_slug
from gateway.graph.plant_rights import camera_for
from gateway.rights import NotAllowed


async def detach_analytics(
    info: GraphInfo, camera_id: strawberry.ID, command_id: str, kinds: list[RuleKind] | None = None
) -> AnalyticsPayload:
    try:
        (await info.context.access()).cameras(Right.PUBLISH_RULES)
        checked_command_id(command_id)
        unwanted = set(RuleKind) if kinds is None else checked_kinds(kinds)
        camera = await camera_for(info, Right.PUBLISH_RULES, checked_slug("cameraId", camera_id))
        rows = await rules_in_force(info, camera.id)
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(RetireRule.__name__, info, error)
    steps: list[Step] = [
        (RuleKind(row.kind), RetireRule(RuleId(row.id))) for row in rows if RuleKind(row.kind) in unwanted
    ]
    return await carried_out(info, camera.id, steps, command_id)
