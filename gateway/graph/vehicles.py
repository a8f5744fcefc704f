"""Traffic through gates and the parking behind them in the schema (R83)."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final, TypeVar

import strawberry

from domain.contracts.access import Right
from domain.contracts.detections import ObjectClass
from domain.contracts.plates import parsed, region_name
from gateway import parking
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.plant import Camera
from gateway.graph.plates import seen_with_plates
from gateway.graph.rules import Zone
from gateway.graph.stays import chosen_ids
from gateway.parking import Passing, Stay
from gateway.reads import traffic
from gateway.reads.narrowing import narrowed
from gateway.reads.traffic import MOST_PASSAGES, MOST_ROWS, Days, TrafficRow

R = TypeVar("R")
LONGEST_DAYS: Final = 92
LONGEST_PARKING: Final = timedelta(days=31)
USUAL_PARKING: Final = timedelta(days=7)
MOST_OVER: Final = 500
"""Ended stays that are listed, the newest; all are counted."""


@strawberry.type(description="Vehicles of one class through the gates in one hour of the plant's clocks.")
class VehicleTraffic:
    day: date
    hour: int
    object_class: ObjectClass
    entered: int
    departed: int
    undirected: int = strawberry.field(description="no line at the gate, or the vehicle turned back")
    plates: int = strawberry.field(description="of them with a number that was read")

    @classmethod
    def of(cls, row: TrafficRow) -> "VehicleTraffic":
        return cls(
            day=row.day,
            hour=row.hour,
            object_class=ObjectClass[row.object_class.upper()],
            entered=row.entered,
            departed=row.departed,
            undirected=row.undirected,
            plates=row.plates,
        )


@strawberry.type(description="One end of a stay.")
class GatePassage:
    camera_id: strawberry.ID
    zone_id: strawberry.ID
    at: datetime
    object_class: ObjectClass

    @classmethod
    def of(cls, passing: Passing | None, *, is_entry: bool) -> "GatePassage | None":
        if passing is None:
            return None
        return cls(
            camera_id=strawberry.ID(passing.camera_id),
            zone_id=strawberry.ID(passing.zone_id),
            at=passing.entered_at if is_entry else passing.left_at,
            object_class=ObjectClass[passing.object_class.upper()],
        )

    @strawberry.field
    async def camera(self, info: GraphInfo) -> Camera | None:
        row = await info.context.loaders.camera.load(self.camera_id)
        return None if row is None else Camera.of(row)

    @strawberry.field
    async def zone(self, info: GraphInfo) -> Zone | None:
        row = await info.context.loaders.zone.load(self.zone_id)
        return None if row is None else Zone.of(row)


@strawberry.type(description="A vehicle's stay; an end that nobody saw is null.")
class ParkingStay:
    number: str
    region: str | None
    entry: GatePassage | None
    exit: GatePassage | None
    duration_s: float | None
    guessed: bool = strawberry.field(description="the plates at both ends differ in one character")

    @classmethod
    def of(cls, stay: Stay) -> "ParkingStay":
        plate = parsed(stay.number)
        return cls(
            number=stay.number,
            region=region_name(plate.region) if plate else None,
            entry=GatePassage.of(stay.entry, is_entry=True),
            exit=GatePassage.of(stay.exit, is_entry=False),
            duration_s=stay.duration_s,
            guessed=stay.guessed,
        )


@strawberry.type(description="Entries and exits of a time, paired by plate; what was not read is counted beside.")
class Parking:
    since: datetime
    until: datetime
    inside: list[ParkingStay] = strawberry.field(description="stays that go on, the longest first")
    over: list[ParkingStay] = strawberry.field(description="stays that ended, the newest first; at most 500")
    over_count: int
    paired_count: int = strawberry.field(description="of those that ended, with both ends")
    median_s: float | None = strawberry.field(description="of the paired ones")
    unread_in: int = strawberry.field(description="entries without a number")
    unread_out: int = strawberry.field(description="exits without a number")
    undirected: int = strawberry.field(description="passages of which the direction is not known")
    at_least: int = strawberry.field(description="vehicles inside that entered in this time, whatever was not read")
    at_most: int


async def vehicle_traffic(
    info: GraphInfo,
    since: Annotated[date, strawberry.argument(name="from")],
    until: Annotated[date, strawberry.argument(name="to", description="included")],
    camera_ids: list[strawberry.ID] | None = None,
    zone_ids: list[strawberry.ID] | None = None,
) -> list[VehicleTraffic]:
    """Raises InputRefused, NotAllowed."""
    days = await asked_days(info, since, until, camera_ids, zone_ids)
    rows = await traffic.traffic(info.context.services.database, days)
    return [VehicleTraffic.of(row) for row in few_enough(rows)]


async def parking_state(
    info: GraphInfo,
    since: Annotated[datetime | None, strawberry.argument(name="from")] = None,
    until: Annotated[datetime | None, strawberry.argument(name="to")] = None,
    camera_ids: list[strawberry.ID] | None = None,
    zone_ids: list[strawberry.ID] | None = None,
) -> Parking:
    """Without `from` and `to` the last seven days. Raises InputRefused, NotAllowed."""
    allowed = await seen_with_plates(info)
    end = until or datetime.now(UTC)
    if end.tzinfo is None or (since is not None and since.tzinfo is None):
        raise InputRefused("from, to: times with an offset are expected")
    start = since or end - USUAL_PARKING
    if not timedelta(0) < end - start <= LONGEST_PARKING:
        raise InputRefused(f"to: later than `from`, by {LONGEST_PARKING.days} days at most")
    cameras, zones = narrowed(chosen_ids("cameraIds", camera_ids), allowed), chosen_ids("zoneIds", zone_ids)
    passings = await traffic.passings(info.context.services.database, start, end, cameras, zones)
    if len(passings) > MOST_PASSAGES:
        raise InputRefused(f"from: more than {MOST_PASSAGES} passages in this time; ask for less time or fewer gates")
    return _told(parking.paired(passings), start, end)


def _told(found: parking.Parking, since: datetime, until: datetime) -> Parking:
    durations = sorted(stay.duration_s for stay in found.over if stay.duration_s is not None)
    return Parking(
        since=since,
        until=until,
        inside=[ParkingStay.of(stay) for stay in found.inside],
        over=[ParkingStay.of(stay) for stay in reversed(found.over[-MOST_OVER:])],
        over_count=len(found.over),
        paired_count=len(durations),
        median_s=durations[len(durations) // 2] if durations else None,
        unread_in=found.unread_in,
        unread_out=found.unread_out,
        undirected=found.undirected,
        at_least=found.at_least,
        at_most=found.at_most,
    )


async def asked_days(
    info: GraphInfo,
    since: date,
    until: date,
    camera_ids: list[strawberry.ID] | None,
    zone_ids: list[strawberry.ID] | None,
    *,
    also: Right | None = None,
) -> Days:
    """Narrowed to what the person may see reports of, and has the right `also` on. Raises InputRefused, NotAllowed."""
    allowed = (await info.context.access()).cameras(Right.VIEW_REPORTS)
    if not 0 <= (until - since).days < LONGEST_DAYS:
        raise InputRefused(f"to: from `from` to {LONGEST_DAYS - 1} days later is expected")
    if not 1 < since.year < 9999:
        raise InputRefused("from: a year from 2 to 9998 is expected")
    cameras, zones = narrowed(chosen_ids("cameraIds", camera_ids), allowed), chosen_ids("zoneIds", zone_ids)
    if also is not None:
        cameras = narrowed(cameras, (await info.context.access()).cameras(also))
    return Days(since, until, info.context.services.settings.plant_tz, cameras, zones)


def few_enough(rows: list[R]) -> list[R]:
    """Raises InputRefused."""
    if len(rows) > MOST_ROWS:
        raise InputRefused(f"to: these days have more than {MOST_ROWS} rows; ask for fewer days or zones")
    return rows
