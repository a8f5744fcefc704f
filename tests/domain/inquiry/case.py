"""An incident on real servers, as inference, the domain, the producers and persons write it, each at its time."""

import asyncio
import hashlib
import io
from dataclasses import dataclass, field
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from minio import Minio

from domain.contracts.detections import FrameAnalysed, encode
from domain.contracts.events import (
    Commented,
    Envelope,
    Event,
    EvidenceAttached,
    EvidenceMissed,
    IncidentClosed,
    IncidentOpened,
    MarkedFalsePositive,
    ReviewRequested,
    encode_event,
    event_name,
)
from domain.contracts.identifiers import CommandId
from domain.contracts.plant import EvidenceKind
from domain.contracts.slices import pack
from domain.contracts.subjects import CAMERA, INCIDENT, RULE, ZONE, detections_subject
from domain.rules.engine import CameraState, Closing, Opening, observe
from domain.rules.hits import ActiveRule
from infra.eventstore.appending import Appender
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams
from tests.domain.inquiry.told import CAMERA as YARD_CAMERA
from tests.domain.samples import DANGER, LEFT_HALF, PIT, YARD, danger_rule, frame, person, second, zone

RULE_1 = danger_rule(dwell_s=1.0, gap_s=2.0)
MEDIA_TYPES = {EvidenceKind.PHOTO: "image/jpeg", EvidenceKind.DETECTIONS: "application/octet-stream"}


@dataclass
class Case:
    """tell() writes all of it. `gate` is another camera, whose frames lie between."""

    bridge: Bridge
    store: Minio
    bucket: str
    frames: int = 30
    photo: bytes = b"\xff\xd8 a photo"
    keys: dict[EvidenceKind, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bridge.run(ensure_streams(self.bridge.js))
        self._versions: dict[tuple[str, str], int] = {}
        self._appenders = {c: Appender(self.bridge, "EVENTS", f"es.{c}") for c in (INCIDENT, CAMERA, ZONE, RULE)}

    def tell(self) -> IncidentOpened:
        self.record(CAMERA, YARD, -60, YARD_CAMERA)
        self.record(ZONE, PIT, -59, zone())
        self.record(RULE, DANGER, -58, RULE_1)
        recorded = self.watch()
        self.opened, closing = _judged(recorded)
        self.incident = str(self.opened.incident_id)
        self.record(INCIDENT, self.incident, 3, self.opened, ReviewRequested(self.opened.score))
        self.attach(EvidenceKind.PHOTO, 4, self.photo)
        cited = range(self.opened.detections_from, self.opened.detections_to + 1)
        self.attach(EvidenceKind.DETECTIONS, 5, pack((n, encode(f)) for n, f in recorded if n in cited))
        self.record(INCIDENT, self.incident, 6, EvidenceMissed(EvidenceKind.CLIP, "the camera was away"))
        self.record(INCIDENT, self.incident, 20, closing)
        self.record(INCIDENT, self.incident, 3600, Commented("anna", "угол двора"), by="anna")
        self.record(INCIDENT, self.incident, 7200, MarkedFalsePositive("anna", "тень"), by="anna")
        return self.opened

    def watch(self) -> list[tuple[int, FrameAnalysed]]:
        """Somebody walks into the zone, ever better seen, and is gone; the other camera sees nobody."""
        found = []
        for n in range(self.frames):
            one = frame(n / 10, person(score=min(0.9, 0.3 + n / 40), helmet=(0.2, 0.7)), person(score=0.9, n=7))
            found.append((self.publish(YARD, encode(one)), one))
            self.publish("gate", encode(frame(n / 10)))
        last = frame(self.frames / 10, until_s=self.frames / 10 + 5)
        return [*found, (self.publish(YARD, encode(last)), last)]

    def publish(self, camera: str, payload: bytes) -> int:
        return self.bridge.run(self.bridge.js.publish(detections_subject(camera), payload)).seq

    def last_sequence(self) -> int:
        """Of DETECTIONS."""
        return self.bridge.run(self.bridge.js.stream_info("DETECTIONS")).state.last_seq

    def publish_many(self, camera: str, payloads: list[bytes]) -> None:
        async def all_at_once() -> None:
            await asyncio.gather(*[await self.bridge.js.publish_async(detections_subject(camera), p) for p in payloads])

        self.bridge.run(all_at_once())

    def record(self, context: str, aggregate: str, at_s: float, *events: Event, by: str = "rules") -> None:
        """Recorded at_s seconds after T0."""
        stored = []
        for event in events:
            version = self._versions[context, aggregate] = self._versions.get((context, aggregate), 0) + 1
            payload = encode_event(Envelope(second(at_s), by, CommandId(f"{context}-{version}"), event))
            stored.append(StoredEvent(aggregate, version, event_name(event), payload))
        self._appenders[context].append(stored)

    def attach(self, kind: EvidenceKind, at_s: float, data: bytes) -> None:
        key = self.keys[kind] = f"incidents/2026/03/02/{uuid4()}/{kind.value}"
        self.put(kind, data)
        sha256 = hashlib.sha256(data).hexdigest()
        attached = EvidenceAttached(kind, key, sha256, len(data), MEDIA_TYPES[kind], second(0), second(1))
        self.record(INCIDENT, self.incident, at_s, attached)

    def put(self, kind: EvidenceKind, data: bytes) -> None:
        self.store.put_object(self.bucket, self.keys[kind], io.BytesIO(data), len(data))

    def lose_detections(self) -> None:
        """As age does: the stream goes on behind where it was."""
        last = self.last_sequence()
        self.bridge.run(self.bridge.js.delete_stream("DETECTIONS"))
        self.bridge.run(ensure_streams(self.bridge.js))
        for _ in range(last + 5):
            self.publish("gate", b"later")


def _judged(frames: list[tuple[int, FrameAnalysed]]) -> tuple[IncidentOpened, IncidentClosed]:
    """What the service finds."""
    state, found = CameraState(), []
    for sequence, one in frames:
        shown = [t for t in one.tracks if t.track_id == person().track_id]
        alone = FrameAnalysed(
            one.camera_id, one.frame, one.captured_at_us, one.width, one.height, one.models, tuple(shown),
            one.frames, one.last_captured_at_us,
        )  # fmt: skip
        state, findings = observe(state, alone, sequence, [ActiveRule(RULE_1, LEFT_HALF, 1)])
        found += findings
    [opened] = [each.opened for each in found if isinstance(each, Opening)]
    [closing] = [each for each in found if isinstance(each, Closing)]
    return opened, IncidentClosed(closing.last_seen, closing.closed_at, closing.detections_to)
