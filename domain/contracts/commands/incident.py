"""What may be asked of an incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain.contracts.detections import Box
from domain.contracts.identifiers import IncidentId
from domain.contracts.plant import EvidenceKind, ExpiryCause
from domain.contracts.subjects import INCIDENT


@dataclass(frozen=True, slots=True)
class AttachEvidence:
    """box: where the object is in a photo, when that is another moment than the deciding frame's."""

    incident_id: IncidentId
    kind: EvidenceKind
    key: str
    sha256: str
    size_bytes: int
    media_type: str
    captured_from: datetime
    captured_to: datetime
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class ReportEvidenceMissed:
    incident_id: IncidentId
    kind: EvidenceKind
    reason: str


@dataclass(frozen=True, slots=True)
class ConfirmViolation:
    incident_id: IncidentId
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class MarkFalsePositive:
    incident_id: IncidentId
    reason: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class ReopenReview:
    incident_id: IncidentId
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    incident_id: IncidentId
    text: str


@dataclass(frozen=True, slots=True)
class AssignIncident:
    """assignee: a login; None takes it from everybody."""

    incident_id: IncidentId
    assignee: str | None


@dataclass(frozen=True, slots=True)
class LockEvidence:
    incident_id: IncidentId
    reason: str


@dataclass(frozen=True, slots=True)
class UnlockEvidence:
    incident_id: IncidentId
    reason: str


@dataclass(frozen=True, slots=True)
class ExpireEvidence:
    """From the keeper of the store: asked before a file is deleted; only after the answer it is."""

    incident_id: IncidentId
    kind: EvidenceKind
    cause: ExpiryCause


IncidentCommand = (
    AttachEvidence
    | ReportEvidenceMissed
    | ConfirmViolation
    | MarkFalsePositive
    | ReopenReview
    | Comment
    | AssignIncident
    | LockEvidence
    | UnlockEvidence
    | ExpireEvidence
)

INCIDENT_COMMANDS: Final[dict[str, type[Any]]] = {
    "attach_evidence": AttachEvidence,
    "report_evidence_missed": ReportEvidenceMissed,
    "confirm_violation": ConfirmViolation,
    "mark_false_positive": MarkFalsePositive,
    "reopen_review": ReopenReview,
    "comment": Comment,
    "assign_incident": AssignIncident,
    "lock_evidence": LockEvidence,
    "unlock_evidence": UnlockEvidence,
    "expire_evidence": ExpireEvidence,
}
INCIDENT_CONTEXT: Final[dict[type[Any], str]] = dict.fromkeys(INCIDENT_COMMANDS.values(), INCIDENT)
