"""attachAnalytics: a camera is analysed for some kinds of incident, with the usual settings of each (R36)."""

import hashlib

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import PublishRule
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.plant import RuleKind
from domain.contracts.usual import usual_rule
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.analytics import AnalyticsPayload, Step, carried_out, checked_kinds, rules_in_force
from gateway.graph.context import GraphInfo
from gateway.graph.payload import checked_command_id, refusal
from gateway.graph.plant_input import checked_slug
from gateway.graph.plant_rights import camera_for, require_basis
from gateway.reads import plant
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
        there = {RuleKind(row.kind) for row in await rules_in_force(info, camera.id) if row.zone_id == zone}
        ids = await _free_ids(info, CameraId(camera.id), zone, wanted - there, command_id)
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(PublishRule.__name__, info, error)
    on = CameraId(camera.id)
    steps: list[Step] = [(kind, usual_rule(kind, rule, on, zone)) for kind, rule in sorted(ids.items())]
    return await carried_out(info, camera.id, steps, command_id)


async def _free_ids(
    info: GraphInfo, camera: CameraId, zone: ZoneId | None, kinds: set[RuleKind], command_id: str
) -> dict[RuleKind, RuleId]:
    """The same rule each time a kind is attached here; another one when that went to another camera."""
    usual = {kind: _rule_id(kind, camera, zone or "") for kind in kinds}
    rows = await plant.rules_by_id(info.context.services.database, list(usual.values()))
    gone = {row.id for row in rows if row.camera_id != camera}
    return {
        kind: _rule_id(kind, camera, zone or "", command_id) if rule in gone else rule for kind, rule in usual.items()
    }


def _rule_id(kind: RuleKind, *parts: str) -> RuleId:
    digest = hashlib.sha256("/".join((kind.value, *parts)).encode()).hexdigest()[:16]
    return RuleId(f"{kind.value.replace('_', '-')[:23]}-{digest}")
