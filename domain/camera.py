"""The camera: pure `decide` and `evolve`, by way of `domain.plant`."""

from dataclasses import dataclass, replace
from typing import assert_never

from domain.contracts.addresses import has_login
from domain.contracts.commands import (
    CameraCommand,
    MoveCameraToGroup,
    RegisterCamera,
    RetireCamera,
    SetReferenceFrame,
    SetRetention,
)
from domain.contracts.events import (
    CameraConfigured,
    CameraEvent,
    CameraMovedToGroup,
    CameraRegistered,
    CameraRetired,
    ReferenceFrameSet,
    RetentionSet,
)
from domain.contracts.identifiers import CameraId, GroupId, ShopId
from domain.contracts.plant import ARCHIVE_SCHEME
from domain.fields import require, require_aware, require_object, require_slug, require_text
from domain.refusals import PlantPartRetired, PlantPartUnknown

LIVE_SCHEMES = ("rtsp://", "rtsps://", "file://")
SOURCE_SCHEMES = (*LIVE_SCHEMES, ARCHIVE_SCHEME)
LONGEST_RETENTION_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Camera:
    """reference: key and sha256 of the picture that foreign objects are compared with"""

    settings: CameraRegistered | CameraConfigured
    group_id: GroupId | None = None
    shop_id: ShopId | None = None
    reference: tuple[str, str] | None = None
    retention_days: int | None = None
    retired: bool = False


def decide(command: CameraCommand, state: Camera | None) -> list[CameraEvent]:
    """The events that a command causes; none when nothing changes. Raises a Refusal."""
    if isinstance(command, RegisterCamera):
        return _register(command, state)
    if state is None:
        raise PlantPartUnknown(f"there is no camera {command.camera_id!r}")
    if isinstance(command, RetireCamera):
        return [] if state.retired else [CameraRetired(command.camera_id)]
    if state.retired:
        raise PlantPartRetired(f"camera {command.camera_id!r} is retired; register it again first")
    match command:
        case MoveCameraToGroup():
            return _move(command, state)
        case SetReferenceFrame():
            return _set_reference(command, state)
        case SetRetention(camera_id, days):
            require(days is None or 1 <= days <= LONGEST_RETENTION_DAYS, "days", f"1 to {LONGEST_RETENTION_DAYS}")
            return [] if days == state.retention_days else [RetentionSet(camera_id, days)]
    assert_never(command)


def _register(c: RegisterCamera, state: Camera | None) -> list[CameraEvent]:
    require_slug("camera_id", c.camera_id)
    require_text("name", c.name)
    require(c.source.startswith(SOURCE_SCHEMES), "source", "rtsp://, rtsps://, file:// or archive://")
    require(_has_no_credentials(c.source), "source", "an address without credentials")
    if c.analysis_source is not None:
        require(c.analysis_source.startswith(LIVE_SCHEMES), "analysis_source", "rtsp://, rtsps:// or file://")
        require(_has_no_credentials(c.analysis_source), "analysis_source", "an address without credentials")
        require(c.source.startswith(LIVE_SCHEMES), "analysis_source", "only for a camera that is watched live")
    require(0.2 <= c.target_fps <= 60.0, "target_fps", "0.2 to 60 frames/s")
    require(160 <= c.analysis_width <= 3840, "analysis_width", "160 to 3840 pixels")
    fields = _fields(c)
    if state is None:
        return [CameraRegistered(*fields)]
    unchanged = not state.retired and _fields(state.settings) == fields
    return [] if unchanged else [CameraConfigured(*fields)]


def _fields(
    e: RegisterCamera | CameraRegistered | CameraConfigured,
) -> tuple[CameraId, str, str, float, int, bool, str | None, bool]:
    return e.camera_id, e.name, e.source, e.target_fps, e.analysis_width, e.ppe, e.analysis_source, e.plates


def _has_no_credentials(address: str) -> bool:
    return "@" not in address.split("://", 1)[1].split("/", 1)[0] and not has_login(address)


def _move(c: MoveCameraToGroup, state: Camera) -> list[CameraEvent]:
    if c.group_id is not None:
        require_slug("group_id", c.group_id)
    if c.shop_id is not None:
        require_slug("shop_id", c.shop_id)
    if (c.group_id, c.shop_id) == (state.group_id, state.shop_id):
        return []
    return [CameraMovedToGroup(c.camera_id, c.group_id, c.shop_id)]


def _set_reference(c: SetReferenceFrame, state: Camera) -> list[CameraEvent]:
    require_object(c.key, c.sha256)
    require_aware("captured_at", c.captured_at)
    if state.reference == (c.key, c.sha256):
        return []
    return [ReferenceFrameSet(c.camera_id, c.key, c.sha256, c.captured_at)]


def evolve(state: Camera | None, event: CameraEvent) -> Camera | None:
    """The state after a fact; never refuses. A camera that comes back after retirement keeps what it had."""
    if isinstance(event, CameraRegistered | CameraConfigured):
        return Camera(event) if state is None else replace(state, settings=event, retired=False)
    if state is None:
        return None
    match event:
        case CameraRetired():
            return replace(state, retired=True)
        case CameraMovedToGroup(_, group_id, shop_id):
            return replace(state, group_id=group_id, shop_id=shop_id)
        case ReferenceFrameSet(key=key, sha256=sha256):
            return replace(state, reference=(key, sha256))
        case RetentionSet(days=days):
            return replace(state, retention_days=days)
    assert_never(event)
