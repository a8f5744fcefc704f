"""The role: what it may do and who holds it. Pure `decide` and `evolve`, called by domain.service only.

The administrators' role can lose neither its right to manage access nor its last holder on the whole plant: a plant
that nobody may administer could not be put right.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from domain.contracts.access import ADMINISTRATOR, Right, Scope
from domain.contracts.commands import DefineRole, GrantRole, RetireRole, RevokeRole, RoleCommand
from domain.contracts.events import RoleDefined, RoleEvent, RoleGranted, RoleRetired, RoleRevoked
from domain.contracts.identifiers import RoleId, UserId
from domain.fields import require_different, require_scope, require_slug, require_text
from domain.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Absent:
    """No such role."""


@dataclass(frozen=True, slots=True)
class Defined:
    """holders: users who hold the role, each with the part of the plant to which it is limited, if it is"""

    definition: RoleDefined
    holders: Mapping[UserId, Scope | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retired:
    """It was a role; a new definition makes it one again."""


State = Absent | Defined | Retired


class RoleUnknown(Refusal):
    """There is no such role."""

    code = "role_unknown"


class RoleHeld(Refusal):
    """Somebody holds the role."""

    code = "role_held"


class AdministratorsNeeded(Refusal):
    """The administrators' role stays, with its right to manage access and with somebody who holds it."""

    code = "administrators_needed"


def decide(command: RoleCommand, state: State) -> list[RoleEvent]:
    """The events that a command causes; none when nothing changes. Raises a Refusal."""
    if isinstance(command, DefineRole):
        return _define(command, state)
    if isinstance(command, RetireRole) and isinstance(state, Retired):
        return []
    if not isinstance(state, Defined):
        raise RoleUnknown(f"there is no role {command.role_id!r}")
    match command:
        case GrantRole():
            return _grant(command, state)
        case RevokeRole(role_id, user_id):
            return _revoke(role_id, user_id, state)
        case RetireRole(role_id):
            return _retire(role_id, state)
    assert_never(command)


def _define(c: DefineRole, state: State) -> list[RoleEvent]:
    require_slug("role_id", c.role_id)
    require_text("name", c.name)
    require_different("rights", c.rights)
    require_scope("scope", c.scope)
    if c.role_id == ADMINISTRATOR and not (c.scope.whole_plant and Right.MANAGE_ACCESS in c.rights):
        raise AdministratorsNeeded(f"{ADMINISTRATOR} keeps {Right.MANAGE_ACCESS.value} on the whole plant")
    defined = RoleDefined(c.role_id, c.name, c.rights, c.scope)
    return [] if isinstance(state, Defined) and state.definition == defined else [defined]


def _grant(c: GrantRole, state: Defined) -> list[RoleEvent]:
    if c.scope is not None:
        require_scope("scope", c.scope)
    if c.user_id in state.holders and state.holders[c.user_id] == c.scope:
        return []
    if c.scope is not None:
        _keep_an_administrator(c.role_id, c.user_id, state)
    return [RoleGranted(c.role_id, c.user_id, c.scope)]


def _revoke(role_id: RoleId, user_id: UserId, state: Defined) -> list[RoleEvent]:
    if user_id not in state.holders:
        return []
    _keep_an_administrator(role_id, user_id, state)
    return [RoleRevoked(role_id, user_id)]


def _keep_an_administrator(role_id: RoleId, leaving: UserId, state: Defined) -> None:
    """Raises AdministratorsNeeded when nobody else holds the administrators' role without a limit."""
    if role_id != ADMINISTRATOR or state.holders.get(leaving, Scope()) is not None:
        return
    if not any(scope is None for holder, scope in state.holders.items() if holder != leaving):
        raise AdministratorsNeeded("the last administrator of the whole plant stays one")


def _retire(role_id: RoleId, state: Defined) -> list[RoleEvent]:
    if role_id == ADMINISTRATOR:
        raise AdministratorsNeeded(f"{ADMINISTRATOR} is not retired")
    if state.holders:
        raise RoleHeld(f"{len(state.holders)} users hold the role; revoke it first")
    return [RoleRetired(role_id)]


def evolve(state: State, event: RoleEvent) -> State:
    """The state after a fact; never refuses."""
    match event:
        case RoleDefined():
            return replace(state, definition=event) if isinstance(state, Defined) else Defined(event)
        case RoleGranted(_, user_id, scope) if isinstance(state, Defined):
            return replace(state, holders={**state.holders, user_id: scope})
        case RoleRevoked(_, user_id) if isinstance(state, Defined):
            return replace(state, holders={u: s for u, s in state.holders.items() if u != user_id})
        case RoleGranted() | RoleRevoked():
            return state
        case RoleRetired():
            return Retired()
    assert_never(event)
