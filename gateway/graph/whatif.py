"""A what-if job in the schema: what was asked, how far it is, what it found."""

from datetime import datetime

import strawberry

from domain.contracts.plant import Verdict
from domain.contracts.whatif import LARGEST_PAGE, Answer, ApartIncident, DayCounts, DifferenceKind, Job, JobState
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.incident import Incident
from gateway.graph.plant import Camera
from gateway.graph.rules import Rule
from gateway.graph.scalars import BigInt, described

MOST_OFFSET = 1_000_000


@strawberry.type(description="Why a job failed: a stable code, and a sentence for logs.")
class WhatIfFailure:
    code: str
    message: str


@strawberry.type(description="What a job found. before: by the rule as it was; after: as it would be.")
class WhatIfAnswer:
    before: int
    after: int
    new: int
    gone: int
    changed: int
    frames: BigInt
    messages: BigInt
    seconds: float = strawberry.field(description="from the start of the work to its end")
    unreadable: int = strawberry.field(description="messages that cannot be read; live work left them aside too")
    recorded_from: datetime | None = strawberry.field(description="first frame that was there to be looked at")
    recorded_to: datetime | None

    @classmethod
    def of(cls, answer: Answer) -> "WhatIfAnswer":
        return cls(
            before=answer.before,
            after=answer.after,
            new=answer.new,
            gone=answer.gone,
            changed=answer.changed,
            frames=BigInt(answer.frames),
            messages=BigInt(answer.messages),
            seconds=answer.seconds,
            unreadable=answer.unreadable,
            recorded_from=answer.recorded_from,
            recorded_to=answer.recorded_to,
        )


@strawberry.type(description="Counts of one day of the plant, by the moment at which incidents open.")
class WhatIfDay:
    day: str = strawberry.field(description="yyyy-mm-dd in the plant's time zone")
    before: int
    after: int
    new: int
    gone: int
    changed: int
    violations_before: int
    violations_after: int

    @classmethod
    def of(cls, day: DayCounts) -> "WhatIfDay":
        return cls(
            day=day.day,
            before=day.before,
            after=day.after,
            new=day.new,
            gone=day.gone,
            changed=day.changed,
            violations_before=day.violations_before,
            violations_after=day.violations_after,
        )


@strawberry.type(description="An incident that differs; on a side where there is none it has no score and no verdict.")
class WhatIfIncident:
    row: strawberry.Private[ApartIncident]
    id: strawberry.ID
    camera_id: strawberry.ID
    opened_at: datetime
    last_seen: datetime
    score_before: float | None
    score_after: float | None
    verdict_before: Verdict | None = strawberry.field(description="the rule's verdict, whatever persons said")
    verdict_after: Verdict | None
    reviewed: Verdict | None = strawberry.field(description="what a person said about it")

    @classmethod
    def of(cls, row: ApartIncident) -> "WhatIfIncident":
        return cls(
            row=row,
            id=strawberry.ID(str(row.incident_id)),
            camera_id=strawberry.ID(row.camera_id),
            opened_at=row.opened_at,
            last_seen=row.last_seen,
            score_before=row.score_before,
            score_after=row.score_after,
            verdict_before=row.verdict_before,
            verdict_after=row.verdict_after,
            reviewed=row.reviewed,
        )

    @strawberry.field
    async def camera(self, info: GraphInfo) -> Camera | None:
        row = await info.context.loaders.camera.load(self.row.camera_id)
        return Camera.of(row) if row else None

    @described("the incident in the history; null for one that only the other rule finds")
    async def incident(self, info: GraphInfo) -> Incident | None:
        row = await info.context.loaders.incident.load(self.row.incident_id)
        return Incident.of(row) if row else None


@strawberry.type
class WhatIfPage:
    total: int
    listed: int = strawberry.field(description="how many of them can be paged through")
    rows: list[WhatIfIncident]


@strawberry.type(description="A question to the recorded detections: one rule as it never was.")
class WhatIfJob:
    job: strawberry.Private[Job]
    id: strawberry.ID
    rule_id: strawberry.ID
    threshold_min: float | None
    threshold_max: float | None
    dwell_s: float | None
    window_s: float | None
    gap_s: float | None
    polygon: list[list[float]] | None
    since: datetime | None = strawberry.field(name="from")
    until: datetime | None = strawberry.field(name="to")
    by: str
    state: JobState
    share: float = strawberry.field(description="how much is done, 0..1")
    messages: BigInt = strawberry.field(description="messages of detections folded so far")
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    failure: WhatIfFailure | None
    answer: WhatIfAnswer | None

    @classmethod
    def of(cls, job: Job) -> "WhatIfJob":
        asked = job.asked
        return cls(
            job=job,
            id=strawberry.ID(str(job.job_id)),
            rule_id=strawberry.ID(asked.rule_id),
            threshold_min=asked.threshold_min,
            threshold_max=asked.threshold_max,
            dwell_s=asked.dwell_s,
            window_s=asked.window_s,
            gap_s=asked.gap_s,
            polygon=None if asked.polygon is None else [list(point) for point in asked.polygon],
            since=asked.since,
            until=asked.until,
            by=job.by,
            state=job.state,
            share=job.share,
            messages=BigInt(job.messages),
            queued_at=job.queued_at,
            started_at=job.started_at,
            ended_at=job.ended_at,
            failure=None if job.failure is None else WhatIfFailure(code=job.failure.code, message=job.failure.message),
            answer=None if job.answer is None else WhatIfAnswer.of(job.answer),
        )

    @described("the rule as it is now")
    async def rule(self, info: GraphInfo) -> Rule | None:
        row = await info.context.loaders.rule.load(self.job.asked.rule_id)
        return Rule.of(row) if row else None

    @described("counts per day, oldest first; empty while there is no answer")
    async def days(self, info: GraphInfo) -> list[WhatIfDay]:
        return [WhatIfDay.of(day) for day in await info.context.services.replay.days(self.job.job_id)]

    @described("incidents that differ, oldest first; first: 1..100; empty while there is no answer")
    async def differences(self, info: GraphInfo, kind: DifferenceKind, first: int = 50, offset: int = 0) -> WhatIfPage:
        if not 1 <= first <= LARGEST_PAGE:
            raise InputRefused(f"first: 1 to {LARGEST_PAGE} is expected")
        if not 0 <= offset <= MOST_OFFSET:
            raise InputRefused(f"offset: 0 to {MOST_OFFSET} is expected")
        page = await info.context.services.replay.apart(self.job.job_id, kind, offset, first)
        return WhatIfPage(total=page.total, listed=page.listed, rows=[WhatIfIncident.of(row) for row in page.rows])
