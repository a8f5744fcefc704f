"""The user: pure `decide` and `evolve`, called by domain.service only.

Nobody is deleted: who left is disabled, and who asks for it is erased, which leaves a user without a person.
"""

import re
from dataclasses import dataclass, replace
from typing import assert_never

from domain.contracts.commands import DisableUser, EnableUser, ErasePerson, RegisterUser, UserCommand
from domain.contracts.events import UserChanged, UserDisabled, UserEnabled, UserErased, UserEvent, UserRegistered
from domain.contracts.identifiers import UserId, user_id
from domain.fields import require, require_text
from domain.refusals import PersonErased, Refusal

LONGEST_LOGIN = 100
LONGEST_EMAIL = 254
LONGEST_REASON = 500

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class Absent:
    """No such user."""


@dataclass(frozen=True, slots=True)
class Registered:
    person: UserRegistered | UserChanged
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Erased:
    """A user about whom nothing is known any more, and nothing will be."""


State = Absent | Registered | Erased


class UserUnknown(Refusal):
    """There is no such user."""

    code = "user_unknown"


class OwnAccount(Refusal):
    """Nobody disables or erases their own account."""

    code = "own_account"


def decide(command: UserCommand, state: State, by: str, person: UserId | None = None) -> list[UserEvent]:
    """The events that a command of the login `by` causes; none when nothing changes. Raises a Refusal.

    person   whose login `by` is, when it is one
    """
    if isinstance(state, Erased):
        raise PersonErased("this person was erased")
    if isinstance(command, RegisterUser):
        return _register(command, state)
    if isinstance(state, Absent):
        raise UserUnknown("there is no such user")
    match command:
        case ErasePerson():
            return _erase(command, person)
        case DisableUser():
            return _disable(command, state, by)
        case EnableUser():
            return [UserEnabled(command.user_id)] if state.disabled else []
    assert_never(command)


def _register(c: RegisterUser, state: Absent | Registered) -> list[UserEvent]:
    require_text("login", c.login, LONGEST_LOGIN)
    require(not any(s.isspace() for s in c.login), "login", "no blank")
    require(c.user_id == user_id(c.provider, c.login), "user_id", "the identifier of this provider and login")
    require_text("name", c.name)
    _check_reachable(c)
    fields = (c.user_id, c.provider, c.login, c.name, c.email, c.phone)
    if isinstance(state, Absent):
        return [UserRegistered(*fields)]
    changed = UserChanged(*fields)
    return [] if _as_changed(state.person) == changed else [changed]


def _check_reachable(c: RegisterUser) -> None:
    if c.email is not None:
        fits = len(c.email) <= LONGEST_EMAIL and _EMAIL.fullmatch(c.email) is not None
        require(fits, "email", "an address such as anna@example.org")
    if c.phone is not None:
        require(_PHONE.fullmatch(c.phone) is not None, "phone", "+ and 7 to 15 digits")


def _as_changed(p: UserRegistered | UserChanged) -> UserChanged:
    return UserChanged(p.user_id, p.provider, p.login, p.name, p.email, p.phone)


def _disable(c: DisableUser, state: Registered, by: str) -> list[UserEvent]:
    if state.disabled:
        return []
    if state.person.login.casefold() == by.casefold():
        raise OwnAccount("somebody else must disable your account")
    require_text("reason", c.reason, LONGEST_REASON)
    return [UserDisabled(c.user_id, c.reason)]


def _erase(c: ErasePerson, person: UserId | None) -> list[UserEvent]:
    if c.user_id == person:
        raise OwnAccount("somebody else must erase you")
    require_text("reason", c.reason, LONGEST_REASON)
    return [UserErased(c.user_id, c.reason)]


def evolve(state: State, event: UserEvent) -> State:
    """The state after a fact; never refuses."""
    match event:
        case UserRegistered():
            return Registered(event)
        case UserErased():
            return Erased()
        case UserChanged():
            return replace(state, person=event) if isinstance(state, Registered) else Registered(event)
        case UserDisabled():
            return replace(state, disabled=True) if isinstance(state, Registered) else state
        case UserEnabled():
            return replace(state, disabled=False) if isinstance(state, Registered) else state
    assert_never(event)
