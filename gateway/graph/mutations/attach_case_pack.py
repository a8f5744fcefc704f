"""attachCasePack: a camera gets all that a usual kind of site needs, at once (R89)."""

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import DrawZone, RegisterCamera
from domain.contracts.identifiers import CameraId, ZoneId
from domain.contracts.packs import PACKS, PLACE_NAMES, CasePack, PackContents, PackPlace
from domain.contracts.plant import WHOLE_PICTURE
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.analytics import AnalyticsPayload, attaching, carried_out
from gateway.graph.context import GraphInfo
from gateway.graph.payload import checked_command_id, ordered, refusal
from gateway.graph.plant_input import checked_slug
from gateway.graph.plant_rights import camera_for, new_part, part_of
from gateway.projected import PLANT
from gateway.reads import plant
from gateway.reads.rows import CameraRow
from gateway.rights import NotAllowed


async def attach_case_pack(
    info: GraphInfo, camera_id: strawberry.ID, pack: CasePack, command_id: str
) -> AnalyticsPayload:
    """What the camera has of it stays as it is. The same command again finishes what was begun."""
    contents = PACKS[pack]
    try:
        access = await info.context.access()
        access.require_everywhere(Right.CONFIGURE_CAMERAS)
        access.cameras(Right.PUBLISH_RULES)
        checked_command_id(command_id)
        camera = await camera_for(info, Right.PUBLISH_RULES, checked_slug("cameraId", camera_id))
        basis = await _basis(info, camera, contents, command_id)
        steps = await attaching(info, camera.id, None, set(contents.kinds), command_id)
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(RegisterCamera.__name__, info, error)
    for about, command in basis:
        refused = await ordered(info, command, part_of(command_id, about), read_in=(PLANT,))
        if refused is not None:
            return refused
    return await carried_out(info, camera.id, steps, command_id)


async def _basis(
    info: GraphInfo, camera: CameraRow, contents: PackContents, command_id: str
) -> list[tuple[str, RegisterCamera | DrawZone]]:
    """What the rules of the pack stand on and the camera lacks. Raises DatabaseBusy."""
    lacking: list[tuple[str, RegisterCamera | DrawZone]] = []
    if (contents.ppe and not camera.ppe) or (contents.plates and not camera.plates):
        lacking.append(("camera", _switched_on(camera, contents)))
    if not await _has(info, camera, contents.place):
        zone = ZoneId(new_part("zone", info, command_id))
        name = PLACE_NAMES[contents.place]
        gate = contents.place is PackPlace.GATE
        lacking.append(("zone", DrawZone(zone, CameraId(camera.id), name, WHOLE_PICTURE, gate=gate)))
    return lacking


async def _has(info: GraphInfo, camera: CameraRow, place: PackPlace) -> bool:
    """A gate is what vehicles' passages are recorded at; people's time is recorded in every zone."""
    zones = await plant.zones_of(info.context.services.database, [camera.id])
    return any(zone.gate or place is not PackPlace.GATE for zone in zones)


def _switched_on(camera: CameraRow, contents: PackContents) -> RegisterCamera:
    return RegisterCamera(
        CameraId(camera.id),
        camera.name,
        camera.source,
        float(f"{camera.target_fps:.6g}"),  # the row keeps six digits
        camera.analysis_width,
        camera.ppe or contents.ppe,
        camera.analysis_source,
        camera.plates or contents.plates,
    )
