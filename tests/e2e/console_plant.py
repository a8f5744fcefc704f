"""What the console's tests look at: incidents with photo and clip, their history, and what the models saw."""

import hashlib
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from nats.aio.client import Client

from domain.contracts.detections import (
    Attribute,
    AttributeScore,
    FrameAnalysed,
    ModelRef,
    ObjectClass,
    TrackObservation,
    encode,
    to_microseconds,
)
from domain.contracts.identifiers import CameraId, TrackId
from domain.contracts.subjects import detections_subject
from gateway.reads.rows import EvidenceRow, HistoryRow, IncidentRow
from tests.e2e.media import PERSON
from tests.gateway.conftest import Gateway
from tests.gateway.plant import incident

MODEL = ModelRef("yolo11n", "c130b90b1d81f2e6654566404840c8fe6b2e7cff26f94fea5e6bf0f505ec7320")


def recent(number: int, *, minutes_ago: float, box: tuple[float, float, float, float] = PERSON) -> IncidentRow:
    """An incident of today, on the model that is really used."""
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return replace(
        incident(number),
        opened_at=at,
        first_seen=at - timedelta(seconds=3),
        last_seen=at + timedelta(seconds=4),
        closed_at=at + timedelta(seconds=9),
        box=list(box),
        model_id=MODEL.id,
        model_digest=MODEL.digest,
    )


def store(gateway: Gateway, row: IncidentRow, kind: str, media_type: str, data: bytes) -> None:
    """Puts a file into the object store and its row beside the incident."""
    services = gateway.services
    key = f"incidents/2026/03/02/{row.id}/{kind}"
    services.objects.put_object(services.settings.s3_bucket, key, io.BytesIO(data), len(data), content_type=media_type)
    gateway.plant.put_evidence(
        EvidenceRow(
            row.id,
            kind,
            key,
            hashlib.sha256(data).hexdigest(),
            len(data),
            media_type,
            row.first_seen,
            row.last_seen,
            None,
        )
    )


def tell(gateway: Gateway, row: IncidentRow) -> None:
    """The history of an incident that the rule sent to review."""
    events: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("incident.opened.v1", "domain", {"score": 0.61}),
        ("incident.review_requested.v1", "domain", {"score": 0.61}),
        ("incident.evidence_attached.v1", "producer.gate", {"kind": "photo", "size_bytes": 184_000}),
        ("incident.score_raised.v1", "domain", {"score": row.score}),
        ("incident.evidence_attached.v1", "producer.gate", {"kind": "clip", "size_bytes": 1_840_000}),
        ("incident.closed.v1", "domain", {}),
    )
    for n, (name, by, detail) in enumerate(events, 1):
        at = row.opened_at + timedelta(seconds=n * 1.5)
        gateway.plant.put_history(HistoryRow(row.id, n, row.position, name, at, by, detail))


def analysed(row: IncidentRow, at: datetime, n: int, score: float) -> bytes:
    """One frame of the incident's track."""
    worn = (AttributeScore(Attribute.HELMET, 1 - score, score),)
    box = (row.box[0], row.box[1], row.box[2], row.box[3])
    track = TrackObservation(TrackId(row.track_id), ObjectClass.PERSON, score, box, worn)
    return encode(FrameAnalysed(CameraId(row.camera_id), n, to_microseconds(at), 1280, 720, (MODEL,), (track,)))


async def record(nc: Client, row: IncidentRow, scores: list[float]) -> IncidentRow:
    """Publishes the track to DETECTIONS; returns the incident citing it."""
    js = nc.jetstream()
    sequences = []
    for n, score in enumerate(scores):
        at = row.first_seen + (row.last_seen - row.first_seen) * n / len(scores)
        ack = await js.publish(detections_subject(row.camera_id), analysed(row, at, n, score))
        sequences.append(ack.seq)
    return replace(row, detections_from=sequences[0], detections_to=sequences[-1])
