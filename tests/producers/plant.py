"""Stands for the rest of the system in tests: records events and detections, and answers commands like the domain."""

import threading
from datetime import UTC, datetime
from uuid import UUID

from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from domain.contracts.commands import Accepted, Order, Refused, Reply, decode_command, encode_reply
from domain.contracts.detections import (
    FrameAnalysed,
    ModelRef,
    ObjectClass,
    TrackObservation,
    encode,
    from_microseconds,
)
from domain.contracts.events import CameraRegistered, Envelope, Event, IncidentOpened, encode_event, event_name
from domain.contracts.identifiers import CameraId, CommandId, IncidentId, RuleId, TrackId
from domain.contracts.plant import RuleKind, Thresholds
from domain.contracts.subjects import (
    CAMERA,
    INCIDENT,
    command_subject,
    detections_subject,
    event_subject,
    opened_subject,
)
from infra.nats.bridge import Bridge
from infra.nats.direct import SEQUENCE_HEADER
from infra.nats.streams import ensure_streams
from producers.evidence import TOPIC_HEADER

MODEL = ModelRef("yolo11n", "00" * 32)


class Plant:
    """orders  every command that was received, repeats included"""

    def __init__(self, url: str) -> None:
        self.bridge = Bridge(url, name="plant")
        self.orders: list[Order] = []
        self.refuse: str | None = None
        self._arrived = threading.Condition()
        self.bridge.run(ensure_streams(self.bridge.js))
        self._subscription = self.bridge.run(self._subscribe())

    def close(self) -> None:
        self.bridge.close()

    def silence(self) -> None:
        """The domain is away: nobody answers commands."""
        self.bridge.run(self._subscription.unsubscribe())

    def answer(self) -> None:
        self._subscription = self.bridge.run(self._subscribe())

    def register(self, camera: CameraId, source: str, target_fps: float = 10, analysis_width: int = 320) -> None:
        event = CameraRegistered(camera, camera, source, target_fps, analysis_width, False)
        self.record(event_subject(CAMERA, camera), event)

    def analyse(self, camera: CameraId, captured_at_us: int, *tracks: TrackObservation) -> int:
        """Sequence in DETECTIONS of a frame, without tracks unless some are given."""
        frame = FrameAnalysed(camera, captured_at_us // 1000, captured_at_us, 320, 240, (MODEL,), tracks)
        return self._publish(detections_subject(camera), encode(frame), {})

    def open_incident(
        self, camera: CameraId, number: int, moment_us: int, detections: tuple[int, int]
    ) -> IncidentOpened:
        at = from_microseconds(moment_us)
        event = IncidentOpened(
            incident_id=IncidentId(UUID(int=number)),
            camera_id=camera,
            zone_id=None,
            zone_version=None,
            rule_id=RuleId("helmet"),
            rule_version=1,
            kind=RuleKind.NO_HELMET,
            track_id=TrackId(1),
            object_class=ObjectClass.PERSON,
            first_seen=at,
            last_seen=at,
            opened_at=at,
            score=0.9,
            thresholds=Thresholds(0.3, 0.8),
            box=(0.1, 0.1, 0.2, 0.5),
            model_id=MODEL.id,
            model_digest=MODEL.digest,
            detections_from=detections[0],
            detections_to=detections[1],
        )
        position = self.record(event_subject(INCIDENT, str(event.incident_id)), event)
        told = self.bridge.nc.publish(opened_subject(camera), headers={SEQUENCE_HEADER: str(position)})
        self.bridge.run(told)
        return event

    def record(self, subject: str, event: Event) -> int:
        payload = encode_event(Envelope(datetime.now(UTC), "test", CommandId("test"), event))
        return self._publish(subject, payload, {TOPIC_HEADER: event_name(event)})

    def wait_for_orders(self, count: int, limit_s: float = 20) -> list[Order]:
        """The first so many orders with different command ids."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.distinct()) >= count, limit_s), self.distinct()
            return self.distinct()

    def distinct(self) -> list[Order]:
        return list({order.command_id: order for order in reversed(self.orders)}.values())

    def _publish(self, subject: str, payload: bytes, headers: dict[str, str]) -> int:
        return self.bridge.run(self.bridge.js.publish(subject, payload, headers=headers)).seq

    async def _subscribe(self) -> Subscription:
        subscription = await self.bridge.nc.subscribe(command_subject("*"), cb=self._on_command)
        await self.bridge.nc.flush()
        return subscription

    async def _on_command(self, message: Msg) -> None:
        with self._arrived:
            self.orders.append(decode_command(message.data))
            self._arrived.notify_all()
            reply: Reply = (
                Accepted(len(self.orders)) if self.refuse is None else Refused(self.refuse, "refused by test")
            )
        await message.respond(encode_reply(reply))
