"""Whose faces were seen, from Postgres: pages by keyset, newest first; who was there on which day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from domain.contracts.identifiers import CameraId
from gateway.database import Database, Params, sql
from gateway.reads.cursors import After
from gateway.reads.ledger import VisitRow
from gateway.reads.narrowing import narrowed
from gateway.reads.traffic import Days, Track

MOST_PERSONS: Final = 1000


@dataclass(frozen=True, slots=True)
class FaceRow:
    """read_model.face_match, with what is known of the person: None when nothing is.

    person   also None for who was erased: then login and name say so
    """

    id: UUID
    camera_id: str
    track_id: int
    at: datetime
    person: UUID | None
    login: str | None
    name: str | None
    score: float


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody whose face was known; login and name None for who is no user."""

    id: UUID
    login: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class PersonDayRow:
    """A person's working day. within_s: seconds in zones, those of several at once counting once."""

    day: date
    person: UUID
    login: str | None
    name: str | None
    first_seen: datetime
    last_seen: datetime
    tracks: int
    visits: int
    within_s: float


@dataclass(frozen=True, slots=True)
class IncidentOfTrack:
    id: UUID
    camera_id: str
    track_id: int


@dataclass(frozen=True, slots=True)
class FaceFilter:
    """None: not filtered by this. known: of somebody who is enrolled, or of nobody."""

    cameras: tuple[str, ...] | None = None
    persons: tuple[UUID, ...] | None = None
    known: bool | None = None
    since: datetime | None = None
    until: datetime | None = None

    def within(self, allowed: frozenset[CameraId] | None) -> "FaceFilter":
        """The same filter for somebody who may see these cameras; None: all of them."""
        return replace(self, cameras=narrowed(self.cameras, allowed))


async def page(database: Database, wanted: FaceFilter, first: int, after: After | None) -> tuple[list[FaceRow], bool]:
    """Up to `first` rows behind the cursor, and whether there are more. first 1..100, checked by the caller."""
    params = {
        "cameras": None if wanted.cameras is None else list(wanted.cameras),
        "persons": None if wanted.persons is None else list(wanted.persons),
        "known": wanted.known,
        "since": wanted.since,
        "until": wanted.until,
        "after_at": None if after is None else after.value,
        "after_id": None if after is None else after.id,
        "limit": first + 1,
    }
    rows = await database.rows(FaceRow, sql("face_matches"), params)
    return rows[:first], len(rows) > first


async def persons(database: Database, cameras: Sequence[str] | None) -> list[PersonRow]:
    """Whose faces were known on these cameras (None: on any), by name; at most MOST_PERSONS."""
    params = {"cameras": None if cameras is None else list(cameras), "limit": MOST_PERSONS}
    return await database.rows(PersonRow, sql("face_persons"), params)


async def days_of(database: Database, days: Days, starts: int) -> list[PersonDayRow]:
    """starts   hour at which a working day begins. At most MOST_ROWS and one."""
    return await database.rows(PersonDayRow, sql("face_days"), days.params() | {"starts": starts})


async def visits_of(database: Database, tracks: Sequence[Track]) -> list[VisitRow]:
    return await database.rows(VisitRow, sql("visits_by_track"), _arrays(tracks))


async def incidents_of(database: Database, tracks: Sequence[Track]) -> list[IncidentOfTrack]:
    return await database.rows(IncidentOfTrack, sql("incidents_by_track"), _arrays(tracks))


def _arrays(tracks: Sequence[Track]) -> Params:
    return {"cameras": [camera for camera, _ in tracks], "tracks": [track for _, track in tracks]}
