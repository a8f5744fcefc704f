"""The events of one page folded into rows of incidents, so that each row is written once however many events it has."""

from collections.abc import Mapping
from typing import Any

from domain.contracts.detections import ObjectClass
from domain.contracts.events import (
    Assigned,
    Commented,
    Dismissed,
    EvidenceAttached,
    EvidenceExpired,
    EvidenceLocked,
    EvidenceMissed,
    EvidenceUnlocked,
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
from projections.plain import plain
from projections.projection import Projected

Row = dict[str, Any]
"""Column to value as JSON has it: times and identifiers are text."""

NOT_STORED: Row = dict.fromkeys(("key", "sha256", "size_bytes", "media_type", "captured_from", "captured_to", "box"))
SAME_NAME = (
    *("camera_id", "zone_id", "zone_version", "rule_id", "rule_version", "kind", "track_id"),
    *("score", "first_seen", "last_seen", "opened_at", "box", "model_id", "model_digest"),
    *("detections_from", "detections_to", "episode"),
)
"""Columns of an incident that are fields of IncidentOpened."""


class IncidentPage:
    """found: rows of the page's incidents as they stand in the table, by id. Events are added in stream order."""

    def __init__(self, found: Mapping[str, Row]) -> None:
        self._rows = dict(found)
        self._changed: set[str] = set()
        self._evidence: dict[tuple[str, str], Row] = {}
        self._expired: dict[tuple[str, str], Row] = {}
        self._history: dict[tuple[str, int], Row] = {}

    def changed(self) -> list[Row]:
        """Rows of `incident` that are new or differ."""
        return [self._rows[id_] for id_ in sorted(self._changed)]

    def evidence(self) -> list[Row]:
        return list(self._evidence.values())

    def expired(self) -> list[Row]:
        """Which files were given up, to be written after `evidence`."""
        return list(self._expired.values())

    def history(self) -> list[Row]:
        return list(self._history.values())

    def add(self, event: Projected) -> None:
        columns = plain(event.envelope.event)
        match event.envelope.event:
            case IncidentOpened():
                self._open(event, columns)
            case ScoreRaised() | IncidentClosed():
                self._change(event, columns)
            case ViolationRecognised():
                self._change(event, _verdict(Verdict.VIOLATION))
            case ReviewRequested():
                self._change(event, _verdict(Verdict.REVIEW))
            case Dismissed():
                self._change(event, _verdict(Verdict.DISMISSED))
            case ViolationConfirmed(reviewer):
                self._change(event, _verdict(Verdict.VIOLATION, reviewer))
            case MarkedFalsePositive(reviewer, reason):
                self._change(event, _verdict(Verdict.FALSE_POSITIVE, reviewer, reason))
            case ReviewReopened():
                self._change(event, _verdict(Verdict.REVIEW))
            case EvidenceAttached():
                self._note_evidence(event.aggregate_id, columns | {"missing_reason": None})
                self._change(event, {})
            case EvidenceMissed(kind, reason):
                self._note_evidence(event.aggregate_id, NOT_STORED | {"kind": kind.value, "missing_reason": reason})
                self._change(event, {})
            case EvidenceLocked():
                self._change(event, {"locked": True})
            case EvidenceUnlocked():
                self._change(event, {"locked": False})
            case EvidenceExpired(kind, cause):
                row = {"incident_id": event.aggregate_id, "kind": kind.value, "expired_cause": cause.value}
                row["expired_at"] = event.envelope.at.isoformat()
                self._expired.setdefault((event.aggregate_id, kind.value), row)
                self._change(event, {})
            case Commented() | Assigned():
                self._change(event, {})
        self._remember(event, columns)

    def _open(self, event: Projected, opened: Row) -> None:
        """The verdict comes with the next event of the same save."""
        if event.aggregate_id in self._rows:
            return
        row = {column: opened[column] for column in SAME_NAME} | _verdict(Verdict.REVIEW)
        row |= {"id": event.aggregate_id, "version": event.version, "position": event.position, "closed_at": None}
        row["locked"] = False
        row["object_class"] = ObjectClass(opened["object_class"]).name.lower()
        row["threshold_min"], row["threshold_max"] = opened["thresholds"]["min"], opened["thresholds"]["max"]
        self._rows[event.aggregate_id] = row
        self._changed.add(event.aggregate_id)

    def _change(self, event: Projected, columns: Row) -> None:
        row = self._rows.get(event.aggregate_id)
        if row is None or row["version"] >= event.version:
            return
        row.update(columns, version=event.version, position=event.position)
        self._changed.add(event.aggregate_id)

    def _note_evidence(self, incident_id: str, row: Row) -> None:
        known = self._evidence.get((incident_id, row["kind"]))
        if known is None or known["key"] is None:
            self._evidence[incident_id, row["kind"]] = {"incident_id": incident_id, **row}

    def _remember(self, event: Projected, detail: Row) -> None:
        envelope = event.envelope
        row = {
            "incident_id": event.aggregate_id,
            "version": event.version,
            "position": event.position,
            "name": event.name,
            "at": envelope.at.isoformat(),
            "by": envelope.by,
            "detail": detail,
        }
        self._history.setdefault((event.aggregate_id, event.version), row)


def _verdict(verdict: Verdict, decided_by: str | None = None, reason: str | None = None) -> Row:
    return {"verdict": verdict.value, "decided_by": decided_by, "reason": reason}
