"""setRetention: a person says how long a camera's photos and clips are kept (R118)."""

from typing import Annotated

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import SetRetention
from domain.contracts.identifiers import CameraId
from gateway.errors import DatabaseBusy
from gateway.graph.context import GraphInfo
from gateway.graph.payload import Refusal, ordered, refusal
from gateway.graph.plant import Camera
from gateway.projected import PLANT
from gateway.reads import plant
from gateway.rights import NotAllowed

RetentionPayload = Annotated[Camera | Refusal, strawberry.union("RetentionPayload")]


async def set_retention(
    info: GraphInfo,
    camera_id: strawberry.ID,
    command_id: str,
    days: int | None = None,
) -> RetentionPayload:
    command = SetRetention(CameraId(str(camera_id)), days)
    try:
        access = await info.context.access()
        access.cameras(Right.SET_RETENTION)
    except (NotAllowed, DatabaseBusy) as error:
        return refusal(SetRetention.__name__, info, error)
    if not access.may(Right.SET_RETENTION, command.camera_id):
        return _elsewhere(seen=access.sees(command.camera_id))
    refused = await ordered(info, command, command_id, read_in=(PLANT,))
    if refused is not None:
        return refused
    try:
        rows = await plant.cameras(info.context.services.database)
    except DatabaseBusy as error:
        return refusal(SetRetention.__name__, info, error)
    found = next((Camera.of(row) for row in rows if row.id == command.camera_id), None)
    return found or _elsewhere(seen=False)


def _elsewhere(*, seen: bool) -> Refusal:
    """A camera that the person may not see is answered like one that there is not."""
    if seen:
        return Refusal(code=NotAllowed.code, message=f"the right {Right.SET_RETENTION} is needed on this camera")
    return Refusal(code="plant_part_unknown", message="there is no such camera")
