"""Zone visits and vehicle passages in the schema, page by page, newest entry first."""

from collections.abc import Sequence
from datetime import datetime
from math import isfinite
from typing import Final

import strawberry

from domain.contracts.access import Right
from domain.contracts.detections import ObjectClass
from domain.contracts.observations import Direction
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.identifiers import passage_id
from gateway.graph.lists import LARGEST_PAGE, PageInfo
from gateway.graph.plant import Camera
from gateway.graph.plates import Plate, may_see_plates, plate_of, searched
from gateway.graph.rules import Zone
from gateway.graph.scalars import BigInt, described
from gateway.reads import ledger
from gateway.reads.cursors import After, from_cursor, to_cursor
from gateway.reads.ledger import PassageRow, StayFilter, VisitRow

MOST_IDS: Final = 1000


@strawberry.interface(description="A track in a zone, from its entry to its leaving.")
class Stay:
    id: strawberry.ID
    camera_id: strawberry.ID
    zone_id: strawberry.ID
    zone_version: int = strawberry.field(description="of the zone when the track entered")
    track_id: BigInt
    object_class: ObjectClass = strawberry.field(description="what it was in most of its frames")
    entered_at: datetime
    left_at: datetime
    max_score: float
    frames: int

    @strawberry.field
    async def camera(self, info: GraphInfo) -> Camera | None:
        row = await info.context.loaders.camera.load(self.camera_id)
        return None if row is None else Camera.of(row)

    @strawberry.field
    async def zone(self, info: GraphInfo) -> Zone | None:
        row = await info.context.loaders.zone.load(self.zone_id)
        return None if row is None else Zone.of(row)


@strawberry.type(description="Somebody's or something's stay in a zone.")
class ZoneVisit(Stay):
    duration_s: float

    @classmethod
    def of(cls, row: VisitRow) -> "ZoneVisit":
        return cls(
            id=strawberry.ID(str(row.id)),
            camera_id=strawberry.ID(row.camera_id),
            zone_id=strawberry.ID(row.zone_id),
            zone_version=row.zone_version,
            track_id=BigInt(row.track_id),
            object_class=ObjectClass[row.object_class.upper()],
            entered_at=row.entered_at,
            left_at=row.left_at,
            max_score=row.max_score,
            frames=row.frames,
            duration_s=row.duration_s,
        )


@strawberry.type(description="A vehicle's way through a gate.")
class VehiclePassage(Stay):
    direction: Direction | None = strawberry.field(description="null where the gate has no line or it turned back")

    @described("null where none was read, its time is over, or the person may not see plates; see plateHidden")
    async def plate(self, info: GraphInfo) -> Plate | None:
        return await plate_of(info, self.camera_id, self.track_id)

    @described("whether the person lacks the right to see plates on this camera")
    async def plate_hidden(self, info: GraphInfo) -> bool:
        return not await may_see_plates(info, self.camera_id)

    @classmethod
    def of(cls, row: PassageRow) -> "VehiclePassage":
        return cls(
            id=strawberry.ID(str(row.id)),
            camera_id=strawberry.ID(row.camera_id),
            zone_id=strawberry.ID(row.zone_id),
            zone_version=row.zone_version,
            track_id=BigInt(row.track_id),
            object_class=ObjectClass[row.object_class.upper()],
            entered_at=row.entered_at,
            left_at=row.left_at,
            max_score=row.max_score,
            frames=row.frames,
            direction=None if row.direction is None else Direction(row.direction),
        )


@strawberry.type
class ZoneVisitEdge:
    cursor: str
    node: ZoneVisit


@strawberry.type
class ZoneVisitConnection:
    edges: list[ZoneVisitEdge]
    page_info: PageInfo


@strawberry.type
class VehiclePassageEdge:
    cursor: str
    node: VehiclePassage


@strawberry.type
class VehiclePassageConnection:
    edges: list[VehiclePassageEdge]
    page_info: PageInfo


@strawberry.input(description="Which visits; what is left out does not filter. Visits that overlap from..to.")
class ZoneVisitFilter:
    camera_ids: list[strawberry.ID] | None = None
    zone_ids: list[strawberry.ID] | None = None
    object_classes: list[ObjectClass] | None = None
    since: datetime | None = strawberry.field(default=None, name="from")
    until: datetime | None = strawberry.field(default=None, name="to")
    at_least_s: float | None = strawberry.field(default=None, description="shorter visits are left out")

    def checked(self) -> StayFilter:
        """Raises InputRefused."""
        if self.at_least_s is not None and not (isfinite(self.at_least_s) and 0 <= self.at_least_s <= 1e9):
            raise InputRefused("filter.atLeastS: seconds from 0 are expected")
        return StayFilter(
            camera_ids=chosen_ids("cameraIds", self.camera_ids),
            zone_ids=chosen_ids("zoneIds", self.zone_ids),
            object_classes=None if self.object_classes is None else tuple(self.object_classes),
            since=_aware("from", self.since),
            until=_aware("to", self.until),
            at_least_s=self.at_least_s,
        )


