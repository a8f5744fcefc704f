"""How a camera is doing, read from the vitals of its producer."""

from enum import StrEnum
from typing import Final

from gateway.vitals import VitalsBoard

CONNECTED: Final = "kaska_stream_up"
FPS: Final = "kaska_stream_fps"


class CameraState(StrEnum):
    """ONLINE: frames arrive. NO_PICTURE: its producer runs, the camera does not answer. OFFLINE: no producer."""

    ONLINE = "online"
    NO_PICTURE = "no_picture"
    OFFLINE = "offline"


def state_of(vitals: VitalsBoard, camera_id: str) -> tuple[CameraState, float | None]:
    """The state, and frames a second where the producer reports them."""
    report = vitals.fresh_one(f"producer.{camera_id}")
    if report is None:
        return CameraState.OFFLINE, None
    try:
        connected, fps = report.value(CONNECTED), report.value(FPS)
    except ValueError:
        return CameraState.OFFLINE, None
    return (CameraState.ONLINE if connected else CameraState.NO_PICTURE), fps
