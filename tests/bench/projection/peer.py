"""The peer: each event a transaction of its own with its two or three statements, sent as one pipeline."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, LiteralString

from psycopg.types.json import Jsonb

from domain.contracts import codec
from domain.contracts.events import (
    Commented,
    Dismissed,
    EvidenceAttached,
    EvidenceMissed,
    IncidentClosed,
    IncidentOpened,
    MarkedFalsePositive,
    ReviewReopened,
    ReviewRequested,
    ScoreRaised,
    ViolationConfirmed,
    ViolationRecognised,
)
from domain.contracts.plant import Verdict
from infra.nats.direct import StoredMessage
from projections.follower import locked_position
from projections.incidents import Incidents
from projections.projection import Connection, Projected
from projections.sources import wanted_events
from projections.statements import named, statements

SQL: Final = named(Path(__file__).with_name("peer.sql"))
POSITION: Final = statements("position")
PROJECTION: Final = Incidents()


Statement = tuple[LiteralString, dict[str, Any]]


def follow_singly(messages: Iterable[StoredMessage], connection: Connection) -> None:
    """Rows, position and announcement like those of the follower."""
    for message in messages:
        for event in wanted_events(PROJECTION.contexts, [message]):
            with connection.transaction():
                locked_position(connection, PROJECTION.name)
                with connection.pipeline():
                    for statement, values in _statements(event):
                        connection.execute(statement, values)
                    at = {"name": PROJECTION.name, "position": message.sequence}
                    connection.execute(POSITION["advance"], at)
                    connection.execute(POSITION["announce"], {"payload": f"incidents:{message.sequence}"})


def _statements(event: Projected) -> Iterator[Statement]:
    key = {"id": event.aggregate_id, "version": event.version, "position": event.position}
    yield from _change(event, key)
    yield SQL["history"], key | _history(event)


def _change(event: Projected, key: dict[str, Any]) -> Iterator[Statement]:
    match event.envelope.event:
        case IncidentOpened() as opened:
            yield SQL["opened"], key | _row(opened)
        case ScoreRaised(score, last_seen, detections_to):
            changed = {"score": score, "last_seen": last_seen, "detections_to": detections_to}
            yield SQL["score_raised"], key | changed
        case IncidentClosed(last_seen, closed_at, detections_to):
            changed = {"last_seen": last_seen, "closed_at": closed_at, "detections_to": detections_to}
            yield SQL["closed"], key | changed
        case ViolationRecognised():
            yield SQL["verdict"], key | _verdict(Verdict.VIOLATION)
        case ReviewRequested():
            yield SQL["verdict"], key | _verdict(Verdict.REVIEW)
        case Dismissed():
            yield SQL["verdict"], key | _verdict(Verdict.DISMISSED)
        case ViolationConfirmed(reviewer):
            yield SQL["verdict"], key | _verdict(Verdict.VIOLATION, reviewer)
        case MarkedFalsePositive(reviewer, reason):
            yield SQL["verdict"], key | _verdict(Verdict.FALSE_POSITIVE, reviewer, reason)
        case ReviewReopened():
            yield SQL["verdict"], key | _verdict(Verdict.REVIEW)
        case EvidenceAttached() as attached:
            yield SQL["evidence"], key | _attached(attached)
            yield SQL["touched"], key
        case EvidenceMissed() as missed:
            yield SQL["evidence"], key | _missed(missed)
            yield SQL["touched"], key
        case Commented():
            yield SQL["touched"], key


def _row(opened: IncidentOpened) -> dict[str, Any]:
    return {
        "camera_id": opened.camera_id,
        "zone_id": opened.zone_id,
        "zone_version": opened.zone_version,
        "rule_id": opened.rule_id,
        "rule_version": opened.rule_version,
        "kind": opened.kind.value,
        "track_id": opened.track_id,
        "object_class": opened.object_class.name.lower(),
        "verdict": Verdict.REVIEW.value,
        "score": opened.score,
        "threshold_min": opened.thresholds.min,
        "threshold_max": opened.thresholds.max,
        "first_seen": opened.first_seen,
        "last_seen": opened.last_seen,
        "opened_at": opened.opened_at,
        "box": list(opened.box),
        "model_id": opened.model_id,
        "model_digest": opened.model_digest,
        "detections_from": opened.detections_from,
        "detections_to": opened.detections_to,
    }


def _verdict(verdict: Verdict, decided_by: str | None = None, reason: str | None = None) -> dict[str, Any]:
    return {"verdict": verdict.value, "decided_by": decided_by, "reason": reason}


def _attached(event: EvidenceAttached) -> dict[str, Any]:
    return {
        "kind": event.kind.value,
        "key": event.key,
        "sha256": event.sha256,
        "size_bytes": event.size_bytes,
        "media_type": event.media_type,
        "captured_from": event.captured_from,
        "captured_to": event.captured_to,
        "missing_reason": None,
    }


def _missed(event: EvidenceMissed) -> dict[str, Any]:
    empty = dict.fromkeys(("key", "sha256", "size_bytes", "media_type", "captured_from", "captured_to"))
    return {**empty, "kind": event.kind.value, "missing_reason": event.reason}


def _history(event: Projected) -> dict[str, Any]:
    envelope = event.envelope
    detail = Jsonb(codec.to_plain(envelope.event))
    return {"name": event.name, "at": envelope.at, "by": envelope.by, "detail": detail}
