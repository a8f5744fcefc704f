"""How a camera is doing: by the vitals of its producer, and for an archive by what was analysed of it."""

import logging
from datetime import datetime
from enum import StrEnum
from typing import Final

from nats.aio.client import Client

from domain.contracts.detections import DetectionsUnreadable, decode, from_microseconds
from domain.contracts.identifiers import CameraId
from domain.contracts.subjects import DETECTIONS, detections_subject
from gateway.vitals import VitalsBoard
from infra.nats.direct import get_last
from infra.nats.errors import NatsAdapterError

log = logging.getLogger(__name__)

CONNECTED: Final = "kaska_stream_up"
FPS: Final = "kaska_stream_fps"
ASKED_S: Final = 2.0


class CameraState(StrEnum):
    """ONLINE: frames arrive. NO_PICTURE: its producer runs, the camera does not answer. OFFLINE: no producer.

    ARCHIVE: recordings, and no camera (ADR 20). ANALYSING: recordings that are being analysed now.
    """

    ONLINE = "online"
    NO_PICTURE = "no_picture"
    OFFLINE = "offline"
    ARCHIVE = "archive"
    ANALYSING = "analysing"


def state_of(vitals: VitalsBoard, camera_id: str, *, is_archive: bool = False) -> tuple[CameraState, float | None]:
    """The state, and frames a second where the producer reports them."""
    if is_archive:
        is_running = vitals.fresh_one(f"archive.{camera_id}") is not None
        return (CameraState.ANALYSING if is_running else CameraState.ARCHIVE), None
    report = vitals.fresh_one(f"producer.{camera_id}")
    if report is None:
        return CameraState.OFFLINE, None
    try:
        connected, fps = report.value(CONNECTED), report.value(FPS)
    except ValueError:
        return CameraState.OFFLINE, None
    return (CameraState.ONLINE if connected else CameraState.NO_PICTURE), fps


async def analysed_until(nc: Client, camera_id: str) -> datetime | None:
    """Capture time of an archive's last picture in DETECTIONS; None where none is there, or not any more."""
    try:
        last = await get_last(nc, DETECTIONS, detections_subject(camera_id), ASKED_S)
        if last is None:
            return None
        newest = decode(CameraId(camera_id), last.data)
    except (NatsAdapterError, DetectionsUnreadable) as error:
        log.warning(
            "it is not known until when an archive was analysed", extra={"camera": camera_id, "why": str(error)}
        )
        return None
    return from_microseconds(newest.last_captured_at_us if newest.frames else newest.captured_at_us)
