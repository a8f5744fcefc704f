"""The watch ledger from Postgres: coverage of cameras, zone visits, vehicle passages. Pages by keyset."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Generic, TypeVar
from uuid import UUID

from psycopg import sql as compose

from domain.contracts.detections import ObjectClass
from domain.contracts.identifiers import CameraId
from domain.contracts.observations import Direction
from domain.contracts.plates import CYRILLIC, LATIN
from gateway.coverage import MinuteRow, Turn
from gateway.database import Database, Params, sql
from gateway.reads.cursors import After
from gateway.reads.narrowing import narrowed


@dataclass(frozen=True, slots=True)
class VisitRow:
    """read_model.zone_visit."""

    id: UUID
    camera_id: str
    zone_id: str
    zone_version: int
    track_id: int
    object_class: str
    entered_at: datetime
    left_at: datetime
    duration_s: float
    max_score: float
    frames: int


@dataclass(frozen=True, slots=True)
class PassageRow:
    """read_model.vehicle_passage."""

    id: UUID
    camera_id: str
    zone_id: str
    zone_version: int
    track_id: int
    object_class: str
    entered_at: datetime
    left_at: datetime
    direction: str | None
    max_score: float
    frames: int


@dataclass(frozen=True, slots=True)
class StayFilter:
    """None: not filtered by this. Stays that overlap since..until, aware. plate: capital Latin letters and digits."""

    camera_ids: tuple[str, ...] | None = None
    zone_ids: tuple[str, ...] | None = None
    object_classes: tuple[ObjectClass, ...] | None = None
    directions: tuple[Direction, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    at_least_s: float | None = None
    plate: str | None = None
    plate_read: bool | None = None

    @property
    def asks_plates(self) -> bool:
        return self.plate is not None or self.plate_read is not None

    def within(self, allowed: frozenset[CameraId] | None) -> "StayFilter":
        """The same filter for somebody who may see these cameras; None: all of them."""
        return replace(self, camera_ids=narrowed(self.camera_ids, allowed))


R = TypeVar("R", VisitRow, PassageRow)
_PLATED: Final = compose.SQL(
    "EXISTS (SELECT FROM read_model.plate_read r WHERE r.camera_id = vehicle_passage.camera_id"
    " AND r.track_id = vehicle_passage.track_id AND r.keep_until > now()"
)


@dataclass(frozen=True, slots=True)
class StayPage(Generic[R]):
    rows: list[R]
    has_next: bool


@dataclass(frozen=True, slots=True)
class _First:
    at: datetime


async def coverage_minutes(database: Database, camera_id: str, since: datetime, until: datetime) -> list[MinuteRow]:
    params = {"camera": camera_id, "since": since, "until": until}
    return await database.rows(MinuteRow, sql("coverage_minutes"), params)


async def camera_turns(database: Database, camera_id: str) -> list[Turn]:
    """When the camera was to be watched; from its first known minute on where its registration is not known."""
    turns = await database.rows(Turn, sql("camera_turns"), {"camera": camera_id})
    if turns:
        return turns
    first = await database.row(_First, sql("coverage_first"), {"camera": camera_id})
    return [Turn(first.at, watched=True)] if first else []


async def visits(database: Database, wanted: StayFilter, first: int, after: After | None) -> StayPage[VisitRow]:
    """Up to `first` visits, newest entry first, behind the cursor. first 1..100, checked by the caller."""
    return await _page(database, VisitRow, "zone_visit", wanted, first=first, after=after)


async def passages(database: Database, wanted: StayFilter, first: int, after: After | None) -> StayPage[PassageRow]:
    return await _page(database, PassageRow, "vehicle_passage", wanted, first=first, after=after)


async def passage(database: Database, id: UUID) -> PassageRow | None:
    query = compose.SQL("SELECT {} FROM read_model.vehicle_passage WHERE id = %(id)s").format(
        compose.SQL(", ").join(map(compose.Identifier, PassageRow.__slots__))
    )
    return await database.row(PassageRow, query.as_bytes(None), {"id": id})


async def _page(
    database: Database, row: type[R], table: str, wanted: StayFilter, *, first: int, after: After | None
) -> StayPage[R]:
    where, params = _where(wanted)
    if after is not None:
        where.append(compose.SQL("(entered_at, id) < (%(after_at)s, %(after_id)s)"))
        params |= {"after_at": after.value, "after_id": after.id}
    query = compose.SQL(
        "SELECT {columns} FROM read_model.{table} WHERE {where} ORDER BY entered_at DESC, id DESC LIMIT %(limit)s"
    ).format(
        columns=compose.SQL(", ").join(map(compose.Identifier, row.__slots__)),
        table=compose.Identifier(table),
        where=compose.SQL(" AND ").join(where) if where else compose.SQL("true"),
    )
    found = await database.rows(row, query.as_bytes(None), params | {"limit": first + 1})
    return StayPage(found[:first], len(found) > first)


def _where(wanted: StayFilter) -> tuple[list[compose.Composable], Params]:
    conditions: list[compose.Composable] = []
    params: Params = {}

    def add(condition: compose.Composable, name: str, value: object) -> None:
        if value is not None:
            conditions.append(condition)
            params[name] = value

    add(compose.SQL("camera_id = ANY(%(cameras)s)"), "cameras", _listed(wanted.camera_ids))
    add(compose.SQL("zone_id = ANY(%(zones)s)"), "zones", _listed(wanted.zone_ids))
    classes = None if wanted.object_classes is None else [each.name.lower() for each in wanted.object_classes]
    add(compose.SQL("object_class = ANY(%(classes)s)"), "classes", classes)
    add(compose.SQL("direction = ANY(%(directions)s)"), "directions", _listed(wanted.directions))
    add(compose.SQL("left_at >= %(since)s"), "since", wanted.since)
    add(compose.SQL("entered_at < %(until)s"), "until", wanted.until)
    add(compose.SQL("duration_s >= %(at_least)s"), "at_least", wanted.at_least_s)
    part = None if wanted.plate is None else f"%{wanted.plate}%"
    add(
        _PLATED
        + compose.SQL(" AND (r.text LIKE %(plate)s OR translate(r.number, {}, {}) LIKE %(plate)s))").format(
            compose.Literal(CYRILLIC), compose.Literal(LATIN)
        ),
        "plate",
        part,
    )
    add(_PLATED + compose.SQL(") = %(plate_read)s"), "plate_read", wanted.plate_read)
    return conditions, params


def _listed(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else [str(value) for value in values]
