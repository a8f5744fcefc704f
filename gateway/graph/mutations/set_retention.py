"""setRetention: a person says how long a camera's photos and clips are kept (R118)."""

from typing import Annotated

import strawberry

from domain.contracts.commands import SetRetention
from domain.contracts.identifiers import CameraId
from gateway.errors import DatabaseBusy
from gateway.graph.context import GraphInfo
from gateway.graph.payload import Refusal, ordered, refusal
from gateway.graph.plant import Camera
from gateway.projected import PLANT
from gateway.reads import plant

RetentionPayload = Annotated[Camera | Refusal, strawberry.union("RetentionPayload")]


async def set_retention(
    info: GraphInfo,
    camera_id: strawberry.ID,
    command_id: str,
    days: int | None = None,
) -> RetentionPayload:
    command = SetRetention(CameraId(str(camera_id)), days)
    refused = await ordered(info, command, command_id, read_in=(PLANT,))
    if refused is not None:
        return refused
    try:
        rows = await plant.cameras(info.context.services.database)
    except DatabaseBusy as error:
        return refusal(SetRetention.__name__, info, error)
    found = next((Camera.of(row) for row in rows if row.id == command.camera_id), None)
    return found or Refusal(code="plant_part_unknown", message="there is no such camera")
