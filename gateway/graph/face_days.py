"""People by their faces in the schema (R86): who was there on which day, how long; whether faces are compared."""

from datetime import date, datetime
from typing import Annotated, Final

import strawberry

from domain.contracts.access import Right
from gateway.errors import InputRefused
from gateway.face_module import compared_on
from gateway.graph.context import GraphInfo
from gateway.graph.vehicles import asked_days, few_enough
from gateway.reads import faces
from gateway.reads.faces import PersonDayRow, PersonRow

LAST_HOUR: Final = 23


@strawberry.type(description="Somebody whose face was known on a camera that the person may see faces of.")
class FacePerson:
    id: strawberry.ID
    login: str | None
    name: str | None

    @classmethod
    def of(cls, row: PersonRow) -> "FacePerson":
        return cls(id=strawberry.ID(str(row.id)), login=row.login, name=row.name)


@strawberry.type(description="A working day of somebody whose face was known; who was erased has none.")
class PersonDay:
    day: date = strawberry.field(description="by the plant's clocks")
    person_id: strawberry.ID
    login: str | None
    name: str | None
    first_seen: datetime = strawberry.field(description="the face, or the entry into a zone of whom it belongs to")
    last_seen: datetime
    tracks: int = strawberry.field(description="tracks with the face")
    visits: int = strawberry.field(description="stays in zones of these tracks")
    within_s: float = strawberry.field(description="seconds in zones; zones at the same time count once")

    @classmethod
    def of(cls, row: PersonDayRow) -> "PersonDay":
        return cls(
            day=row.day,
            person_id=strawberry.ID(str(row.person)),
            login=row.login,
            name=row.name,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
            tracks=row.tracks,
            visits=row.visits,
            within_s=row.within_s,
        )


@strawberry.type(description="The faces module, which is off unless the operator of the machine switches it on.")
class FaceModule:
    is_heard: bool = strawberry.field(description="whether the analysis says anything now")
    camera_ids: list[strawberry.ID] = strawberry.field(
        description="cameras that compare faces now, of those whose faces the person may see; none: it is off for them"
    )


async def face_module(info: GraphInfo) -> FaceModule:
    """Raises NotAllowed."""
    access = await info.context.access()
    access.cameras(Right.VIEW_FACES)
    found = compared_on(info.context.services.vitals)
    seen = sorted(camera for camera in found or () if access.may(Right.VIEW_FACES, camera))
    return FaceModule(is_heard=found is not None, camera_ids=[strawberry.ID(camera) for camera in seen])


async def face_persons(info: GraphInfo) -> list[FacePerson]:
    """Raises NotAllowed."""
    allowed = (await info.context.access()).cameras(Right.VIEW_FACES)
    cameras = None if allowed is None else sorted(allowed)
    return [FacePerson.of(row) for row in await faces.persons(info.context.services.database, cameras)]


async def person_days(
    info: GraphInfo,
    since: Annotated[date, strawberry.argument(name="from")],
    until: Annotated[date, strawberry.argument(name="to", description="included")],
    *,
    camera_ids: list[strawberry.ID] | None = None,
    day_starts_at: int = 0,
) -> list[PersonDay]:
    """dayStartsAt: hour at which a working day begins, 0..23. Raises InputRefused, NotAllowed."""
    days = await asked_days(info, since, until, camera_ids, None, also=Right.VIEW_FACES)
    if not 0 <= day_starts_at <= LAST_HOUR:
        raise InputRefused(f"dayStartsAt: 0 to {LAST_HOUR} is expected")
    rows = await faces.days_of(info.context.services.database, days, day_starts_at)
    return [PersonDay.of(row) for row in few_enough(rows)]
