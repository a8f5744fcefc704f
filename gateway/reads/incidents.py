"""Incidents from Postgres: pages by keyset, single ones, changed ones; every value is a parameter (FAULTS G16)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from psycopg import sql as compose

from domain.contracts.identifiers import CameraId
from domain.contracts.plant import RuleKind, Verdict
from gateway.database import Database, Params, sql
from gateway.reads.cursors import After
from gateway.reads.narrowing import narrowed
from gateway.reads.rows import Count, EvidenceRow, HistoryRow, IncidentCamera, IncidentRow


class IncidentSortBy(StrEnum):
    """What a list of incidents can be sorted by: the column's name."""

    OPENED_AT = "opened_at"
    SCORE = "score"
    LAST_SEEN = "last_seen"


class SortDirection(StrEnum):
    ASC = "asc"
    DESC = "desc"


@dataclass(frozen=True, slots=True)
class Sort:
    by: IncidentSortBy = IncidentSortBy.OPENED_AT
    direction: SortDirection = SortDirection.DESC


@dataclass(frozen=True, slots=True)
class Filter:
    """None: not filtered by this. since <= opened_at < until, aware."""

    camera_ids: tuple[str, ...] | None = None
    kinds: tuple[RuleKind, ...] | None = None
    verdicts: tuple[Verdict, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    include_false_positives: bool = True

    def within(self, allowed: frozenset[CameraId] | None) -> "Filter":
        """The same filter for somebody who may see these cameras; None: all of them."""
        return replace(self, camera_ids=narrowed(self.camera_ids, allowed))


@dataclass(frozen=True, slots=True)
class IncidentPage:
    rows: list[IncidentRow]
    has_next: bool


_PARAMETER_TYPE = {
    IncidentSortBy.OPENED_AT: compose.SQL("timestamptz"),
    IncidentSortBy.LAST_SEEN: compose.SQL("timestamptz"),
    IncidentSortBy.SCORE: compose.SQL("real"),
}
_COMPARES = {SortDirection.ASC: compose.SQL(">"), SortDirection.DESC: compose.SQL("<")}
_ORDERS = {SortDirection.ASC: compose.SQL("ASC"), SortDirection.DESC: compose.SQL("DESC")}
_COLUMNS = compose.SQL(", ").join(compose.Identifier(name) for name in IncidentRow.__slots__)


async def page(database: Database, wanted: Filter, sort: Sort, first: int, after: After | None) -> IncidentPage:
    """Up to `first` incidents behind the cursor. first 1..100, checked by the caller."""
    where, params = _where(wanted)
    if after is not None:
        where.append(
            compose.SQL("({column}, id) {compares} (%(after_value)s::{type}, %(after_id)s)").format(
                column=compose.Identifier(sort.by.value),
                compares=_COMPARES[sort.direction],
                type=_PARAMETER_TYPE[sort.by],
            )
        )
        params |= {"after_value": after.value, "after_id": after.id}
    order = _ORDERS[sort.direction]
    query = compose.SQL(
        "SELECT {columns} FROM read_model.incident WHERE {where} ORDER BY {column} {order}, id {order} LIMIT %(limit)s"
    ).format(columns=_COLUMNS, where=_all_of(where), column=compose.Identifier(sort.by.value), order=order)
    rows = await database.rows(IncidentRow, query.as_bytes(None), params | {"limit": first + 1})
    return IncidentPage(rows[:first], len(rows) > first)


async def count(database: Database, wanted: Filter) -> int:
    """How many incidents the filter lets through."""
    where, params = _where(wanted)
    query = compose.SQL("SELECT count(*) AS n FROM read_model.incident WHERE {where}").format(where=_all_of(where))
    found = await database.row(Count, query.as_bytes(None), params)
    return found.n if found else 0


def _where(wanted: Filter) -> tuple[list[compose.Composable], Params]:
    conditions: list[compose.Composable] = []
    params: Params = {}

    def add(condition: compose.SQL, name: str, value: object) -> None:
        if value is not None:
            conditions.append(condition)
            params[name] = value

    add(compose.SQL("camera_id = ANY(%(cameras)s)"), "cameras", _texts(wanted.camera_ids))
    add(compose.SQL("kind = ANY(%(kinds)s)"), "kinds", _texts(wanted.kinds))
    add(compose.SQL("verdict = ANY(%(verdicts)s)"), "verdicts", _texts(wanted.verdicts))
    add(compose.SQL("opened_at >= %(since)s"), "since", wanted.since)
    add(compose.SQL("opened_at < %(until)s"), "until", wanted.until)
    hidden = None if wanted.include_false_positives else Verdict.FALSE_POSITIVE.value
    add(compose.SQL("verdict <> %(hidden)s"), "hidden", hidden)
    return conditions, params


def _texts(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else [str(value) for value in values]


def _all_of(conditions: list[compose.Composable]) -> compose.Composable:
    return compose.SQL(" AND ").join(conditions) if conditions else compose.SQL("true")


async def by_id(database: Database, ids: Sequence[UUID]) -> list[IncidentRow]:
    return await database.rows(IncidentRow, sql("incidents_by_id"), {"ids": list(ids)})


async def camera_of(database: Database, incident_id: UUID) -> str | None:
    """The camera of an incident, None when there is no such incident."""
    found = await database.row(IncidentCamera, sql("incident_camera"), {"id": incident_id})
    return found.camera_id if found else None


async def changed_after(database: Database, position: int) -> list[IncidentRow]:
    """At most 500 incidents that changed after `position`, in the order of their last change."""
    return await database.rows(IncidentRow, sql("incidents_changed"), {"after": position})


async def evidence_of(database: Database, ids: Sequence[UUID]) -> list[EvidenceRow]:
    return await database.rows(EvidenceRow, sql("evidence_by_incident"), {"ids": list(ids)})


async def evidence_file(database: Database, incident_id: UUID, kind: str) -> EvidenceRow | None:
    """A stored file of an incident, None when there is none."""
    return await database.row(EvidenceRow, sql("evidence_file"), {"incident_id": incident_id, "kind": kind})


async def history_of(database: Database, ids: Sequence[UUID]) -> list[HistoryRow]:
    return await database.rows(HistoryRow, sql("history_by_incident"), {"ids": list(ids)})
