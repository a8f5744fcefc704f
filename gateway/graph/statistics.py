"""Daily statistics in the schema, for the cameras whose reports the person may see."""

from datetime import date, timedelta
from typing import Annotated, Final

import strawberry

from domain.contracts.access import Right
from domain.contracts.plant import RuleKind
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.plant import Camera
from gateway.graph.rules import Zone
from gateway.reads import statistics
from gateway.reads.statistics import MOST_ROWS, DayFilter, DayRow

LONGEST_SPAN: Final = timedelta(days=366)


@strawberry.type(description="What became of the incidents that a camera's zone had on a day, of one kind.")
class DailyStatistics:
    row: strawberry.Private[DayRow]
    day: date = strawberry.field(description="by the plant's clocks: the day on which the incidents opened")
    camera_id: strawberry.ID
    zone_id: strawberry.ID | None = strawberry.field(description="null: the whole frame")
    kind: RuleKind
    opened: int
    violations: int = strawberry.field(description="that stand now, by the rule or by a person")
    dismissed: int
    in_review: int
    confirmed: int = strawberry.field(description="violations by a person's verdict")
    false_positives: int
    reviewed: int = strawberry.field(description="incidents with a time of review")
    review_median_s: float | None = strawberry.field(description="from the asking for a review to the verdict")

    @classmethod
    def of(cls, row: DayRow) -> "DailyStatistics":
        return cls(
            row=row,
            day=row.day,
            camera_id=strawberry.ID(row.camera_id),
            zone_id=strawberry.ID(row.zone_id) if row.zone_id else None,
            kind=RuleKind(row.kind),
            opened=row.opened,
            violations=row.violations,
            dismissed=row.dismissed,
            in_review=row.in_review,
            confirmed=row.confirmed,
            false_positives=row.false_positives,
            reviewed=row.reviewed,
            review_median_s=row.review_median_s,
        )

    @strawberry.field
    async def camera(self, info: GraphInfo) -> Camera | None:
        row = await info.context.loaders.camera.load(self.row.camera_id)
        return None if row is None else Camera.of(row)

    @strawberry.field
    async def zone(self, info: GraphInfo) -> Zone | None:
        row = await info.context.loaders.zone.load(self.row.zone_id) if self.row.zone_id else None
        return None if row is None else Zone.of(row)


async def daily_statistics(
    info: GraphInfo,
    since: Annotated[date, strawberry.argument(name="from")],
    until: Annotated[date, strawberry.argument(name="to", description="included")],
    camera: strawberry.ID | None = None,
    kind: RuleKind | None = None,
) -> list[DailyStatistics]:
    """Raises InputRefused, NotAllowed."""
    database = info.context.services.database
    allowed = (await info.context.access()).cameras(Right.VIEW_REPORTS)
    if not timedelta(0) <= until - since < LONGEST_SPAN:
        raise InputRefused(f"to: from `from` to {LONGEST_SPAN.days - 1} days later is expected")
    if camera is not None and "\x00" in camera:
        raise InputRefused("camera: text without NUL is expected")
    within = None if allowed is None else tuple(allowed)
    wanted = DayFilter(since, until, within, camera, None if kind is None else kind.value)
    rows = await statistics.days(database, wanted)
    if len(rows) > MOST_ROWS:
        raise InputRefused(f"to: these days have more than {MOST_ROWS} rows; ask for fewer days or for one camera")
    return [DailyStatistics.of(row) for row in rows]
