"""removeMachinePicture: a person deletes a picture of a machine."""

from typing import Final

import strawberry

from domain.contracts.identifiers import ZoneId
from gateway.errors import DatabaseBusy, InputRefused, OutcomeUnknown, TeachingUnavailable
from gateway.graph.context import GraphInfo
from gateway.graph.payload import refusal
from gateway.graph.teaching import MachineAlbumPayload, shown, zone_to_teach
from gateway.rights import NotAllowed

NAME: Final = "RemoveMachinePicture"


async def remove_machine_picture(
    info: GraphInfo, zone_id: strawberry.ID, picture_id: strawberry.ID
) -> MachineAlbumPayload:
    try:
        zone = await zone_to_teach(info, zone_id)
        album = await info.context.services.teaching.remove(ZoneId(zone.id), str(picture_id))
        return await shown(info, zone, album)
    except (InputRefused, NotAllowed, DatabaseBusy, TeachingUnavailable, OutcomeUnknown) as error:
        return refusal(NAME, info, error)
