"""Projection `access`: users, roles, who holds them, and where cameras belong (R131, R133 to R135)."""

from collections.abc import Iterator
from typing import Any, Final

from psycopg.types.json import Jsonb

from domain.contracts import codec
from domain.contracts.events import (
    CameraMovedToGroup,
    RoleDefined,
    RoleGranted,
    RoleRetired,
    RoleRevoked,
    UserChanged,
    UserDisabled,
    UserEnabled,
    UserErased,
    UserRegistered,
)
from domain.contracts.subjects import CAMERA, ROLE, USER
from projections.projection import Projected
from projections.singly import Singly
from projections.statements import Statement, statements

SQL: Final = statements("access")


class Access(Singly):
    """Its events are few: each is a statement of its own. Personal data stands in `user_account` only."""

    name = "access"
    contexts = (USER, ROLE, CAMERA)
    tables = ("user_account", "role", "role_grant", "camera_place")
    sql = SQL

    def statements(self, event: Projected) -> Iterator[Statement]:
        return _statements(event)


def _statements(event: Projected) -> Iterator[Statement]:
    envelope = event.envelope
    plain = codec.to_plain(envelope.event) | {"position": event.position, "at": envelope.at, "by": envelope.by}
    match envelope.event:
        case UserRegistered() | UserChanged():
            yield SQL["user"], plain
        case UserDisabled():
            yield SQL["user_disabled"], plain
        case UserEnabled():
            yield SQL["user_enabled"], plain
        case UserErased():
            yield SQL["user_erased"], plain
        case RoleDefined():
            yield SQL["role"], plain | {"scope": Jsonb(plain["scope"])}
        case RoleGranted():
            yield SQL["granted"], plain | {"scope": _json(plain["scope"])}
        case RoleRevoked():
            yield SQL["revoked"], plain
        case RoleRetired():
            yield SQL["role_retired"], plain
        case CameraMovedToGroup():
            yield SQL["placed"], plain


def _json(value: Any) -> Jsonb | None:
    return None if value is None else Jsonb(value)
