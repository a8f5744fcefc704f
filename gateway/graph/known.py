"""An incident as it was known at a moment, in the schema."""

import json
from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from domain.contracts import known as contracts
from domain.contracts.access import Right
from domain.contracts.detections import ObjectClass
from domain.contracts.known import Stored
from domain.contracts.plant import EvidenceKind, ExpiryCause, RuleKind, Verdict
from gateway.graph.context import GraphInfo
from gateway.graph.known_plant import KnownPlantParts
from gateway.graph.scalars import BigInt, described


@strawberry.type(description="One event of an incident, with the time it was recorded and the time it happened.")
class KnownEvent:
    position: BigInt = strawberry.field(description="in EVENTS")
    version: int
    name: str
    recorded_at: datetime
    happened_at: datetime | None = strawberry.field(description="null: it happened as it was recorded")
    by: str
    by_person: bool
    detail: JSON

    @classmethod
    def of(cls, event: contracts.KnownEvent) -> "KnownEvent":
        return cls(
            position=BigInt(event.position),
            version=event.version,
            name=event.name,
            recorded_at=event.recorded_at,
            happened_at=event.happened_at,
            by=event.by,
            by_person=event.by_person,
            detail=JSON(json.loads(event.payload)),
        )


@strawberry.type(description="A file of evidence, and what is known of it.")
class KnownFile:
    file: strawberry.Private[contracts.KnownFile]
    incident: strawberry.Private[contracts.KnownIncident]
    kind: EvidenceKind
    recorded_at: datetime
    key: str | None
    sha256: str | None
    size_bytes: BigInt | None
    media_type: str | None
    missed: str | None = strawberry.field(description="why it could not be made")
    expired: ExpiryCause | None = strawberry.field(description="why it was given up")
    stored: Stored | None = strawberry.field(description="what the object store says now; null when it was not asked")
    box: list[float] | None = strawberry.field(description="of a photo: where the object is; null: in the deciding box")

    @classmethod
    def of(cls, file: contracts.KnownFile, incident: contracts.KnownIncident) -> "KnownFile":
        return cls(
            file=file,
            incident=incident,
            kind=file.kind,
            recorded_at=file.recorded_at,
            key=file.key,
            sha256=file.sha256,
            size_bytes=None if file.size_bytes is None else BigInt(file.size_bytes),
            media_type=file.media_type,
            missed=file.missed,
            expired=file.expired,
            stored=file.stored,
            box=None if file.box is None else list(file.box),
        )

    @described(
        "signed link for the signed-in person; null when the file is not there, or without the right to evidence"
    )
    async def url(self, info: GraphInfo) -> str | None:
        if self.file.key is None or self.file.expired is not None or self.file.stored is Stored.GONE:
            return None
        if not (await info.context.access()).may(Right.VIEW_EVIDENCE, self.incident.opened.camera_id):
            return None
        links, login = info.context.services.links, info.context.session.login
        return links.link(self.incident.incident_id, self.file.kind.value, login)


@strawberry.type(description="An incident as its history, up to what had been recorded at asKnownAt, tells it.")
class KnownIncident:
    id: strawberry.ID
    as_known_at: datetime | None = strawberry.field(description="null is now")
    became_known_at: datetime = strawberry.field(description="when its first event was recorded")
    later_events: int = strawberry.field(description="recorded after asKnownAt")
    kind: RuleKind
    camera_id: strawberry.ID
    rule_id: strawberry.ID
    rule_version: int
    zone_id: strawberry.ID | None
    zone_version: int | None
    track_id: BigInt
    object_class: ObjectClass
    threshold_min: float = strawberry.field(description="a lower score is dismissed")
    threshold_max: float = strawberry.field(description="from this score on it is a violation")
    opening_score: float = strawberry.field(description="at the deciding frame")
    score: float
    verdict: Verdict
    rule_verdict: Verdict = strawberry.field(description="the rule's verdict on the score, whatever persons said")
    decided_by: str | None = strawberry.field(description="login of who gave the verdict; null: the rule did")
    reason: str | None
    first_seen: datetime
    last_seen: datetime
    opened_at: datetime = strawberry.field(description="capture time of the deciding frame")
    closed_at: datetime | None
    box: list[float] = strawberry.field(description="x1 y1 x2 y2 in 0..1 in the deciding frame")
    model_id: str
    model_digest: str
    detections_from: BigInt
    detections_to: BigInt
    assignee: str | None
    locked: bool
    lock_reason: str | None
    position: BigInt
    files: list[KnownFile]
    events: list[KnownEvent] = strawberry.field(description="from number eventsFrom on, as many as one answer takes")
    events_from: int
    events_total: int
    decided: KnownPlantParts = strawberry.field(description="camera, rule and zone that the decision rests on")
    then: KnownPlantParts = strawberry.field(description="those in force at asKnownAt, as they were known then")

    @classmethod
    def of(cls, known: contracts.KnownIncident) -> "KnownIncident":
        opened = known.opened
        return cls(
            id=strawberry.ID(str(known.incident_id)),
            as_known_at=known.as_known_at,
            became_known_at=known.became_known_at,
            later_events=known.later_events,
            kind=opened.kind,
            camera_id=strawberry.ID(opened.camera_id),
            rule_id=strawberry.ID(opened.rule_id),
            rule_version=opened.rule_version,
            zone_id=None if opened.zone_id is None else strawberry.ID(opened.zone_id),
            zone_version=opened.zone_version,
            track_id=BigInt(opened.track_id),
            object_class=opened.object_class,
            threshold_min=opened.thresholds.min,
            threshold_max=opened.thresholds.max,
            opening_score=opened.score,
            score=known.score,
            verdict=known.verdict,
            rule_verdict=known.rule_verdict,
            decided_by=known.decided_by,
            reason=known.reason,
            first_seen=opened.first_seen,
            last_seen=known.last_seen,
            opened_at=opened.opened_at,
            closed_at=known.closed_at,
            box=list(opened.box),
            model_id=opened.model_id,
            model_digest=opened.model_digest,
            detections_from=BigInt(opened.detections_from),
            detections_to=BigInt(known.detections_to),
            assignee=known.assignee,
            locked=known.locked,
            lock_reason=known.lock_reason,
            position=BigInt(known.position),
            files=[KnownFile.of(file, known) for file in known.files],
            events=[KnownEvent.of(event) for event in known.events],
            events_from=known.events_from,
            events_total=known.events_total,
            decided=KnownPlantParts.of(known.decided),
            then=KnownPlantParts.of(known.then),
        )


@strawberry.type(description="At asKnownAt nothing of the incident had been recorded.")
class NotKnownYet:
    id: strawberry.ID
    as_known_at: datetime
    happened_at: datetime
    became_known_at: datetime

    @classmethod
    def of(cls, answer: contracts.NotKnownYet) -> "NotKnownYet":
        return cls(
            id=strawberry.ID(str(answer.incident_id)),
            as_known_at=answer.as_known_at,
            happened_at=answer.happened_at,
            became_known_at=answer.became_known_at,
        )
