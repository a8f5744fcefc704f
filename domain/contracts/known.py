"""An incident as it was known at a moment. Made by domain.inquiry, shown by the gateway.

Two times everywhere: `recorded_at` is when the history learned of something (the service's clock), the others are when
it happened in front of the camera.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.contracts.detections import Box
from domain.contracts.events import IncidentOpened, RulePublished, ZoneDrawn
from domain.contracts.identifiers import CameraId, GroupId, IncidentId, ShopId
from domain.contracts.plant import EvidenceKind, ExpiryCause, Verdict


class Stored(StrEnum):
    """What the object store says of a file now; `unknown` when it does not answer."""

    THERE = "there"
    GONE = "gone"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """One event of the history.

    position      in EVENTS
    happened_at   None when it happened as it was recorded: a person's act
    payload       the event's own fields, JSON
    """

    position: int
    version: int
    name: str
    recorded_at: datetime
    happened_at: datetime | None
    by: str
    by_person: bool
    payload: str


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file of evidence, or why there is none: `missed` says why it could not be made, `expired` why it was given up.

    stored  what the object store says now; None when it was not asked, or there is nothing to ask for
    box     where the object is in a photo; None: as in the deciding frame
    """

    kind: EvidenceKind
    recorded_at: datetime
    key: str | None = None
    sha256: str | None = None
    size_bytes: int | None = None
    media_type: str | None = None
    captured_from: datetime | None = None
    captured_to: datetime | None = None
    missed: str | None = None
    expired: ExpiryCause | None = None
    stored: Stored | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class CameraWas:
    """A camera's settings and place; position and recorded_at are those of the event that gave it the settings."""

    camera_id: CameraId
    name: str
    target_fps: float
    analysis_width: int
    ppe: bool
    group_id: GroupId | None
    shop_id: ShopId | None
    retired: bool
    position: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class RuleWas:
    """A version of a rule; retired_from: it was taken out of force later."""

    published: RulePublished
    retired_from: datetime | None
    position: int
    recorded_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ZoneWas:
    """A version of a zone; retired_from: it was taken out of force later."""

    drawn: ZoneDrawn
    retired_from: datetime | None
    position: int
    recorded_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PlantParts:
    """Camera, rule and zone; None is what the history does not have, or what was not in force."""

    camera: CameraWas | None
    rule: RuleWas | None
    zone: ZoneWas | None


@dataclass(frozen=True, slots=True)
class KnownIncident:
    """An incident as it was known at a moment.

    as_known_at      only what was recorded up to then is told; None is now
    became_known_at  when its first event was recorded
    later_events     how many events were recorded afterwards
    rule_verdict     the rule's verdict on the score, whatever persons said
    decided_by       login of who gave the verdict; None: the rule did
    detections_to    the last position in DETECTIONS that any of the events cites
    events           from number events_from (0 is the first) of events_total on, as many as one answer takes
    decided, then    camera, rule and zone that the decision rests on, and those in force at as_known_at
    """

    incident_id: IncidentId
    as_known_at: datetime | None
    became_known_at: datetime
    later_events: int
    opened: IncidentOpened
    score: float
    verdict: Verdict
    rule_verdict: Verdict
    decided_by: str | None
    reason: str | None
    last_seen: datetime
    closed_at: datetime | None
    assignee: str | None
    locked: bool
    lock_reason: str | None
    version: int
    position: int
    detections_to: int
    files: tuple[KnownFile, ...]
    events: tuple[KnownEvent, ...]
    events_from: int
    events_total: int
    decided: PlantParts
    then: PlantParts


@dataclass(frozen=True, slots=True)
class NotKnownYet:
    """Nothing of the incident had been recorded at as_known_at; it happened_at, and was recorded became_known_at."""

    incident_id: IncidentId
    as_known_at: datetime
    happened_at: datetime
    became_known_at: datetime
