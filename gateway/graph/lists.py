"""A page of incidents: filter, sort, cursors."""

from datetime import datetime

import strawberry

from domain.contracts.access import Right
from domain.contracts.plant import RuleKind, Verdict
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.incident import Incident
from gateway.graph.scalars import described
from gateway.reads import incidents
from gateway.reads.cursors import After, from_cursor, to_cursor
from gateway.reads.incidents import Filter, IncidentSortBy, Sort, SortDirection
from gateway.reads.rows import IncidentRow

LARGEST_PAGE = 100
_MOST_CAMERAS = 1000


@strawberry.input(description="Which incidents; what is left out does not filter.")
class IncidentFilter:
    camera_ids: list[strawberry.ID] | None = None
    kinds: list[RuleKind] | None = None
    verdicts: list[Verdict] | None = None
    since: datetime | None = strawberry.field(default=None, name="from", description="openedAt not before, with offset")
    until: datetime | None = strawberry.field(default=None, name="to", description="openedAt before, with offset")
    include_false_positives: bool = True

    def checked(self) -> Filter:
        """Raises InputRefused."""
        for name, at in (("from", self.since), ("to", self.until)):
            if at is not None and at.tzinfo is None:
                raise InputRefused(f"filter.{name}: a time with an offset is expected")
        if self.camera_ids is not None and len(self.camera_ids) > _MOST_CAMERAS:
            raise InputRefused(f"filter.cameraIds: at most {_MOST_CAMERAS}")
        if any("\x00" in camera for camera in self.camera_ids or ()):
            raise InputRefused("filter.cameraIds: text without NUL is expected")
        return Filter(
            camera_ids=None if self.camera_ids is None else tuple(self.camera_ids),
            kinds=None if self.kinds is None else tuple(self.kinds),
            verdicts=None if self.verdicts is None else tuple(self.verdicts),
            since=self.since,
            until=self.until,
            include_false_positives=self.include_false_positives,
        )


@strawberry.input
class IncidentSort:
    by: IncidentSortBy = IncidentSortBy.OPENED_AT
    direction: SortDirection = SortDirection.DESC


@strawberry.type
class IncidentEdge:
    cursor: str
    node: Incident


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class IncidentConnection:
    wanted: strawberry.Private[Filter]
    edges: list[IncidentEdge]
    page_info: PageInfo

    @described("how many incidents the filter lets through")
    async def total_count(self, info: GraphInfo) -> int:
        return await incidents.count(info.context.services.database, self.wanted)


async def list_incidents(
    info: GraphInfo,
    filter: IncidentFilter | None = None,
    sort: IncidentSort | None = None,
    first: int = 50,
    after: str | None = None,
) -> IncidentConnection:
    """Incidents, newest first unless sorted otherwise. first: 1..100. Raises InputRefused, NotAllowed."""
    allowed = (await info.context.access()).cameras(Right.VIEW_INCIDENTS)
    if not 1 <= first <= LARGEST_PAGE:
        raise InputRefused(f"first: 1 to {LARGEST_PAGE} is expected")
    wanted = (filter or IncidentFilter()).checked().within(allowed)
    order = sort or IncidentSort()
    sorting = Sort(order.by, order.direction)
    name = f"{sorting.by.value} {sorting.direction.value}"
    start = None if after is None else _start(name, sorting, after)
    page = await incidents.page(info.context.services.database, wanted, sorting, first, start)
    edges = [IncidentEdge(cursor=_cursor(name, sorting, row), node=Incident.of(row)) for row in page.rows]
    end = edges[-1].cursor if edges else None
    return IncidentConnection(
        wanted=wanted, edges=edges, page_info=PageInfo(has_next_page=page.has_next, end_cursor=end)
    )


def _cursor(name: str, sorting: Sort, row: IncidentRow) -> str:
    match sorting.by:
        case IncidentSortBy.OPENED_AT:
            value: datetime | float = row.opened_at
        case IncidentSortBy.LAST_SEEN:
            value = row.last_seen
        case IncidentSortBy.SCORE:
            value = row.score
    return to_cursor(name, After(value, row.id))


def _start(name: str, sorting: Sort, cursor: str) -> After:
    after = from_cursor(name, cursor)
    if isinstance(after.value, datetime) is (sorting.by is IncidentSortBy.SCORE):
        raise InputRefused("after: not a cursor of this list")
    return after
