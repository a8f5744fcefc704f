"""The pictures of a machine and its teaching in the schema (R57-R60, docs/adr/0025)."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain.contracts.access import Right
from domain.contracts.events.machines import MachineNotTaught, MachineTaught
from domain.contracts.identifiers import ZoneId
from domain.contracts.machines import LEAST_PICTURES, TeachingFailure, are_states
from domain.contracts.teaching import MOST_PICTURES, Album
from gateway.errors import DatabaseBusy, InputRefused, OutcomeUnknown, TeachingUnavailable
from gateway.graph.context import GraphInfo
from gateway.graph.machines import MachineState
from gateway.graph.payload import Refusal
from gateway.graph.plant_input import checked_slug
from gateway.graph.plant_rights import ZoneUnknown, zone_for
from gateway.machine_pictures import picture_url
from gateway.reads.lessons import LessonRow, lessons
from gateway.reads.rows import ZoneRow
from gateway.rights import NotAllowed

strawberry.enum(TeachingFailure, description="Why pictures did not suffice to teach a machine's states.")


class StatesRefused(InputRefused):
    """A picture shows one state of each aspect at most, or is unknown."""

    code = "states_refused"


@strawberry.type(description="A picture of a machine.")
class MachinePicture:
    id: strawberry.ID = strawberry.field(description="sha256 of its file")
    url: str
    states: list[str] = strawberry.field(
        description="open, closed; running, stopped; red, yellow, green, off; unknown; none yet: it teaches nothing"
    )
    added_at: datetime


@strawberry.type(description="How well an aspect of a machine is told, by pictures that were held out.")
class TaughtAspect:
    aspect: str = strawberry.field(description="guard, running, lamp")
    accuracy: float = strawberry.field(description="of those that were told, the share that was told rightly")
    cannot_tell: float = strawberry.field(description="the share of which nothing was told")


@strawberry.type(description="A classifier that was trained from the pictures, and is in force since.")
class LessonTaught:
    digest: str = strawberry.field(description="by which facts name it")
    pictures: int
    states: list[MachineState]
    aspects: list[TaughtAspect]


@strawberry.type(description="The pictures did not suffice; what was in force before still is.")
class LessonFailed:
    failure: TeachingFailure
    state: str | None
    pictures: int | None = strawberry.field(description="how many there were of that state")


@strawberry.type(description="One teaching of a machine: who asked for it, and what came of it.")
class Lesson:
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    taught: LessonTaught | None
    failed: LessonFailed | None

    @classmethod
    def of(cls, row: LessonRow) -> "Lesson":
        taught = _taught(row.ended) if isinstance(row.ended, MachineTaught) else None
        failed = _failed(row.ended) if isinstance(row.ended, MachineNotTaught) else None
        return cls(asked_by=row.by, asked_at=row.asked_at, ended_at=row.ended_at, taught=taught, failed=failed)


def _taught(event: MachineTaught) -> LessonTaught:
    states = [MachineState(aspect=e.aspect.value, state=e.state, examples=e.pictures) for e in event.states]
    aspects = [
        TaughtAspect(aspect=e.aspect.value, accuracy=e.accuracy, cannot_tell=e.cannot_tell) for e in event.aspects
    ]
    return LessonTaught(digest=event.digest, pictures=event.pictures, states=states, aspects=aspects)


def _failed(event: MachineNotTaught) -> LessonFailed:
    return LessonFailed(failure=event.failure, state=event.state, pictures=event.pictures)


@strawberry.type(description="Training that goes on or waits: part `done` of `of`; of is 0 while it waits.")
class TeachingProgress:
    done: int
    of: int


@strawberry.type(description="The pictures of a machine, and how it was taught.")
class MachineAlbum:
    zone_id: strawberry.ID
    pictures: list[MachinePicture] = strawberry.field(description="the newest first")
    counts: list[MachineState] = strawberry.field(description="of every state, those without pictures too")
    least_pictures: int = strawberry.field(description="of each state that is to be told")
    most_pictures: int = strawberry.field(description="of one machine")
    progress: TeachingProgress | None
    lessons: list[Lesson] = strawberry.field(description="the newest first; at most 5")


MachineAlbumPayload = Annotated[MachineAlbum | Refusal, strawberry.union("MachineAlbumPayload")]


async def machine_album(info: GraphInfo, zone_id: strawberry.ID) -> MachineAlbumPayload:
    try:
        zone = await zone_to_teach(info, zone_id)
        return await shown(info, zone, await info.context.services.teaching.album(ZoneId(zone.id)))
    except (InputRefused, NotAllowed, DatabaseBusy, TeachingUnavailable, OutcomeUnknown) as error:
        return Refusal(code=error.code, message=str(error))


async def zone_to_teach(info: GraphInfo, zone_id: strawberry.ID, *more: Right) -> ZoneRow:
    """A zone in use on whose camera the person has the rights. Raises InputRefused, NotAllowed, DatabaseBusy."""
    access = await info.context.access()
    for right in (Right.CONFIGURE_CAMERAS, *more):
        access.cameras(right)
    zone = await zone_for(info, Right.CONFIGURE_CAMERAS, ZoneId(checked_slug("zoneId", zone_id)))
    if zone.retired:
        raise ZoneUnknown("there is no such zone")
    for right in more:
        if not access.may(right, zone.camera_id):
            raise NotAllowed(f"the right {right.value} is needed on this camera")
    return zone


def checked_states(states: list[str]) -> tuple[str, ...]:
    """Raises StatesRefused."""
    found = tuple(states)
    if not are_states(found):
        raise StatesRefused("states: one state of each aspect at most is expected, or unknown")
    return found


async def shown(info: GraphInfo, zone: ZoneRow, album: Album) -> MachineAlbum:
    """Raises DatabaseBusy."""
    rows = await lessons(info.context.services.database, zone.id)
    progress = album.progress
    return MachineAlbum(
        zone_id=strawberry.ID(zone.id),
        pictures=[
            MachinePicture(
                id=strawberry.ID(each.picture_id),
                url=picture_url(zone.id, each.picture_id),
                states=list(each.states),
                added_at=each.added_at,
            )
            for each in album.pictures
        ],
        counts=[MachineState(aspect=e.aspect.value, state=e.state, examples=e.pictures) for e in album.counts],
        least_pictures=LEAST_PICTURES,
        most_pictures=MOST_PICTURES,
        progress=None if progress is None else TeachingProgress(done=progress.done, of=progress.of),
        lessons=[Lesson.of(row) for row in rows],
    )
