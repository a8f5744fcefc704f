"""The audit from Postgres: pages by the position in the history, newest first."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from gateway.database import Database, sql


@dataclass(frozen=True, slots=True)
class AuditRow:
    """read_model.audit_entry: one event."""

    position: int
    at: datetime
    actor: str
    service: bool
    entity: str
    entity_id: str
    version: int
    name: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """None: not filtered by this. services: also what no person did."""

    actor: str | None = None
    entity: str | None = None
    entity_id: str | None = None
    name: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    services: bool = True


async def page(database: Database, wanted: AuditFilter, first: int, after: int | None) -> tuple[list[AuditRow], bool]:
    """Up to `first` entries before the position `after`, and whether there are more. first 1..100."""
    params = asdict(wanted) | {"after": after, "limit": first + 1}
    rows = await database.rows(AuditRow, sql("audit"), params)
    return rows[:first], len(rows) > first
