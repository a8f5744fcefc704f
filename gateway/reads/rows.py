"""Rows of the schema read_model, as the projections write them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.contracts.plant import RuleKind, Verdict


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """read_model.incident; box is x1 y1 x2 y2 in 0..1."""

    id: UUID
    camera_id: str
    zone_id: str | None
    zone_version: int | None
    rule_id: str
    rule_version: int
    kind: str
    track_id: int
    object_class: str
    verdict: str
    decided_by: str | None
    reason: str | None
    score: float
    threshold_min: float
    threshold_max: float
    first_seen: datetime
    last_seen: datetime
    opened_at: datetime
    closed_at: datetime | None
    box: list[float]
    model_id: str
    model_digest: str
    detections_from: int
    detections_to: int
    version: int
    position: int
    locked: bool = False
    episode: UUID | None = None

    @property
    def rule_kind(self) -> RuleKind:
        return RuleKind(self.kind)

    @property
    def standing(self) -> Verdict:
        return Verdict(self.verdict)


@dataclass(frozen=True, slots=True)
class IncidentCamera:
    camera_id: str


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """read_model.incident_evidence: a stored file, why there is none, or when and why it was given up."""

    incident_id: UUID
    kind: str
    key: str | None
    sha256: str | None
    size_bytes: int | None
    media_type: str | None
    captured_from: datetime | None
    captured_to: datetime | None
    missing_reason: str | None
    expired_at: datetime | None = None
    expired_cause: str | None = None
    box: list[float] | None = None

    @property
    def is_there(self) -> bool:
        return self.key is not None and self.expired_at is None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """read_model.incident_history: one event of an incident."""

    incident_id: UUID
    version: int
    position: int
    name: str
    at: datetime
    by: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CameraRow:
    """retention_days: of its photos and clips; None = the plant's usual time. is_archive: of recordings, not live."""

    id: str
    name: str
    target_fps: float
    source: str
    analysis_source: str | None
    analysis_width: int
    ppe: bool
    plates: bool
    retention_days: int | None = None
    is_archive: bool = False


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """polygon: vertices x y in 0..1; line: its start and end, likewise."""

    id: str
    camera_id: str
    name: str
    polygon: list[list[float]]
    version: int
    gate: bool
    line: dict[str, list[float]] | None
    retired: bool


@dataclass(frozen=True, slots=True)
class RuleRow:
    id: str
    name: str
    camera_id: str
    zone_id: str | None
    kind: str
    version: int
    threshold_min: float
    threshold_max: float
    dwell_s: float
    window_s: float
    gap_s: float
    schedule: dict[str, Any] | None
    object_classes: list[str]
    min_person_height: float
    at_gate: bool
    forbidden: str | None
    near: float
    forbidden_lamps: list[str]
    retired: bool


@dataclass(frozen=True, slots=True)
class Count:
    n: int
