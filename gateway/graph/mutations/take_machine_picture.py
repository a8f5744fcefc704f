"""takeMachinePicture: a person keeps what the camera shows of a machine now, and says what it shows (R57-R60)."""

from typing import Final

import strawberry

from domain.contracts.access import Right
from domain.contracts.identifiers import ZoneId
from gateway.crops.desk import CropsBusy
from gateway.errors import DatabaseBusy, InputRefused, OutcomeUnknown, TeachingUnavailable
from gateway.graph.context import GraphInfo
from gateway.graph.payload import Refusal, refusal
from gateway.graph.teaching import MachineAlbumPayload, checked_states, shown, zone_to_teach
from gateway.machine_pictures import machine_in
from gateway.rights import NotAllowed
from gateway.stills.desk import StillsBusy

NAME: Final = "TakeMachinePicture"
BUSY: Final = (DatabaseBusy, StillsBusy, CropsBusy, TeachingUnavailable, OutcomeUnknown)


async def take_machine_picture(info: GraphInfo, zone_id: strawberry.ID, states: list[str]) -> MachineAlbumPayload:
    """states: none yet is a label too."""
    services = info.context.services
    try:
        zone = await zone_to_teach(info, zone_id, Right.WATCH_LIVE)
        labels = checked_states(states)
        still = await services.stills.still(zone.camera_id)
        if still is None:
            return Refusal(code="no_still", message="the camera shows nothing now")
        png = await services.crops.crop(still, machine_in(zone.polygon))
        return await shown(info, zone, await services.teaching.add(ZoneId(zone.id), png, labels))
    except (InputRefused, NotAllowed, *BUSY) as error:
        return refusal(NAME, info, error)
