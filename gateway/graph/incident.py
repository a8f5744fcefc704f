"""An incident in the schema, with everything that led to its verdict."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import strawberry
from strawberry.scalars import JSON

from domain.contracts.access import Right
from domain.contracts.detections import ObjectClass
from domain.contracts.known import Stored
from domain.contracts.plant import EvidenceKind, ExpiryCause, RuleKind, Verdict
from gateway.copies.forms import CLIP_COPY, CLIP_OVERLAY, needs_copy
from gateway.graph.context import GraphInfo
from gateway.graph.plant import Camera
from gateway.graph.rules import Rule, Zone
from gateway.graph.scalars import BigInt, described
from gateway.reads.rows import EvidenceRow, HistoryRow, IncidentRow
from gateway.reads.tracks import TrackSample, track_of


@strawberry.type(description="A stored file of an incident, why there is none, or when and why it was given up.")
class Evidence:
    kind: EvidenceKind
    url: str | None = strawberry.field(
        description="signed link for the signed-in person, valid for some minutes; null without the right to evidence"
    )
    play_url: str | None = strawberry.field(
        description="of a clip: the same for every browser; H.265 is encoded anew when it is asked for"
    )
    overlay_url: str | None = strawberry.field(
        description="of a clip: with boxes, zone and time drawn in; made when it is asked for"
    )
    media_type: str | None
    sha256: str | None
    size_bytes: BigInt | None
    captured_from: datetime | None
    captured_to: datetime | None
    missing_reason: str | None
    expired_at: datetime | None = strawberry.field(description="when the file was given up for good")
    expired_cause: ExpiryCause | None
    box: list[float] | None = strawberry.field(
        description="of a photo: where the object is, x1 y1 x2 y2 in 0..1; null: as in the deciding frame"
    )
    row: strawberry.Private[EvidenceRow]

    @classmethod
    def of(cls, row: EvidenceRow, link: Callable[[str], str] | None) -> "Evidence":
        """link   makes the link to a kind of file; None: the person gets none"""
        linked = link if row.is_there else None
        is_clip = row.kind == EvidenceKind.CLIP.value
        played = CLIP_COPY if needs_copy(row.media_type or "") else row.kind
        return cls(
            kind=EvidenceKind(row.kind),
            url=linked(row.kind) if linked else None,
            play_url=linked(played) if linked and is_clip else None,
            overlay_url=linked(CLIP_OVERLAY) if linked and is_clip else None,
            media_type=row.media_type,
            sha256=row.sha256,
            size_bytes=None if row.size_bytes is None else BigInt(row.size_bytes),
            captured_from=row.captured_from,
            captured_to=row.captured_to,
            missing_reason=row.missing_reason,
            expired_at=row.expired_at,
            expired_cause=None if row.expired_cause is None else ExpiryCause(row.expired_cause),
            box=row.box,
            row=row,
        )

    @described("whether the store still holds these very bytes (sha256); null without a link to them")
    async def stored(self, info: GraphInfo) -> Stored | None:
        return None if self.url is None else await info.context.services.standings.of(self.row)


async def with_links(info: GraphInfo, camera_id: str, rows: Iterable[EvidenceRow]) -> list[Evidence]:
    """Files of an incident of this camera; without the right to evidence what is known of them, and no links."""
    linked = (await info.context.access()).may(Right.VIEW_EVIDENCE, camera_id)
    links, login = info.context.services.links, info.context.session.login

    def link_to(row: EvidenceRow) -> Callable[[str], str] | None:
        return (lambda kind: links.link(row.incident_id, kind, login)) if linked else None

    return [Evidence.of(row, link_to(row)) for row in rows]


@strawberry.type(description="One event of an incident: who, when, what.")
class HistoryEntry:
    version: int
    position: BigInt
    name: str
    at: datetime
    by: str
    detail: JSON

    @classmethod
    def of(cls, row: HistoryRow) -> "HistoryEntry":
        detail: dict[str, Any] = row.detail
        return cls(
            version=row.version,
            position=BigInt(row.position),
            name=row.name,
            at=row.at,
            by=row.by,
            detail=JSON(detail),
        )


@strawberry.type(description="The incident's track in one analysed frame.")
class TrackPoint:
    at: datetime
    frame: BigInt
    sequence: BigInt = strawberry.field(description="position in DETECTIONS")
    score: float = strawberry.field(description="the detector's score, 0..1")
    evidence: float | None = strawberry.field(
        description="what speaks for the rule in this frame, 0..1; null where the models cannot tell"
    )
    box: list[float] = strawberry.field(description="x1 y1 x2 y2 in 0..1")

    @classmethod
    def of(cls, sample: TrackSample) -> "TrackPoint":
        return cls(
            at=sample.at,
            frame=BigInt(sample.frame),
            sequence=BigInt(sample.sequence),
            score=sample.score,
            evidence=sample.evidence,
            box=list(sample.box),
        )


@strawberry.type(description="The rule's version that decided.")
class DecidingRule:
    id: strawberry.ID
    version: int
    threshold_min: float = strawberry.field(description="a lower score is dismissed")
    threshold_max: float = strawberry.field(description="from this score on it is a violation")

    @described("the rule as it is now")
    async def current(self, info: GraphInfo) -> Rule | None:
        row = await info.context.loaders.rule.load(self.id)
        return Rule.of(row) if row else None


@strawberry.type(description="Evidence was enough: an incident, with the verdict it has got.")
class Incident:
    row: strawberry.Private[IncidentRow]
    id: strawberry.ID
    kind: RuleKind
    verdict: Verdict
    camera_id: strawberry.ID
    zone_id: strawberry.ID | None
    zone_version: int | None
    rule: DecidingRule
    track_id: BigInt
    object_class: ObjectClass
    decided_by: str | None = strawberry.field(description="login of the person who decided; null: the rule did")
    reason: str | None = strawberry.field(description="why it is a false positive")
    score: float
    first_seen: datetime
    last_seen: datetime
    opened_at: datetime = strawberry.field(description="capture time of the deciding frame")
    closed_at: datetime | None
    box: list[float] = strawberry.field(description="x1 y1 x2 y2 in 0..1 in the deciding frame")
    model_id: str
    model_digest: str
    detections_from: BigInt
    detections_to: BigInt
    episode: strawberry.ID | None = strawberry.field(
        description="the incident that began its zone episode, itself or another: those of one episode are one alarm; "
        "null: an alarm by itself"
    )
    locked: bool = strawberry.field(description="its files are kept whatever their age")
    version: int = strawberry.field(description="expectedVersion of the next command")
    position: BigInt

    @classmethod
    def of(cls, row: IncidentRow) -> "Incident":
        return cls(
            row=row,
            id=strawberry.ID(str(row.id)),
            kind=row.rule_kind,
            verdict=row.standing,
            camera_id=strawberry.ID(row.camera_id),
            zone_id=None if row.zone_id is None else strawberry.ID(row.zone_id),
            zone_version=row.zone_version,
            rule=DecidingRule(
                id=strawberry.ID(row.rule_id),
                version=row.rule_version,
                threshold_min=row.threshold_min,
                threshold_max=row.threshold_max,
            ),
            track_id=BigInt(row.track_id),
            object_class=ObjectClass[row.object_class.upper()],
            decided_by=row.decided_by,
            reason=row.reason,
            score=row.score,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            box=row.box,
            model_id=row.model_id,
            model_digest=row.model_digest,
            detections_from=BigInt(row.detections_from),
            detections_to=BigInt(row.detections_to),
            episode=None if row.episode is None else strawberry.ID(str(row.episode)),
            locked=row.locked,
            version=row.version,
            position=BigInt(row.position),
        )

    @strawberry.field
    async def camera(self, info: GraphInfo) -> Camera | None:
        row = await info.context.loaders.camera.load(self.row.camera_id)
        return Camera.of(row) if row else None

    @described("the zone as it is now; zoneVersion names the one that decided")
    async def zone(self, info: GraphInfo) -> Zone | None:
        if self.row.zone_id is None:
            return None
        row = await info.context.loaders.zone.load(self.row.zone_id)
        return Zone.of(row) if row else None

    @strawberry.field
    async def evidence(self, info: GraphInfo) -> list[Evidence]:
        found = await info.context.loaders.evidence.load(self.row.id)
        return await with_links(info, self.row.camera_id, found)

    @strawberry.field
    async def history(self, info: GraphInfo) -> list[HistoryEntry]:
        return [HistoryEntry.of(row) for row in await info.context.loaders.history.load(self.row.id)]

    @described("at most 2000 points of detectionsFrom..detectionsTo; empty once those are gone")
    async def track(self, info: GraphInfo) -> list[TrackPoint]:
        return [TrackPoint.of(sample) for sample in await track_of(info.context.services.nats, self.row)]
