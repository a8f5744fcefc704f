"""retireZone: a person takes a zone away on which no rule stands any more."""

from typing import Annotated

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import RetireZone
from domain.contracts.identifiers import ZoneId
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.payload import Refusal, ordered, refusal
from gateway.graph.plant_input import checked_slug
from gateway.graph.plant_rights import ZoneInUse, rules_on, zone_for
from gateway.projected import PLANT
from gateway.rights import NotAllowed


@strawberry.type(description="A zone that is gone; what happened in it stays.")
class ZoneRetired:
    id: strawberry.ID


RetireZonePayload = Annotated[ZoneRetired | Refusal, strawberry.union("RetireZonePayload")]


async def retire_zone(info: GraphInfo, zone_id: strawberry.ID, command_id: str) -> RetireZonePayload:
    try:
        (await info.context.access()).cameras(Right.CONFIGURE_CAMERAS)
        command = RetireZone(ZoneId(checked_slug("zoneId", zone_id)))
        zone = await zone_for(info, Right.CONFIGURE_CAMERAS, command.zone_id)
        if standing := [rule.id for rule in await rules_on(info, zone)]:
            raise ZoneInUse(f"rules stand on this zone: {', '.join(standing)}")
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(RetireZone.__name__, info, error)
    refused = await ordered(info, command, command_id, read_in=(PLANT,))
    return refused or ZoneRetired(id=strawberry.ID(command.zone_id))
