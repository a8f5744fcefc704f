"""The decision passport in the schema."""

from datetime import datetime

import strawberry

from domain.contracts import passport as contracts
from domain.contracts.passport import FramesFrom, NoteKind, Threshold
from gateway.graph.known import KnownIncident
from gateway.graph.scalars import BigInt
from gateway.graph.subscriptions.frames import WornItem


@strawberry.type(description="What a reader of the passport must know: something is missing or not as it should be.")
class PassportNote:
    kind: NoteKind
    detail: str

    @classmethod
    def of(cls, note: contracts.Note) -> "PassportNote":
        return cls(kind=note.kind, detail=note.detail)


@strawberry.type(description="Who taught a machine's classifier, and from how many pictures.")
class PassportLesson:
    by: str
    at: datetime
    pictures: int


@strawberry.type(description="A model by name and sha256 of its file.")
class PassportModel:
    id: str
    digest: str
    taught: PassportLesson | None = strawberry.field(description="null: it was not taught in the console")


@strawberry.type(description="The incident's track in a frame.")
class PassportTrack:
    score: float = strawberry.field(description="the detector's, 0..1")
    box: list[float] = strawberry.field(description="x1 y1 x2 y2 in 0..1")
    attributes: list[WornItem]
    hit: float | None = strawberry.field(
        description="how strongly it breaks the rule, 0..1; null where nobody can tell or no rule was in force"
    )

    @classmethod
    def of(cls, seen: contracts.TrackSeen) -> "PassportTrack":
        worn = [WornItem.of(score) for score in seen.attributes]
        return cls(score=seen.score, box=list(seen.box), attributes=worn, hit=seen.hit)


@strawberry.type(description="One frame, or a run of frames in which nothing was seen.")
class PassportFrame:
    sequence: BigInt = strawberry.field(description="position in DETECTIONS")
    frame: BigInt
    captured_at: datetime
    frames: int
    others: int = strawberry.field(description="tracks beside the incident's")
    seen: PassportTrack | None

    @classmethod
    def of(cls, frame: contracts.FrameSeen) -> "PassportFrame":
        return cls(
            sequence=BigInt(frame.sequence),
            frame=BigInt(frame.frame),
            captured_at=frame.captured_at,
            frames=frame.frames,
            others=frame.others,
            seen=None if frame.seen is None else PassportTrack.of(frame.seen),
        )


@strawberry.type(description="Frames from number `first` on; `total` are there.")
class PassportFrames:
    source: FramesFrom
    total: int
    unreadable: int
    first: int
    rows: list[PassportFrame]

    @classmethod
    def of(cls, frames: contracts.Frames) -> "PassportFrames":
        return cls(
            source=frames.source,
            total=frames.total,
            unreadable=frames.unreadable,
            first=frames.first,
            rows=[PassportFrame.of(frame) for frame in frames.frames],
        )


@strawberry.type(description="The score after a frame.")
class PassportPoint:
    at: datetime
    sequence: BigInt
    hit: float
    score: float


@strawberry.type(description="The score passed a threshold in this frame.")
class PassportCrossing:
    at: datetime
    sequence: BigInt
    score: float
    threshold: Threshold
    upwards: bool


@strawberry.type(description="How the score grew, derived anew from the frames by the rule as it was.")
class PassportPath:
    points: list[PassportPoint] = strawberry.field(description="at most 1000, evenly thinned of total")
    total: int
    crossings: list[PassportCrossing]
    score: float | None = strawberry.field(description="at the deciding frame; null when it cannot be derived")
    repeats: bool | None = strawberry.field(description="whether that is the score which was recorded")

    @classmethod
    def of(cls, path: contracts.ScorePath) -> "PassportPath":
        return cls(
            points=[PassportPoint(at=p.at, sequence=BigInt(p.sequence), hit=p.hit, score=p.score) for p in path.points],
            total=path.total,
            crossings=[
                PassportCrossing(
                    at=c.at, sequence=BigInt(c.sequence), score=c.score, threshold=c.threshold, upwards=c.upwards
                )
                for c in path.crossings
            ],
            score=path.score,
            repeats=path.repeats,
        )


@strawberry.type(description="The newest signed checkpoint of the history.")
class PassportCheckpoint:
    origin: str
    size: BigInt = strawberry.field(description="events under it")
    covered: int = strawberry.field(description="how many of the incident's events are")
    root: str = strawberry.field(description="of the Merkle tree, hex")
    signed_at: datetime
    trusted: bool | None = strawberry.field(description="whether the signature is the notary's; null: no key at hand")

    @classmethod
    def of(cls, checkpoint: contracts.LogCheckpoint) -> "PassportCheckpoint":
        return cls(
            origin=checkpoint.origin,
            size=BigInt(checkpoint.size),
            covered=checkpoint.covered,
            root=checkpoint.root,
            signed_at=checkpoint.signed_at,
            trusted=checkpoint.trusted,
        )


@strawberry.type(description="Everything that led to a verdict.")
class Passport:
    made_at: datetime
    known: KnownIncident
    models: list[PassportModel] = strawberry.field(description="the deciding one first, then all that looked")
    frames: PassportFrames
    path: PassportPath
    checkpoint: PassportCheckpoint | None
    notes: list[PassportNote]

    @classmethod
    def of(cls, passport: contracts.Passport) -> "Passport":
        lessons = {e.digest: PassportLesson(by=e.by, at=e.taught_at, pictures=e.pictures) for e in passport.lessons}
        return cls(
            made_at=passport.made_at,
            known=KnownIncident.of(passport.known),
            models=[
                PassportModel(id=model.id, digest=model.digest, taught=lessons.get(model.digest))
                for model in passport.models
            ],
            frames=PassportFrames.of(passport.frames),
            path=PassportPath.of(passport.path),
            checkpoint=None if passport.checkpoint is None else PassportCheckpoint.of(passport.checkpoint),
            notes=[PassportNote.of(note) for note in passport.notes],
        )
