"""What the signed-in person may do, and on which cameras (R133, R135): read anew at each operation that asks."""

from dataclasses import dataclass
from typing import Any, Final

from psycopg.types.json import Jsonb

from domain.contracts import codec
from domain.contracts.access import ADMINISTRATOR, WHOLE_PLANT, Right, Scope
from domain.contracts.identifiers import CameraId, GroupId, ShopId, local_user_id
from gateway.database import Database, sql
from gateway.errors import GatewayError
from gateway.signin.rows import Session

EVERY: Final = tuple(Right)


class NotAllowed(GatewayError):
    """Your roles do not allow this; ask an administrator for the right that the sentence names."""

    code = "not_allowed"


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role that the person holds; granted: the part of its scope to which the holder is limited."""

    rights: list[str]
    scope: dict[str, Any]
    granted: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class PlaceRow:
    camera_id: CameraId
    group_id: GroupId | None
    shop_id: ShopId | None


async def require_everywhere(database: Database, session: Session, right: Right) -> None:
    """Raises NotAllowed when the person does not have the right on the whole plant."""
    scopes = await _scopes(database, session, right)
    if not any(all(scope.whole_plant for scope in limits) for limits in scopes):
        raise NotAllowed(f"the right {right.value} on the whole plant is needed")


async def cameras_with(database: Database, session: Session, right: Right) -> tuple[str, ...] | None:
    """The cameras on which the person has the right; None: all of them. Raises NotAllowed when it is none at all."""
    scopes = await _scopes(database, session, right)
    if not scopes:
        raise NotAllowed(f"the right {right.value} is needed")
    if any(all(scope.whole_plant for scope in limits) for limits in scopes):
        return None
    places = await database.rows(PlaceRow, sql("camera_places"))
    return tuple(place.camera_id for place in places if any(_covers(limits, place) for limits in scopes))


async def _scopes(database: Database, session: Session, right: Right) -> list[tuple[Scope, ...]]:
    """One entry for each role that gives the right: the scopes that must all cover a camera."""
    params = {
        "user_id": local_user_id(session.login),
        "login": session.login,
        "every": [known.value for known in EVERY],
        "whole_plant": Jsonb(codec.to_plain(WHOLE_PLANT)),
        "administrators": ADMINISTRATOR,
    }
    grants = await database.rows(GrantRow, sql("rights_of"), params)
    return [_limits(grant) for grant in grants if right.value in grant.rights]


def _limits(grant: GrantRow) -> tuple[Scope, ...]:
    plain = [grant.scope] if grant.granted is None else [grant.scope, grant.granted]
    return tuple(codec.from_plain(Scope, scope) for scope in plain)


def _covers(limits: tuple[Scope, ...], place: PlaceRow) -> bool:
    return all(scope.covers(place.camera_id, place.group_id, place.shop_id) for scope in limits)
