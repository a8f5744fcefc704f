"""labelMachinePicture: a person says what a picture of a machine shows."""

from typing import Final

import strawberry

from domain.contracts.identifiers import ZoneId
from gateway.errors import DatabaseBusy, InputRefused, OutcomeUnknown, TeachingUnavailable
from gateway.graph.context import GraphInfo
from gateway.graph.payload import refusal
from gateway.graph.teaching import MachineAlbumPayload, checked_states, shown, zone_to_teach
from gateway.rights import NotAllowed

NAME: Final = "LabelMachinePicture"


async def label_machine_picture(
    info: GraphInfo, zone_id: strawberry.ID, picture_id: strawberry.ID, states: list[str]
) -> MachineAlbumPayload:
    try:
        zone = await zone_to_teach(info, zone_id)
        labels = checked_states(states)
        album = await info.context.services.teaching.label(ZoneId(zone.id), str(picture_id), labels)
        return await shown(info, zone, album)
    except (InputRefused, NotAllowed, DatabaseBusy, TeachingUnavailable, OutcomeUnknown) as error:
        return refusal(NAME, info, error)
