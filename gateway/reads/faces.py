"""Whose faces were seen, from Postgres: pages by keyset, newest first."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.contracts.identifiers import CameraId
from gateway.database import Database, sql
from gateway.reads.cursors import After
from gateway.reads.narrowing import narrowed


@dataclass(frozen=True, slots=True)
class FaceRow:
    """read_model.face_match, with what is known of the person: None when nothing is."""

    id: UUID
    camera_id: str
    track_id: int
    at: datetime
    person: UUID | None
    login: str | None
    name: str | None
    score: float


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
