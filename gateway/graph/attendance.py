"""When people came and went, and how long they stayed, in the schema (R86, R200)."""

from datetime import date, datetime
from typing import Annotated, Final

import strawberry

from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.plant import Camera
from gateway.graph.rules import Zone
from gateway.graph.vehicles import asked_days, few_enough
from gateway.reads import traffic
from gateway.reads.traffic import AttendanceRow, PresenceRow

LAST_HOUR: Final = 23


@strawberry.interface(description="What people did in one zone.")
class InZone:
    camera_id: strawberry.ID
    zone_id: strawberry.ID
    day: date = strawberry.field(description="by the plant's clocks")
    visits: int
    person_s: float = strawberry.field(description="seconds of all people together")

    @strawberry.field
    async def camera(self, info: GraphInfo) -> Camera | None:
        row = await info.context.loaders.camera.load(self.camera_id)
        return None if row is None else Camera.of(row)

    @strawberry.field
    async def zone(self, info: GraphInfo) -> Zone | None:
        row = await info.context.loaders.zone.load(self.zone_id)
        return None if row is None else Zone.of(row)


@strawberry.type(
    description="A working day in a zone: its shift began with the first entry and ended with the last exit."
)
class Attendance(InZone):
    first_entry: datetime
    last_exit: datetime
    occupied_s: float = strawberry.field(description="seconds in which there was anybody")

    @classmethod
    def of(cls, row: AttendanceRow) -> "Attendance":
        return cls(
            camera_id=strawberry.ID(row.camera_id),
            zone_id=strawberry.ID(row.zone_id),
            day=row.day,
            visits=row.visits,
            person_s=row.person_s,
            first_entry=row.first_entry,
            last_exit=row.last_exit,
            occupied_s=row.occupied_s,
        )


@strawberry.type(description="An hour in a zone.")
class Presence(InZone):
    hour: int
    entries: int = strawberry.field(description="visits that began in it; `visits` counts those that went on too")

    @classmethod
    def of(cls, row: PresenceRow) -> "Presence":
        return cls(
            camera_id=strawberry.ID(row.camera_id),
            zone_id=strawberry.ID(row.zone_id),
            day=row.day,
            visits=row.visits,
            person_s=row.person_s,
            hour=row.hour,
            entries=row.entries,
        )


async def attendance(
    info: GraphInfo,
    since: Annotated[date, strawberry.argument(name="from")],
    until: Annotated[date, strawberry.argument(name="to", description="included")],
    *,
    camera_ids: list[strawberry.ID] | None = None,
    zone_ids: list[strawberry.ID] | None = None,
    day_starts_at: int = 0,
) -> list[Attendance]:
    """dayStartsAt: hour at which a working day begins, 0..23. Raises InputRefused, NotAllowed."""
    days = await asked_days(info, since, until, camera_ids, zone_ids)
    if not 0 <= day_starts_at <= LAST_HOUR:
        raise InputRefused(f"dayStartsAt: 0 to {LAST_HOUR} is expected")
    rows = await traffic.attendance(info.context.services.database, days, day_starts_at)
    return [Attendance.of(row) for row in few_enough(rows)]


async def presence(
    info: GraphInfo,
    since: Annotated[date, strawberry.argument(name="from")],
    until: Annotated[date, strawberry.argument(name="to", description="included")],
    camera_ids: list[strawberry.ID] | None = None,
    zone_ids: list[strawberry.ID] | None = None,
) -> list[Presence]:
    """Raises InputRefused, NotAllowed."""
    days = await asked_days(info, since, until, camera_ids, zone_ids)
    return [Presence.of(row) for row in few_enough(await traffic.presence(info.context.services.database, days))]
