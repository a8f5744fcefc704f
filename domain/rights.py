"""Whether a person holds a right, by the facts about roles and about where a camera belongs. Pure; for domain.service.

The same answer as the gateway's (`gateway.rights`), which reads rows; here the facts themselves are asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from domain import role
from domain.contracts.access import Right, Scope
from domain.contracts.identifiers import CameraId, GroupId, ShopId, UserId


@dataclass(frozen=True, slots=True)
class Place:
    """A camera, and the group and shop that it belongs to."""

    camera_id: CameraId
    group_id: GroupId | None = None
    shop_id: ShopId | None = None


def limits_of(person: UserId, right: Right, roles: Iterable[role.State]) -> list[tuple[Scope, ...]]:
    """For each role that gives the person the right: the parts of the plant that it is limited to, all at once."""
    found: list[tuple[Scope, ...]] = []
    for state in roles:
        if isinstance(state, role.Defined) and right in state.definition.rights and person in state.holders:
            granted = state.holders[person]
            found.append((state.definition.scope,) if granted is None else (state.definition.scope, granted))
    return found


def everywhere(limits: Iterable[tuple[Scope, ...]]) -> bool:
    """Whether one of the roles holds on the whole plant."""
    return any(all(scope.whole_plant for scope in scopes) for scopes in limits)


def covers(limits: Iterable[tuple[Scope, ...]], place: Place) -> bool:
    """Whether one of the roles holds on a camera."""
    return any(
        all(scope.covers(place.camera_id, place.group_id, place.shop_id) for scope in scopes) for scopes in limits
    )
