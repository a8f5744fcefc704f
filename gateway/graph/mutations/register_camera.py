"""registerCamera, retireCamera: a person connects a camera, changes it, or takes it out (R21, R32, R33)."""

from typing import Annotated, Final

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import RegisterCamera, RetireCamera
from domain.contracts.identifiers import CameraId, IdentifierRefused, slug
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.payload import Refusal, checked_text, ordered, refusal
from gateway.graph.plant import Camera
from gateway.projected import PLANT
from gateway.reads import plant
from gateway.rights import NotAllowed
from infra.addresses import AddressRefused, resolve

SCHEMES: Final = ("rtsp://", "rtsps://")
"""A file of the server is no camera that a person may name from outside (FAULTS C15)."""

CameraPayload = Annotated[Camera | Refusal, strawberry.union("CameraPayload")]


@strawberry.type(description="A camera that is not watched any more; what it recorded stays.")
class CameraRetired:
    id: strawberry.ID


RetireCameraPayload = Annotated[CameraRetired | Refusal, strawberry.union("RetireCameraPayload")]


async def register_camera(
    info: GraphInfo,
    camera_id: strawberry.ID,
    name: str,
    source: Annotated[str, strawberry.argument(description="rtsp:// or rtsps://, without a login")],
    command_id: str,
    *,
    analysis_source: Annotated[
        str | None, strawberry.argument(description="a second, smaller stream of the same picture, for the analysis")
    ] = None,
    target_fps: float = 10.0,
    analysis_width: int = 1280,
    ppe: bool = False,
    plates: bool = False,
) -> CameraPayload:
    try:
        (await info.context.access()).require_everywhere(Right.CONFIGURE_CAMERAS)
        command = RegisterCamera(
            _identifier(camera_id),
            checked_text("name", name),
            _address("source", source),
            target_fps,
            analysis_width,
            ppe,
            None if analysis_source is None else _address("analysisSource", analysis_source),
            plates,
        )
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(RegisterCamera.__name__, info, error)
    refused = await ordered(info, command, command_id, read_in=(PLANT,))
    if refused is not None:
        return refused
    try:
        rows = await plant.cameras(info.context.services.database)
    except DatabaseBusy as error:
        return refusal(RegisterCamera.__name__, info, error)
    found = next((Camera.of(row) for row in rows if row.id == command.camera_id), None)
    return found or Refusal(code="plant_part_unknown", message="there is no such camera")


async def retire_camera(info: GraphInfo, camera_id: strawberry.ID, command_id: str) -> RetireCameraPayload:
    try:
        (await info.context.access()).require_everywhere(Right.CONFIGURE_CAMERAS)
        command = RetireCamera(_identifier(camera_id))
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(RetireCamera.__name__, info, error)
    refused = await ordered(info, command, command_id, read_in=(PLANT,))
    return refused or CameraRetired(id=strawberry.ID(command.camera_id))


def _identifier(text: str) -> CameraId:
    try:
        return CameraId(slug(str(text)))
    except IdentifierRefused as error:
        raise InputRefused(f"cameraId: {error}") from error


def _address(name: str, source: str) -> str:
    """Raises InputRefused."""
    if not source.startswith(SCHEMES):
        raise InputRefused(f"{name}: rtsp:// or rtsps:// is expected")
    try:
        resolve(source)
    except AddressRefused as error:
        raise InputRefused(f"{name}: {error}") from error
    return source
