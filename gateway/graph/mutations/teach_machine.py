"""teachMachine: a person asks that a machine be taught from its pictures (R57-R60, docs/adr/0025)."""

import strawberry

from domain.contracts.commands.machines import TeachMachine
from domain.contracts.identifiers import ZoneId, teaching_id
from gateway.errors import DatabaseBusy, InputRefused, OutcomeUnknown, TeachingUnavailable
from gateway.graph.context import GraphInfo
from gateway.graph.payload import checked_command_id, ordered, refusal
from gateway.graph.teaching import MachineAlbumPayload, shown, zone_to_teach
from gateway.projected import AUDIT
from gateway.rights import NotAllowed


async def teach_machine(info: GraphInfo, zone_id: strawberry.ID, command_id: str) -> MachineAlbumPayload:
    """Nothing is asked of the domain while there is nobody who would do it."""
    teaching, name = info.context.services.teaching, TeachMachine.__name__
    try:
        checked_command_id(command_id)
        zone = await zone_to_teach(info, zone_id)
        known = ZoneId(zone.id)
        await teaching.album(known)
        command = TeachMachine(known, teaching_id(known, f"{info.context.session.login}/{command_id}"))
        refused = await ordered(info, command, command_id, read_in=(AUDIT,))
        return refused or await shown(info, zone, await teaching.album(known))
    except (InputRefused, NotAllowed, DatabaseBusy, TeachingUnavailable, OutcomeUnknown) as error:
        return refusal(name, info, error)
