"""An incident with all that led to it, written as the domain and the producers write it."""

import hashlib
import io
from dataclasses import dataclass
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from minio import Minio

from domain.contracts.detections import encode
from domain.contracts.events import (
    CameraRegistered,
    Commented,
    Envelope,
    Event,
    EvidenceAttached,
    EvidenceMissed,
    MarkedFalsePositive,
    ViolationRecognised,
    ZoneDrawn,
    encode_event,
    event_name,
)
from domain.contracts.identifiers import CommandId
from domain.contracts.plant import EvidenceKind
from domain.contracts.subjects import CAMERA, INCIDENT, RULE, ZONE
from infra.eventstore.appending import Appender
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage
from producers.detections_slice import packed
from tests.domain.samples import DANGER, LEFT_HALF, PIT, T0, YARD, danger_rule, frame, opened, person, second, zone

MEDIA_TYPES = {"photo": "image/jpeg", "clip": "video/mp4", "detections": "application/octet-stream"}
SUFFIXES = {"photo": "jpg", "clip": "mp4", "detections": "bin"}


@dataclass
class Story:
    """Writes events through the event store, and files into the object store."""

    bridge: Bridge
    store: Minio
    bucket: str

    def __post_init__(self) -> None:
        self.incident = str(opened().incident_id)
        self.keys: dict[str, str] = {}
        self._versions: dict[tuple[str, str], int] = {}
        self._appenders = {c: Appender(self.bridge, "EVENTS", f"es.{c}") for c in (INCIDENT, CAMERA, ZONE, RULE)}

    def tell(self) -> None:
        """A camera, a zone that was drawn twice, a rule; the incident; another one; files; a person's word."""
        self.record(CAMERA, YARD, CameraRegistered(YARD, "Двор", "rtsp://10.0.0.1/1", 5.0, 1280, True))
        self.record(ZONE, PIT, zone())
        self.record(RULE, DANGER, danger_rule())
        self.record(INCIDENT, self.incident, opened(), ViolationRecognised(0.7))
        self.record(INCIDENT, str(uuid4()), opened())
        self.record(ZONE, PIT, ZoneDrawn(PIT, 2, YARD, "Яма", LEFT_HALF, second(60)))
        self.attach(EvidenceKind.PHOTO, b"\xff\xd8 a photo")
        frames = [encode(frame(n / 10, person())) for n in range(10)]
        messages = [StoredMessage("det.yard", n, {}, data, T0) for n, data in enumerate(frames, 1)]
        self.attach(EvidenceKind.DETECTIONS, packed(messages))
        self.record(INCIDENT, self.incident, Commented("anna", "угол двора"))

    def record(self, context: str, aggregate: str, *events: Event) -> None:
        stored = []
        for event in events:
            version = self._versions[context, aggregate] = self._versions.get((context, aggregate), 0) + 1
            payload = encode_event(Envelope(T0, "rules", CommandId(f"{context}-{version}"), event))
            stored.append(StoredEvent(aggregate, version, event_name(event), payload))
        self._appenders[context].append(stored)

    def attach(self, kind: EvidenceKind, data: bytes) -> None:
        key = f"incidents/2026/03/02/{uuid4()}/{kind.value}.{SUFFIXES[kind.value]}"
        self.keys[kind.value] = key
        self.put(kind, data)
        sha256, media_type = hashlib.sha256(data).hexdigest(), MEDIA_TYPES[kind.value]
        attached = EvidenceAttached(kind, key, sha256, len(data), media_type, T0, second(1))
        self.record(INCIDENT, self.incident, attached)

    def put(self, kind: EvidenceKind, data: bytes) -> None:
        self.store.put_object(self.bucket, self.keys[kind.value], io.BytesIO(data), len(data))

    def miss(self, kind: EvidenceKind) -> None:
        self.record(INCIDENT, self.incident, EvidenceMissed(kind, "the camera was away"))

    def mark_false(self) -> None:
        self.record(INCIDENT, self.incident, MarkedFalsePositive("anna", "тень"))
