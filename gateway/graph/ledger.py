"""The watch ledger in the schema: how a camera was watched, who was in which zone, which vehicles passed."""

from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final

import strawberry

from domain.contracts.access import Right
from domain.contracts.detections import ModelRef
from domain.contracts.observations import MINUTE, DropReason, GapReason
from gateway import coverage
from gateway.coverage import WatchState
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.reads import ledger, quality

DAY: Final = timedelta(days=1)


@strawberry.enum(description="How long one stretch of a coverage is.")
class CoverageStep(Enum):
    MINUTE = 1
    TEN_MINUTES = 10
    HOUR = 60


LONGEST: Final = {CoverageStep.MINUTE: DAY, CoverageStep.TEN_MINUTES: 7 * DAY, CoverageStep.HOUR: 31 * DAY}


@strawberry.type(description="A time in which no frame of the camera was analysed.")
class WatchGap:
    since: datetime
    until: datetime
    reason: GapReason


@strawberry.type(description="Pictures that came and were not analysed.")
class DroppedFrames:
    reason: DropReason
    frames: int


@strawberry.type(description="A model by name and sha256 of its file.")
class WatchModel:
    id: str
    digest: str


@strawberry.type(description="How the camera was watched in one stretch of time.")
class CoverageBucket:
    start: datetime
    end: datetime
    state: WatchState
    watched: float | None = strawberry.field(
        description="0..1: the smaller of the time without gaps and of the frames analysed of those that could be had"
    )
    target_fps: float | None
    expected: int = strawberry.field(description="frames that targetFps asks for")
    captured: int = strawberry.field(description="pictures that came, at the camera's own rate")
    analysed: int
    detected: int = strawberry.field(description="of the analysed frames those with the detector; else nothing moved")
    dropped: list[DroppedFrames]
    models: list[WatchModel]
    gaps: list[WatchGap]

    @classmethod
    def of(cls, bucket: coverage.Bucket) -> "CoverageBucket":
        return cls(
            start=bucket.start,
            end=bucket.end,
            state=bucket.state,
            watched=bucket.watched,
            target_fps=bucket.target_fps,
            expected=bucket.expected,
            captured=bucket.captured,
            analysed=bucket.analysed,
            detected=bucket.detected,
            dropped=[DroppedFrames(reason=each.reason, frames=each.frames) for each in bucket.dropped],
            models=[_model(each) for each in bucket.models],
            gaps=[WatchGap(since=each.since, until=each.until, reason=each.reason) for each in bucket.gaps],
        )


@strawberry.type(description="How one camera was watched: `no violations` is not `not looking`.")
class CameraCoverage:
    start: datetime
    end: datetime
    watched: float | None = strawberry.field(description="0..1 over the whole time; null where nothing is known")
    buckets: list[CoverageBucket]


def _model(model: ModelRef) -> WatchModel:
    return WatchModel(id=model.id, digest=model.digest)


async def camera_coverage(
    info: GraphInfo,
    camera_id: strawberry.ID,
    since: datetime | None = None,
    until: datetime | None = None,
    step: CoverageStep = CoverageStep.MINUTE,
) -> CameraCoverage:
    """A camera that the person may not see is answered like one that there is not. Raises InputRefused, NotAllowed."""
    access = await info.context.access()
    access.cameras(Right.VIEW_REPORTS)
    now = datetime.now(UTC)
    end = _whole_minutes("to", until or now, up=True)
    start = _whole_minutes("from", since or end - DAY, up=False)
    if not timedelta(0) < end - start <= LONGEST[step]:
        raise InputRefused(f"from: before `to`, by at most {LONGEST[step] / DAY:g} days for step {step.name}")
    if "\x00" in camera_id:
        raise InputRefused("cameraId: text without NUL is expected")
    database = info.context.services.database
    seen = access.may(Right.VIEW_REPORTS, camera_id)
    rows = await ledger.coverage_minutes(database, camera_id, start, end) if seen else []
    asked = coverage.asked(await ledger.camera_turns(database, camera_id) if seen else [], start, end, now)
    faults = await quality.within(database, camera_id, start, end) if seen else []
    blind = [(fault.begun_at, fault.ended_at or end) for fault in faults]
    found = coverage.buckets(rows, asked, start, end, step.value * MINUTE, blind=blind)
    whole = coverage.buckets(rows, asked, start, end, end - start, blind=blind)
    return CameraCoverage(
        start=start, end=end, watched=whole[0].watched, buckets=[CoverageBucket.of(bucket) for bucket in found]
    )


def _whole_minutes(name: str, at: datetime, *, up: bool) -> datetime:
    if at.tzinfo is None:
        raise InputRefused(f"{name}: a time with an offset is expected")
    try:
        floor = at.astimezone(UTC).replace(second=0, microsecond=0)
        return floor + MINUTE if up and floor != at else floor
    except OverflowError:
        raise InputRefused(f"{name}: a time of this century is expected") from None
