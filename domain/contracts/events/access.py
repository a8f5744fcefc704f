"""Facts about roles and users. Users are named by an identifier that says nothing about the person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from domain.contracts.access import Provider, Right, Scope, SignInFailure
from domain.contracts.identifiers import IncidentId, RoleId, UserId
from domain.contracts.notifying import ReportFormat, ReportKind
from domain.contracts.personal import Personal
from domain.contracts.plant import EvidenceKind

OF_THE_USER: Final = Personal("user_id")


@dataclass(frozen=True, slots=True)
class RoleDefined:
    """What the role may do, and in which part of the plant, from now on; all of it each time (R131, R133)."""

    role_id: RoleId
    name: str
    rights: tuple[Right, ...]
    scope: Scope


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """A user holds the role from now on. scope: only in this part of the role's own; None: in all of it."""

    role_id: RoleId
    user_id: UserId
    scope: Scope | None


@dataclass(frozen=True, slots=True)
class RoleRevoked:
    role_id: RoleId
    user_id: UserId


@dataclass(frozen=True, slots=True)
class RoleRetired:
    role_id: RoleId


@dataclass(frozen=True, slots=True)
class UserRegistered:
    """A person who may sign in, and where messages reach them. phone: + and digits."""

    user_id: UserId
    provider: Provider
    login: Annotated[str, OF_THE_USER]
    name: Annotated[str, OF_THE_USER]
    email: Annotated[str | None, OF_THE_USER]
    phone: Annotated[str | None, OF_THE_USER]


@dataclass(frozen=True, slots=True)
class UserChanged:
    """The same fields as at registration, all of them, after a change."""

    user_id: UserId
    provider: Provider
    login: Annotated[str, OF_THE_USER]
    name: Annotated[str, OF_THE_USER]
    email: Annotated[str | None, OF_THE_USER]
    phone: Annotated[str | None, OF_THE_USER]


@dataclass(frozen=True, slots=True)
class UserDisabled:
    """Nobody is deleted: a user who left is disabled, what they did stays theirs."""

    user_id: UserId
    reason: Annotated[str, OF_THE_USER]


@dataclass(frozen=True, slots=True)
class UserEnabled:
    user_id: UserId


@dataclass(frozen=True, slots=True)
class UserErased:
    """The person's key is destroyed: whatever events hold about them is unreadable from now on. The user stays one.

    reason   why, for ever: a paragraph of the law, a request's number; nothing about the person
    """

    user_id: UserId
    reason: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """address: IP address of the browser."""

    user_id: UserId
    address: Annotated[str, OF_THE_USER]


@dataclass(frozen=True, slots=True)
class SignInFailed:
    """The login as typed is not kept: people type passwords there. An unknown login has a user id all the same."""

    user_id: UserId
    reason: SignInFailure
    address: Annotated[str, OF_THE_USER]


@dataclass(frozen=True, slots=True)
class EvidenceViewed:
    """A person opened a photo, a clip or the detections of an incident."""

    user_id: UserId
    incident_id: IncidentId
    kind: EvidenceKind


@dataclass(frozen=True, slots=True)
class ReportExported:
    """A report left the system: what it covers and the sha256 of its bytes."""

    user_id: UserId
    report: ReportKind
    format: ReportFormat
    period_from: datetime
    period_to: datetime
    rows: int
    sha256: str


RoleEvent = RoleDefined | RoleGranted | RoleRevoked | RoleRetired
UserEvent = UserRegistered | UserChanged | UserDisabled | UserEnabled | UserErased
JournalEvent = SignedIn | SignInFailed | EvidenceViewed | ReportExported
AccessEvent = RoleEvent | UserEvent | JournalEvent

ACCESS_EVENTS: Final[dict[str, type[Any]]] = {
    "role.defined.v1": RoleDefined,
    "role.granted.v1": RoleGranted,
    "role.revoked.v1": RoleRevoked,
    "role.retired.v1": RoleRetired,
    "user.registered.v1": UserRegistered,
    "user.changed.v1": UserChanged,
    "user.disabled.v1": UserDisabled,
    "user.enabled.v1": UserEnabled,
    "user.erased.v1": UserErased,
    "user.signed_in.v1": SignedIn,
    "user.sign_in_failed.v1": SignInFailed,
    "user.evidence_viewed.v1": EvidenceViewed,
    "user.report_exported.v1": ReportExported,
}
