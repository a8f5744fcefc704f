"""People and their roles from Postgres."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from gateway.database import Database, sql

MOST_USERS: Final = 1000


@dataclass(frozen=True, slots=True)
class UserRow:
    """read_model.user_account with its roles: id, name and is_limited of each."""

    id: UUID
    login: str
    name: str
    provider: str
    disabled: bool
    roles: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class RoleRow:
    id: str
    name: str
    rights: list[str]


@dataclass(frozen=True, slots=True)
class NamedRow:
    id: UUID
    login: str
    name: str


async def users(database: Database, only: UUID | None = None) -> list[UserRow]:
    """Those who were not erased, by name."""
    return await database.rows(UserRow, sql("users"), {"id": only, "limit": MOST_USERS})


async def roles(database: Database) -> list[RoleRow]:
    """Those in use, by name."""
    return await database.rows(RoleRow, sql("roles"), {})


async def named(database: Database, ids: Collection[UUID], logins: Collection[str]) -> list[NamedRow]:
    """Those among them who are known."""
    if not ids and not logins:
        return []
    return await database.rows(NamedRow, sql("persons_named"), {"ids": list(ids), "logins": list(logins)})
