"""frames: what the models saw on a camera, frame by frame, for the boxes over its live picture."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import datetime

import strawberry
from nats.aio.msg import Msg

from domain.contracts.access import Right
from domain.contracts.detections import (
    Attribute,
    AttributeScore,
    DetectionsUnreadable,
    FrameAnalysed,
    ObjectClass,
    TrackObservation,
    decode,
    from_microseconds,
)
from domain.contracts.identifiers import CameraId, IdentifierRefused, slug
from domain.contracts.subjects import detections_live_subject
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.scalars import BigInt
from gateway.rights import NotAllowed

log = logging.getLogger(__name__)

BACKLOG = 64


class CameraUnknown(InputRefused):
    """There is no such camera."""

    code = "plant_part_unknown"


@strawberry.type(description="Evidence for and against what a person wears or how a machine looks, 0..1.")
class WornItem:
    attribute: Attribute
    present: float
    absent: float

    @classmethod
    def of(cls, score: AttributeScore) -> "WornItem":
        return cls(attribute=score.attribute, present=score.present, absent=score.absent)


@strawberry.type
class FrameTrack:
    track_id: BigInt
    object_class: ObjectClass
    score: float
    box: list[float] = strawberry.field(description="x1 y1 x2 y2 in 0..1")
    attributes: list[WornItem]

    @classmethod
    def of(cls, track: TrackObservation) -> "FrameTrack":
        return cls(
            track_id=BigInt(track.track_id),
            object_class=track.object_class,
            score=track.score,
            box=list(track.box),
            attributes=[WornItem.of(score) for score in track.attributes],
        )


@strawberry.type(description="One analysed frame, or a run of frames in which nothing was seen.")
class Frame:
    captured_at: datetime
    last_captured_at: datetime
    tracks: list[FrameTrack]

    @classmethod
    def of(cls, frame: FrameAnalysed) -> "Frame":
        return cls(
            captured_at=frame.captured_at,
            last_captured_at=from_microseconds(frame.last_captured_at_us or frame.captured_at_us),
            tracks=[FrameTrack.of(track) for track in frame.tracks],
        )


async def frames(info: GraphInfo, camera_id: strawberry.ID) -> AsyncIterator[Frame]:
    """Keeps at most 64 frames for a browser that is behind; the oldest go first and are counted.

    Raises  InputRefused, CameraUnknown, NotAllowed: the last two also once the right is revoked
    """
    camera = _camera(camera_id)
    await _watched(info, camera)
    services = info.context.services
    queue: asyncio.Queue[Msg] = asyncio.Queue(BACKLOG)

    async def take(message: Msg) -> None:
        if queue.full():
            queue.get_nowait()
            services.measures.overlay_dropped.inc()
        queue.put_nowait(message)

    subscription = await services.nats.subscribe(detections_live_subject(camera), cb=take)
    try:
        while True:
            message = await queue.get()
            try:
                await _watched(info, camera)
                yield Frame.of(decode(camera, message.data))
            except DetectionsUnreadable:
                log.warning("live detections not readable", extra={"camera": camera})
            except DatabaseBusy:
                services.measures.overlay_dropped.inc()  # nobody can say just now whether it may be shown
    finally:
        await subscription.unsubscribe()


async def _watched(info: GraphInfo, camera: CameraId) -> None:
    """Raises NotAllowed, DatabaseBusy; CameraUnknown for a camera that the person may not see as for one not there."""
    access = await info.context.access()
    access.cameras(Right.WATCH_LIVE)
    if not access.sees(camera):
        raise CameraUnknown("there is no such camera")
    if not access.may(Right.WATCH_LIVE, camera):
        raise NotAllowed(f"the right {Right.WATCH_LIVE} is needed on this camera")


def _camera(camera_id: str) -> CameraId:
    try:
        return CameraId(slug(camera_id))
    except IdentifierRefused as error:
        raise InputRefused("cameraId: not the identifier of a camera") from error
