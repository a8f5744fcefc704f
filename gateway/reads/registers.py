"""Both registers from the view analytics.incidents: pages by keyset, sorted and filtered by each of their fields."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, LiteralString
from uuid import UUID

from psycopg import sql as compose

from domain.contracts.plant import RuleKind, Verdict
from gateway.database import Database, Params
from gateway.reads import places
from gateway.reads.incidents import SortDirection
from gateway.reads.places import Value
from gateway.reads.rows import Count


class RegisterSortBy(StrEnum):
    """What a register can be sorted by: the column's name."""

    OPENED_AT = "opened_at"
    CAMERA = "camera_name"
    ZONE = "zone_name"
    ENTERPRISE = "enterprise"
    KIND = "kind"
    SCORE = "score"
    PHOTO = "has_photo"
    CLIP = "has_clip"
    ASSIGNEE = "assignee"
    COMMENTS = "comments"
    FALSE_POSITIVE = "false_positive"


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """analytics.incidents, the columns that a register shows."""

    id: UUID
    camera_id: str
    camera_name: str
    zone_id: str | None
    zone_name: str
    enterprise: str
    kind: str
    verdict: str
    false_positive: bool
    decided_by: str | None
    score: float
    opened_at: datetime
    has_photo: bool
    has_clip: bool
    assignee: str
    comments: int


@dataclass(frozen=True, slots=True)
class RegisterSort:
    by: RegisterSortBy = RegisterSortBy.OPENED_AT
    direction: SortDirection = SortDirection.DESC

    @property
    def name(self) -> str:
        return f"register {self.by.value} {self.direction.value}"


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """None: not filtered by this. verdicts: which register; allowed: cameras that the person may see.

    assignees   logins; "" is nobody
    """

    verdicts: tuple[Verdict, ...]
    allowed: tuple[str, ...] | None = None
    cameras: tuple[str, ...] | None = None
    zones: tuple[str, ...] | None = None
    enterprise: str | None = None
    kinds: tuple[RuleKind, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    score_min: float | None = None
    score_max: float | None = None
    assignees: tuple[str, ...] | None = None
    comments_min: int | None = None
    photo: bool | None = None
    clip: bool | None = None


@dataclass(frozen=True, slots=True)
class RegisterPage:
    rows: list[RegisterRow]
    has_next: bool


_TYPES: Final[dict[RegisterSortBy, tuple[LiteralString, Callable[[object], Value]]]] = {
    RegisterSortBy.OPENED_AT: ("timestamptz", places.moment),
    RegisterSortBy.CAMERA: ("text", places.text),
    RegisterSortBy.ZONE: ("text", places.text),
    RegisterSortBy.ENTERPRISE: ("text", places.text),
    RegisterSortBy.KIND: ("text", places.text),
    RegisterSortBy.SCORE: ("real", places.number),
    RegisterSortBy.PHOTO: ("boolean", places.truth),
    RegisterSortBy.CLIP: ("boolean", places.truth),
    RegisterSortBy.ASSIGNEE: ("text", places.text),
    RegisterSortBy.COMMENTS: ("integer", places.whole),
    RegisterSortBy.FALSE_POSITIVE: ("boolean", places.truth),
}
_COMPARES: Final = {SortDirection.ASC: compose.SQL(">"), SortDirection.DESC: compose.SQL("<")}
_ORDERS: Final = {SortDirection.ASC: compose.SQL("ASC"), SortDirection.DESC: compose.SQL("DESC")}
_COLUMNS: Final = compose.SQL(", ").join(compose.Identifier(name) for name in RegisterRow.__slots__)

_CONDITIONS: Final[dict[str, LiteralString]] = {
    "verdicts": "verdict = ANY(%(verdicts)s)",
    "allowed": "camera_id = ANY(%(allowed)s)",
    "cameras": "camera_id = ANY(%(cameras)s)",
    "zones": "zone_id = ANY(%(zones)s)",
    "enterprise": "enterprise = %(enterprise)s",
    "kinds": "kind = ANY(%(kinds)s)",
    "since": "opened_at >= %(since)s",
    "until": "opened_at < %(until)s",
    "score_min": "score >= %(score_min)s::real",
    "score_max": "score <= %(score_max)s::real",
    "assignees": "assignee = ANY(%(assignees)s)",
    "comments_min": "comments >= %(comments_min)s",
    "photo": "has_photo = %(photo)s",
    "clip": "has_clip = %(clip)s",
}


def cursor_of(sort: RegisterSort, row: RegisterRow) -> str:
    return places.to_place(sort.name, getattr(row, sort.by.value), row.id)


def place_of(sort: RegisterSort, cursor: str) -> list[Value]:
    """The sort value and the id. Raises InputRefused."""
    return places.from_place(sort.name, cursor, _TYPES[sort.by][1], places.identifier)


async def page(
    database: Database, wanted: RegisterFilter, sort: RegisterSort, first: int, after: Sequence[Value] | None
) -> RegisterPage:
    """Up to `first` rows behind the place. first 1..100, checked by the caller."""
    where, params = _where(wanted)
    column, order = compose.Identifier(sort.by.value), _ORDERS[sort.direction]
    if after is not None:
        where.append(
            compose.SQL("({column}, id) {compares} (%(after_value)s::{type}, %(after_id)s)").format(
                column=column, compares=_COMPARES[sort.direction], type=compose.SQL(_TYPES[sort.by][0])
            )
        )
        params |= {"after_value": after[0], "after_id": after[1]}
    query = compose.SQL(
        "SELECT {columns} FROM analytics.incidents WHERE {where} ORDER BY {column} {order}, id {order} LIMIT %(limit)s"
    ).format(columns=_COLUMNS, where=compose.SQL(" AND ").join(where), column=column, order=order)
    rows = await database.rows(RegisterRow, query.as_bytes(None), params | {"limit": first + 1})
    return RegisterPage(rows[:first], len(rows) > first)


async def count(database: Database, wanted: RegisterFilter) -> int:
    """How many rows the filter lets through."""
    where, params = _where(wanted)
    query = compose.SQL("SELECT count(*) AS n FROM analytics.incidents WHERE {}").format(
        compose.SQL(" AND ").join(where)
    )
    found = await database.row(Count, query.as_bytes(None), params)
    return found.n if found else 0


def _where(wanted: RegisterFilter) -> tuple[list[compose.Composable], Params]:
    params = {name: getattr(wanted, name) for name in _CONDITIONS if getattr(wanted, name) is not None}
    conditions: list[compose.Composable] = [compose.SQL(_CONDITIONS[name]) for name in params]
    return conditions, {k: [*map(str, v)] if isinstance(v, tuple) else v for k, v in params.items()}
