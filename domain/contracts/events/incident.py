"""Facts about incidents."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from domain.contracts.detections import Box, ObjectClass
from domain.contracts.identifiers import CameraId, IncidentId, RuleId, TrackId, ZoneId
from domain.contracts.personal import ACTOR, LOGIN, Personal
from domain.contracts.plant import EvidenceKind, ExpiryCause, RuleKind, Thresholds

OF_THE_ACTOR: Final = Personal(ACTOR)


@dataclass(frozen=True, slots=True)
class IncidentOpened:
    """Evidence was enough. Carries all that led to it (R92, R95).

    opened_at                     capture time of the deciding frame; photo and clip are cut around it
    first_seen, last_seen         capture times of the first and last hit so far
    detections_from, _to          sequences in DETECTIONS that the decision rests on
    box                           the object in the deciding frame
    episode                       of rules about a zone: the incident that began the zone episode, itself or the one
                                  beside which it opened; None in facts older than this. One alarm per episode is
                                  enough (R71)
    """

    incident_id: IncidentId
    camera_id: CameraId
    zone_id: ZoneId | None
    zone_version: int | None
    rule_id: RuleId
    rule_version: int
    kind: RuleKind
    track_id: TrackId
    object_class: ObjectClass
    first_seen: datetime
    last_seen: datetime
    opened_at: datetime
    score: float
    thresholds: Thresholds
    box: Box
    model_id: str
    model_digest: str
    detections_from: int
    detections_to: int
    episode: IncidentId | None = None


@dataclass(frozen=True, slots=True)
class ScoreRaised:
    """More evidence raised the score while the incident was open."""

    score: float
    last_seen: datetime
    detections_to: int


@dataclass(frozen=True, slots=True)
class EvidenceAttached:
    """A file was stored: its key in the object store and the sha256 of its bytes (R116, R117).

    box   where the object is in a photo; None: as in the deciding frame
    """

    kind: EvidenceKind
    key: str
    sha256: str
    size_bytes: int
    media_type: str
    captured_from: datetime
    captured_to: datetime
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class EvidenceMissed:
    """A file could not be made, and why; never silently."""

    kind: EvidenceKind
    reason: str


@dataclass(frozen=True, slots=True)
class IncidentClosed:
    """The object was not seen breaking the rule any more."""

    last_seen: datetime
    closed_at: datetime
    detections_to: int


@dataclass(frozen=True, slots=True)
class ViolationRecognised:
    """The rule's verdict: score >= max."""

    score: float


@dataclass(frozen=True, slots=True)
class ReviewRequested:
    """The rule's verdict: min <= score < max, a person must look."""

    score: float


@dataclass(frozen=True, slots=True)
class Dismissed:
    """The rule's verdict: score < min, not a violation."""

    score: float


@dataclass(frozen=True, slots=True)
class ViolationConfirmed:
    """A person's verdict."""

    reviewer: Annotated[str, OF_THE_ACTOR]


@dataclass(frozen=True, slots=True)
class MarkedFalsePositive:
    """A person's verdict (R102); hidden from reports, reused for training (R103, R104)."""

    reviewer: Annotated[str, OF_THE_ACTOR]
    reason: Annotated[str, OF_THE_ACTOR]


@dataclass(frozen=True, slots=True)
class ReviewReopened:
    """A person took the verdict back."""

    reviewer: Annotated[str, OF_THE_ACTOR]


@dataclass(frozen=True, slots=True)
class Commented:
    author: Annotated[str, OF_THE_ACTOR]
    text: Annotated[str, OF_THE_ACTOR]


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who is to look at it (a login); None takes it from everybody."""

    assignee: Annotated[str | None, Personal(LOGIN)]


@dataclass(frozen=True, slots=True)
class EvidenceLocked:
    """Its files, those that are still to come too, are kept whatever their age and whatever the store's fill."""

    reason: Annotated[str, OF_THE_ACTOR]


@dataclass(frozen=True, slots=True)
class EvidenceUnlocked:
    """Its files age like any others again."""

    reason: Annotated[str, OF_THE_ACTOR]


@dataclass(frozen=True, slots=True)
class EvidenceExpired:
    """A file was given up for good (R118, R119); its hash stays in EvidenceAttached."""

    kind: EvidenceKind
    cause: ExpiryCause


IncidentEvent = (
    IncidentOpened
    | ScoreRaised
    | EvidenceAttached
    | EvidenceMissed
    | IncidentClosed
    | ViolationRecognised
    | ReviewRequested
    | Dismissed
    | ViolationConfirmed
    | MarkedFalsePositive
    | ReviewReopened
    | Commented
    | Assigned
    | EvidenceLocked
    | EvidenceUnlocked
    | EvidenceExpired
)

INCIDENT_EVENTS: Final[dict[str, type[Any]]] = {
    "incident.opened.v1": IncidentOpened,
    "incident.score_raised.v1": ScoreRaised,
    "incident.evidence_attached.v1": EvidenceAttached,
    "incident.evidence_missed.v1": EvidenceMissed,
    "incident.closed.v1": IncidentClosed,
    "incident.violation_recognised.v1": ViolationRecognised,
    "incident.review_requested.v1": ReviewRequested,
    "incident.dismissed.v1": Dismissed,
    "incident.violation_confirmed.v1": ViolationConfirmed,
    "incident.marked_false_positive.v1": MarkedFalsePositive,
    "incident.review_reopened.v1": ReviewReopened,
    "incident.commented.v1": Commented,
    "incident.assigned.v1": Assigned,
    "incident.evidence_locked.v1": EvidenceLocked,
    "incident.evidence_unlocked.v1": EvidenceUnlocked,
    "incident.evidence_expired.v1": EvidenceExpired,
}
