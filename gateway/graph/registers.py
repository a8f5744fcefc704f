"""Both registers in the schema: unprocessed events and recognised violations, with every field of R92 and R93."""

from datetime import datetime
from math import isfinite
from typing import Final

import strawberry

from domain.contracts.access import Right
from domain.contracts.identifiers import CameraId
from domain.contracts.plant import EvidenceKind, RuleKind, Verdict
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.incident import Evidence, Incident, with_links
from gateway.graph.lists import LARGEST_PAGE, PageInfo
from gateway.graph.scalars import described
from gateway.reads import registers
from gateway.reads.incidents import SortDirection
from gateway.reads.registers import RegisterFilter, RegisterRow, RegisterSort, RegisterSortBy

MOST_NAMED: Final = 1000


@strawberry.input(description="Which rows; what is left out does not filter.")
class RegisterFilterInput:
    camera_ids: list[strawberry.ID] | None = None
    zone_ids: list[strawberry.ID] | None = None
    enterprise: str | None = None
    kinds: list[RuleKind] | None = None
    since: datetime | None = strawberry.field(default=None, name="from", description="openedAt not before, with offset")
    until: datetime | None = strawberry.field(default=None, name="to", description="openedAt before, with offset")
    score_min: float | None = strawberry.field(default=None, description="0..1")
    score_max: float | None = strawberry.field(default=None, description="0..1")
    assignees: list[str] | None = strawberry.field(default=None, description="logins; an empty one is nobody")
    comments_min: int | None = None
    has_photo: bool | None = None
    has_clip: bool | None = None

    def checked(self, verdicts: tuple[Verdict, ...], allowed: frozenset[CameraId] | None) -> RegisterFilter:
        """Raises InputRefused."""
        for name, at in (("from", self.since), ("to", self.until)):
            if at is not None and at.tzinfo is None:
                raise InputRefused(f"filter.{name}: a time with an offset is expected")
        for name, score in (("scoreMin", self.score_min), ("scoreMax", self.score_max)):
            if score is not None and not (isfinite(score) and 0 <= score <= 1):
                raise InputRefused(f"filter.{name}: 0 to 1 is expected")
        return RegisterFilter(
            verdicts=verdicts,
            allowed=None if allowed is None else tuple(allowed),
            cameras=_texts("cameraIds", self.camera_ids),
            zones=_texts("zoneIds", self.zone_ids),
            enterprise=(_texts("enterprise", None if self.enterprise is None else [self.enterprise]) or (None,))[0],
            kinds=None if self.kinds is None else tuple(self.kinds),
            since=self.since,
            until=self.until,
            score_min=self.score_min,
            score_max=self.score_max,
            assignees=_texts("assignees", self.assignees),
            comments_min=self.comments_min,
            photo=self.has_photo,
            clip=self.has_clip,
        )


def _texts(name: str, values: "list[strawberry.ID] | list[str] | None") -> tuple[str, ...] | None:
    if values is None:
        return None
    if len(values) > MOST_NAMED or any("\x00" in value for value in values):
        raise InputRefused(f"filter.{name}: at most {MOST_NAMED} texts without NUL are expected")
    return tuple(values)


@strawberry.input
class RegisterSortInput:
    by: RegisterSortBy = RegisterSortBy.OPENED_AT
    direction: SortDirection = SortDirection.DESC


@strawberry.type(description="A row of a register.")
class RegisterEntry:
    row: strawberry.Private[RegisterRow]
    id: strawberry.ID
    opened_at: datetime
    camera_id: strawberry.ID
    camera_name: str
    zone_id: strawberry.ID | None
    zone_name: str = strawberry.field(description="empty: the whole frame")
    enterprise: str
    classification: RuleKind
    score: float = strawberry.field(description="the index of probability, 0..1")
    verdict: Verdict
    false_positive: bool
    decided_by: str | None
    assignee: str | None
    comments: int
    has_photo: bool
    has_clip: bool

    @classmethod
    def of(cls, row: RegisterRow) -> "RegisterEntry":
        return cls(
            row=row,
            id=strawberry.ID(str(row.id)),
            opened_at=row.opened_at,
            camera_id=strawberry.ID(row.camera_id),
            camera_name=row.camera_name,
            zone_id=None if row.zone_id is None else strawberry.ID(row.zone_id),
            zone_name=row.zone_name,
            enterprise=row.enterprise,
            classification=RuleKind(row.kind),
            score=row.score,
            verdict=Verdict(row.verdict),
            false_positive=row.false_positive,
            decided_by=row.decided_by,
            assignee=row.assignee or None,
            comments=row.comments,
            has_photo=row.has_photo,
            has_clip=row.has_clip,
        )

    @described("the photo at the time of the violation, and the video fragment, as far as there are any")
    async def evidence(self, info: GraphInfo) -> list[Evidence]:
        found = await info.context.loaders.evidence.load(self.row.id)
        shown = [row for row in found if row.kind != EvidenceKind.DETECTIONS.value]
        return await with_links(info, self.row.camera_id, shown)

    @strawberry.field
    async def incident(self, info: GraphInfo) -> Incident | None:
        row = await info.context.loaders.incident.load(self.row.id)
        return None if row is None else Incident.of(row)


@strawberry.type
class RegisterEdge:
    cursor: str
    node: RegisterEntry


@strawberry.type
class RegisterConnection:
    wanted: strawberry.Private[RegisterFilter]
    edges: list[RegisterEdge]
    page_info: PageInfo

    @described("how many rows the filter lets through")
    async def total_count(self, info: GraphInfo) -> int:
        return await registers.count(info.context.services.database, self.wanted)


async def list_unprocessed_events(
    info: GraphInfo,
    filter: RegisterFilterInput | None = None,
    sort: RegisterSortInput | None = None,
    first: int = 50,
    after: str | None = None,
) -> RegisterConnection:
    return await _page(info, (Verdict.REVIEW,), filter, sort, first=first, after=after)


async def list_violations(
    info: GraphInfo,
    *,
    filter: RegisterFilterInput | None = None,
    sort: RegisterSortInput | None = None,
    include_false_positives: bool = False,
    first: int = 50,
    after: str | None = None,
) -> RegisterConnection:
    hidden = () if include_false_positives else (Verdict.FALSE_POSITIVE,)
    verdicts = tuple(v for v in (Verdict.VIOLATION, Verdict.FALSE_POSITIVE) if v not in hidden)
    return await _page(info, verdicts, filter, sort, first=first, after=after)


async def _page(
    info: GraphInfo,
    verdicts: tuple[Verdict, ...],
    filter: RegisterFilterInput | None,
    sort: RegisterSortInput | None,
    *,
    first: int,
    after: str | None,
) -> RegisterConnection:
    """Raises InputRefused, NotAllowed."""
    if not 1 <= first <= LARGEST_PAGE:
        raise InputRefused(f"first: 1 to {LARGEST_PAGE} is expected")
    database = info.context.services.database
    allowed = (await info.context.access()).cameras(Right.VIEW_INCIDENTS)
    wanted = (filter or RegisterFilterInput()).checked(verdicts, allowed)
    order = RegisterSort() if sort is None else RegisterSort(sort.by, sort.direction)
    place = None if after is None else registers.place_of(order, after)
    page = await registers.page(database, wanted, order, first, place)
    edges = [RegisterEdge(cursor=registers.cursor_of(order, row), node=RegisterEntry.of(row)) for row in page.rows]
    end = edges[-1].cursor if edges else None
    return RegisterConnection(
        wanted=wanted, edges=edges, page_info=PageInfo(has_next_page=page.has_next, end_cursor=end)
    )