@strawberry.input(description="Which passages; what is left out does not filter. Passages that overlap from..to.")
class VehiclePassageFilter:
    camera_ids: list[strawberry.ID] | None = None
    zone_ids: list[strawberry.ID] | None = None
    object_classes: list[ObjectClass] | None = None
    directions: list[Direction] | None = None
    since: datetime | None = strawberry.field(default=None, name="from")
    until: datetime | None = strawberry.field(default=None, name="to")
    plate: str | None = strawberry.field(default=None, description="a part of the number, in either alphabet")
    plate_read: bool | None = strawberry.field(default=None, description="with a plate that was read, or without one")

    def checked(self) -> StayFilter:
        """Raises InputRefused."""
        return StayFilter(
            camera_ids=chosen_ids("cameraIds", self.camera_ids),
            zone_ids=chosen_ids("zoneIds", self.zone_ids),
            object_classes=None if self.object_classes is None else tuple(self.object_classes),
            directions=None if self.directions is None else tuple(self.directions),
            since=_aware("from", self.since),
            until=_aware("to", self.until),
            plate=None if self.plate is None else searched(self.plate),
            plate_read=self.plate_read,
        )


async def list_zone_visits(
    info: GraphInfo, filter: ZoneVisitFilter | None = None, first: int = 50, after: str | None = None
) -> ZoneVisitConnection:
    """first: 1..100. Raises InputRefused, NotAllowed."""
    allowed = (await info.context.access()).cameras(Right.VIEW_REPORTS)
    wanted = (filter or ZoneVisitFilter()).checked().within(allowed)
    start = _start("visits", first, after)
    page = await ledger.visits(info.context.services.database, wanted, first, start)
    edges = [ZoneVisitEdge(cursor=_cursor("visits", row), node=ZoneVisit.of(row)) for row in page.rows]
    return ZoneVisitConnection(edges=edges, page_info=_page_info(edges, has_next=page.has_next))


async def list_vehicle_passages(
    info: GraphInfo, filter: VehiclePassageFilter | None = None, first: int = 50, after: str | None = None
) -> VehiclePassageConnection:
    """first: 1..100. Raises InputRefused, NotAllowed."""
    allowed = (await info.context.access()).cameras(Right.VIEW_REPORTS)
    wanted = (filter or VehiclePassageFilter()).checked().within(allowed)
    if wanted.asks_plates:
        wanted = wanted.within((await info.context.access()).cameras(Right.VIEW_PLATES))
    start = _start("passages", first, after)
    page = await ledger.passages(info.context.services.database, wanted, first, start)
    edges = [VehiclePassageEdge(cursor=_cursor("passages", row), node=VehiclePassage.of(row)) for row in page.rows]
    return VehiclePassageConnection(edges=edges, page_info=_page_info(edges, has_next=page.has_next))


async def one_vehicle_passage(info: GraphInfo, id: str) -> VehiclePassage | None:
    """Raises NotAllowed."""
    access = await info.context.access()
    access.cameras(Right.VIEW_REPORTS)
    known = passage_id(id)
    row = None if known is None else await ledger.passage(info.context.services.database, known)
    return None if row is None or not access.may(Right.VIEW_REPORTS, row.camera_id) else VehiclePassage.of(row)


def _start(order: str, first: int, after: str | None) -> After | None:
    if not 1 <= first <= LARGEST_PAGE:
        raise InputRefused(f"first: 1 to {LARGEST_PAGE} is expected")
    if after is None:
        return None
    found = from_cursor(order, after)
    if not isinstance(found.value, datetime):
        raise InputRefused("after: not a cursor of this list")
    return found


def _cursor(order: str, row: VisitRow | PassageRow) -> str:
    return to_cursor(order, After(row.entered_at, row.id))


def _page_info(edges: Sequence[ZoneVisitEdge | VehiclePassageEdge], *, has_next: bool) -> PageInfo:
    return PageInfo(has_next_page=has_next, end_cursor=edges[-1].cursor if edges else None)


def chosen_ids(name: str, ids: Sequence[str] | None) -> tuple[str, ...] | None:
    """Raises InputRefused."""
    if ids is None:
        return None
    if len(ids) > MOST_IDS:
        raise InputRefused(f"filter.{name}: at most {MOST_IDS}")
    if any("\x00" in each for each in ids):
        raise InputRefused(f"filter.{name}: text without NUL is expected")
    return tuple(ids)


def _aware(name: str, at: datetime | None) -> datetime | None:
    if at is not None and at.tzinfo is None:
        raise InputRefused(f"filter.{name}: a time with an offset is expected")
    return at
