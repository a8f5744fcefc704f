"""Recordings on demand from Postgres: pages by keyset, and single ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import sql as compose

from gateway.database import Database
from gateway.reads import places
from gateway.reads.places import Value

ORDER: Final = "recordings"


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """read_model.recording."""

    id: UUID
    camera_id: str
    state: str
    asked_by: str
    reason: str
    started_at: datetime
    ends_at: datetime
    stopped_at: datetime | None
    stopped_by: str | None
    key: str | None
    sha256: str | None
    size_bytes: int | None
    media_type: str | None
    captured_from: datetime | None
    captured_to: datetime | None
    ended_by: str | None
    missing_reason: str | None
    locked: bool
    expired_at: datetime | None
    expired_cause: str | None


@dataclass(frozen=True, slots=True)
class RecordingPage:
    rows: list[RecordingRow]
    has_next: bool


_COLUMNS: Final = compose.SQL(", ").join(compose.Identifier(name) for name in RecordingRow.__slots__)


def cursor_of(row: RecordingRow) -> str:
    return places.to_place(ORDER, row.started_at, row.id)


def place_of(cursor: str) -> list[Value]:
    """Raises InputRefused."""
    return places.from_place(ORDER, cursor, places.moment, places.identifier)


async def page(
    database: Database, cameras: Sequence[str] | None, first: int, after: Sequence[Value] | None
) -> RecordingPage:
    """Up to `first` recordings of these cameras (None: of all), newest first, behind a place."""
    conditions = [compose.SQL("true")]
    params: dict[str, object] = {"limit": first + 1}
    if cameras is not None:
        conditions.append(compose.SQL("camera_id = ANY(%(cameras)s)"))
        params["cameras"] = list(cameras)
    if after is not None:
        conditions.append(compose.SQL("(started_at, id) < (%(at)s::timestamptz, %(id)s::uuid)"))
        params |= {"at": after[0], "id": after[1]}
    query = compose.SQL(
        "SELECT {} FROM read_model.recording WHERE {} ORDER BY started_at DESC, id DESC LIMIT %(limit)s"
    ).format(_COLUMNS, compose.SQL(" AND ").join(conditions))
    rows = await database.rows(RecordingRow, query.as_bytes(None), params)
    return RecordingPage(rows[:first], len(rows) > first)


async def by_id(database: Database, recording_id: UUID) -> RecordingRow | None:
    query = compose.SQL("SELECT {} FROM read_model.recording WHERE id = %(id)s").format(_COLUMNS)
    return await database.row(RecordingRow, query.as_bytes(None), {"id": recording_id})
