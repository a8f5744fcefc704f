"""Whether the person may change what lies on a camera: what may not be seen is answered like what is not there."""

from typing import Final
from uuid import UUID, uuid5

from domain.contracts.access import Right
from domain.contracts.identifiers import RuleId, ZoneId
from domain.contracts.plant import MISSING_ITEMS, RuleKind
from domain.contracts.usual import USUAL
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.reads import plant
from gateway.reads.rows import CameraRow, RuleRow, ZoneRow
from gateway.rights import NotAllowed

_NAMESPACE: Final = UUID("6b617368-6b61-4000-8000-64726177696e")


class CameraUnknown(InputRefused):
    """There is no such camera."""

    code = "plant_part_unknown"


class ZoneUnknown(InputRefused):
    """There is no such zone, or it lies on another camera."""

    code = "zone_unknown"


class RuleUnknown(InputRefused):
    """There is no such rule."""

    code = "rule_unknown"


class ZoneInUse(InputRefused):
    """Rules in force stand on this zone; retire them first."""

    code = "zone_in_use"


class ZoneNeeded(InputRefused):
    """A rule of this kind needs a zone."""

    code = "zone_needed"


class LineMissing(InputRefused):
    """A rule about a direction needs a zone with a line."""

    code = "zone_without_line"


class EquipmentUnwatched(InputRefused):
    """Protective equipment is not looked for on this camera; whoever may configure it switches that on."""

    code = "equipment_not_watched"


def new_part(prefix: str, info: GraphInfo, command_id: str) -> str:
    """The identifier of what a command makes: the same when it is repeated."""
    return f"{prefix}-{uuid5(_NAMESPACE, f'{info.context.session.login}/{command_id}').hex[:24]}"


def part_of(command_id: str, about: str) -> str:
    """The id of one of several commands that a mutation consists of: the same when it is repeated."""
    return str(uuid5(_NAMESPACE, f"{command_id}/{about}"))


async def camera_for(info: GraphInfo, right: Right, camera_id: str) -> CameraRow:
    """A camera in use on which the person has the right. Raises NotAllowed, CameraUnknown, DatabaseBusy."""
    access = await info.context.access()
    access.cameras(right)
    row = await info.context.loaders.camera.load(camera_id)
    if row is None:
        raise CameraUnknown("there is no such camera")
    await _require(info, right, camera_id)
    return row


async def zone_for(info: GraphInfo, right: Right, zone_id: ZoneId) -> ZoneRow:
    """Raises NotAllowed, ZoneUnknown, DatabaseBusy."""
    (await info.context.access()).cameras(right)
    row = await info.context.loaders.zone.load(zone_id)
    if row is None:
        raise ZoneUnknown("there is no such zone")
    await _require(info, right, row.camera_id)
    return row


async def rule_for(info: GraphInfo, right: Right, rule_id: RuleId) -> RuleRow:
    """Raises NotAllowed, RuleUnknown, DatabaseBusy."""
    (await info.context.access()).cameras(right)
    row = await info.context.loaders.rule.load(rule_id)
    if row is None:
        raise RuleUnknown("there is no such rule")
    await _require(info, right, row.camera_id)
    return row


async def rules_on(info: GraphInfo, zone: ZoneRow) -> list[RuleRow]:
    """Rules in force that stand on a zone. Raises DatabaseBusy."""
    rows = await plant.rules_of(info.context.services.database, [zone.camera_id])
    return [row for row in rows if row.zone_id == zone.id]


async def require_basis(info: GraphInfo, camera: CameraRow, zone_id: ZoneId | None, kinds: set[RuleKind]) -> None:
    """That rules of these kinds can tell something on this camera and zone.

    Raises  ZoneNeeded, ZoneUnknown, LineMissing, EquipmentUnwatched, DatabaseBusy
    """
    zone = None if zone_id is None else await info.context.loaders.zone.load(zone_id)
    if zone_id is not None and (zone is None or zone.retired or zone.camera_id != camera.id):
        raise ZoneUnknown("there is no such zone on this camera")
    if zone is None and (homeless := sorted(kind.value for kind in kinds if USUAL[kind].needs_zone)):
        raise ZoneNeeded(f"a zone is needed for {', '.join(homeless)}")
    if zone is not None and zone.line is None and any(USUAL[kind].needs_line for kind in kinds):
        raise LineMissing("the zone has no line that says which way is in")
    if not camera.ppe and not kinds.isdisjoint(MISSING_ITEMS):
        raise EquipmentUnwatched("protective equipment is not looked for on this camera")


async def _require(info: GraphInfo, right: Right, camera_id: str) -> None:
    if not (await info.context.access()).may(right, camera_id):
        raise NotAllowed(f"the right {right.value} is needed on this camera")
