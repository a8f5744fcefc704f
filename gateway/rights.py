"""What a signed-in person may do, and on which cameras (R115, R133, R135): every operation asks here first."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from psycopg.types.json import Jsonb

from domain.contracts import codec
from domain.contracts.access import ADMINISTRATOR, WHOLE_PLANT, Right, Scope
from domain.contracts.identifiers import CameraId, GroupId, ShopId, local_user_id
from gateway.database import Database, sql
from gateway.errors import GatewayError

FRESH_S: Final = 2.0
"""How long a right that was revoked may still hold on an open socket, for media and for live pictures."""

SHOW_CAMERA: Final = (
    *(Right.WATCH_LIVE, Right.VIEW_INCIDENTS, Right.VIEW_REPORTS, Right.VIEW_FACES),
    *(Right.CONFIGURE_CAMERAS, Right.PUBLISH_RULES, Right.SET_RETENTION, Right.RECORD_VIDEO),
)
"""Each of them shows a camera with its zones and rules: without it the right could not be used."""

_EVERY: Final = tuple(Right)
_MOST_KEPT: Final = 1000


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


@dataclass(frozen=True, slots=True)
class Access:
    """What one person might do at the moment of reading.

    held  right -> the cameras on which it holds; None: on the whole plant. A right that is missing is not held.
    """

    held: Mapping[Right, frozenset[CameraId] | None]

    def require_everywhere(self, right: Right) -> None:
        """Raises NotAllowed when the person does not have the right on the whole plant."""
        if not self.everywhere(right):
            raise NotAllowed(f"the right {right.value} on the whole plant is needed")

    def everywhere(self, right: Right) -> bool:
        return self.held.get(right, frozenset()) is None

    def cameras(self, right: Right) -> frozenset[CameraId] | None:
        """The cameras on which the person has the right; None: all of them. Raises NotAllowed without the right."""
        if right not in self.held:
            raise NotAllowed(f"the right {right.value} is needed")
        return self.held[right]

    def may(self, right: Right, camera: str) -> bool:
        """Whether the person has the right on this camera."""
        cameras = self.held.get(right, frozenset())
        return cameras is None or camera in cameras

    def sees(self, camera: str) -> bool:
        """Whether the person may know that there is this camera, and what it is called."""
        return any(self.may(right, camera) for right in SHOW_CAMERA)

    def require_sight(self) -> None:
        """Raises NotAllowed when none of the person's rights is about cameras."""
        if not any(right in self.held for right in SHOW_CAMERA):
            raise NotAllowed(f"one of the rights {', '.join(SHOW_CAMERA)} is needed")


class Rights:
    """Reads what persons may do. clock: seconds, for what is kept."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._kept: dict[str, tuple[float, Access]] = {}

    async def of(self, login: str) -> Access:
        """As it is now. Raises DatabaseBusy."""
        at = self._clock()
        access = await self._read(login)
        if len(self._kept) >= _MOST_KEPT:
            self._kept = {name: kept for name, kept in self._kept.items() if at - kept[0] < FRESH_S}
        self._kept[login] = (at, access)
        return access

    async def recent(self, login: str) -> Access:
        """As it was at most 2 s ago: for what asks many times a second. Raises DatabaseBusy."""
        at, access = self._kept.get(login, (0.0, None))
        if access is not None and self._clock() - at < FRESH_S:
            return access
        return await self.of(login)

    async def _read(self, login: str) -> Access:
        params = {
            "user_id": local_user_id(login),
            "login": login,
            "every": [known.value for known in _EVERY],
            "whole_plant": Jsonb(codec.to_plain(WHOLE_PLANT)),
            "administrators": ADMINISTRATOR,
        }
        grants = [(grant, _limits(grant)) for grant in await self._database.rows(GrantRow, sql("rights_of"), params)]
        partial = any(not _unlimited(limits) for _, limits in grants)
        places = await self._database.rows(PlaceRow, sql("camera_places")) if partial else []
        held: dict[Right, frozenset[CameraId] | None] = {}
        for grant, limits in grants:
            cameras = _cameras(limits, places)
            for right in (each for each in Right if each.value in grant.rights):
                known = held.get(right, frozenset())
                held[right] = None if known is None or cameras is None else known | cameras
        return Access(held)


def _limits(grant: GrantRow) -> tuple[Scope, ...]:
    plain = [grant.scope] if grant.granted is None else [grant.scope, grant.granted]
    return tuple(codec.from_plain(Scope, scope) for scope in plain)


def _unlimited(limits: tuple[Scope, ...]) -> bool:
    return all(scope.whole_plant for scope in limits)


def _cameras(limits: tuple[Scope, ...], places: list[PlaceRow]) -> frozenset[CameraId] | None:
    """The cameras that lie inside all of the limits; None: the whole plant."""
    if _unlimited(limits):
        return None
    return frozenset(
        place.camera_id
        for place in places
        if all(scope.covers(place.camera_id, place.group_id, place.shop_id) for scope in limits)
    )
