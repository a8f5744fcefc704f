"""The live overlay on request: what the models say now and the zones as they stand, drawn into frames (R28, R42).

Listens only while somebody watches. Zones are read anew at each start of a view.
"""

import logging
from datetime import tzinfo
from typing import Final

import numpy as np
from av.video.frame import VideoFrame
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from domain.contracts.codec import CodecError
from domain.contracts.detections import DetectionsUnreadable, decode
from domain.contracts.events import EventUnknown, ZoneDrawn, ZoneRetired, decode_event
from domain.contracts.identifiers import CameraId, ZoneId
from domain.contracts.subjects import EVENTS, ZONE, detections_live_subject, event_subject
from infra.nats.bridge import Bridge
from infra.nats.direct import get_page
from infra.nats.errors import NatsAdapterError
from infra.overlay.painting import Outline, paint
from infra.overlay.seen import Seen
from producers.evidence import TOPIC_HEADER

log = logging.getLogger(__name__)

PAGE: Final = 1000
DELAY_US: Final = 1_000_000
"""A frame waits so long until it is drawn on: by then it has been analysed."""


class Overlay:
    """From `open` to `close`; `paint` is called in between, from one thread."""

    def __init__(self, bridge: Bridge, camera_id: CameraId, tz: tzinfo) -> None:
        self._bridge, self._camera_id, self._tz = bridge, camera_id, tz
        self._seen = Seen()
        self._zones: tuple[Outline, ...] = ()
        self._subscription: Subscription | None = None

    def open(self) -> None:
        """Raises NatsAdapterError."""
        self._zones = self._drawn_zones()
        self._subscription = self._bridge.run(self._listen())

    def close(self) -> None:
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            try:
                self._bridge.run(subscription.unsubscribe())
            except NatsAdapterError:
                log.info("overlay closed after its connection")

    def paint(self, frame: VideoFrame, at_us: int) -> VideoFrame:
        picture = frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False)
        paint(picture, at_us, self._seen.at(at_us), self._zones, tz=self._tz)
        return VideoFrame.from_ndarray(picture, format="bgr24").reformat(format="yuv420p", dst_color_range="MPEG")

    async def _listen(self) -> Subscription:
        return await self._bridge.nc.subscribe(detections_live_subject(self._camera_id), cb=self._take)

    async def _take(self, message: Msg) -> None:
        try:
            self._seen.add(decode(self._camera_id, message.data))
        except DetectionsUnreadable:
            log.warning("a frame of detections cannot be drawn")

    def _drawn_zones(self) -> tuple[Outline, ...]:
        """The camera's zones as they stand now."""
        zones: dict[ZoneId, Outline] = {}
        after = 0
        while True:
            page = self._bridge.run(get_page(self._bridge.nc, EVENTS, after + 1, PAGE, event_subject(ZONE, ">")))
            for message in page.messages:
                try:
                    event = decode_event(message.headers.get(TOPIC_HEADER, ""), message.data).event
                except (EventUnknown, CodecError):
                    continue
                match event:
                    case ZoneDrawn(camera_id=camera_id, zone_id=zone_id) if camera_id == self._camera_id:
                        zones[zone_id] = Outline(event.name, event.polygon)
                    case ZoneDrawn(zone_id=zone_id) | ZoneRetired(zone_id=zone_id):
                        zones.pop(zone_id, None)
            if not page.messages or not page.pending:
                return tuple(zones.values())
            after = page.messages[-1].sequence
