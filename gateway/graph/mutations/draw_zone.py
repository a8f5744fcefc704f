"""drawZone: a person draws a zone on a camera's picture, or draws it anew (R33, R53, R56, R69)."""

from typing import Annotated

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import DrawZone
from domain.contracts.plant import RuleKind
from domain.contracts.subjects import ZONE
from domain.contracts.usual import USUAL
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.meanwhile import by_whom
from gateway.graph.payload import Refusal, ordered, refusal
from gateway.graph.plant_input import ZoneInput
from gateway.graph.plant_rights import LineMissing, ZoneInUse, camera_for, new_part, rules_on, zone_for
from gateway.graph.rules import Zone
from gateway.projected import PLANT
from gateway.reads import plant
from gateway.reads.rows import ZoneRow
from gateway.rights import NotAllowed

ZonePayload = Annotated[Zone | Refusal, strawberry.union("ZonePayload")]


async def draw_zone(info: GraphInfo, input: ZoneInput, command_id: str) -> ZonePayload:
    try:
        (await info.context.access()).cameras(Right.CONFIGURE_CAMERAS)
        command = input.checked(new_part("zone", info, command_id))
        if input.zone_id is not None:
            await _require_free(info, await zone_for(info, Right.CONFIGURE_CAMERAS, command.zone_id), command)
        await camera_for(info, Right.CONFIGURE_CAMERAS, command.camera_id)
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(DrawZone.__name__, info, error)
    refused = await ordered(info, command, command_id, read_in=(PLANT,))
    if refused is not None:
        return await by_whom(info, ZONE, command.zone_id, refused)
    try:
        rows = await plant.zones_by_id(info.context.services.database, [command.zone_id])
    except DatabaseBusy as error:
        return refusal(DrawZone.__name__, info, error)
    there = [Zone.of(row) for row in rows if not row.retired]
    return there[0] if there else Refusal(code="zone_unknown", message="there is no such zone")


async def _require_free(info: GraphInfo, zone: ZoneRow, command: DrawZone) -> None:
    """That no rule in force would rest without a word. Raises ZoneInUse, LineMissing, DatabaseBusy."""
    standing = await rules_on(info, zone)
    if standing and zone.camera_id != command.camera_id:
        raise ZoneInUse("rules stand on this zone: it cannot go to another camera")
    if command.line is None and any(USUAL[RuleKind(rule.kind)].needs_line for rule in standing):
        raise LineMissing("a rule about a direction stands on this zone: its line is needed")
