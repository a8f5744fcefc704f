"""What may be asked of roles and users, and what the gateway reports of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain.contracts.access import WHOLE_PLANT, Provider, Right, Scope, SignInFailure
from domain.contracts.identifiers import IncidentId, RoleId, UserId
from domain.contracts.notifying import ReportFormat, ReportKind
from domain.contracts.plant import EvidenceKind
from domain.contracts.subjects import ROLE, USER


@dataclass(frozen=True, slots=True)
class DefineRole:
    """Makes a role, or changes what it may do."""

    role_id: RoleId
    name: str
    rights: tuple[Right, ...]
    scope: Scope = WHOLE_PLANT


@dataclass(frozen=True, slots=True)
class GrantRole:
    """scope: only in this part of the role's own; None: in all of it."""

    role_id: RoleId
    user_id: UserId
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class RevokeRole:
    role_id: RoleId
    user_id: UserId


@dataclass(frozen=True, slots=True)
class RetireRole:
    role_id: RoleId


@dataclass(frozen=True, slots=True)
class RegisterUser:
    """Registers a user, or changes them when they are there already. user_id: `identifiers.user_id` of the others."""

    user_id: UserId
    provider: Provider
    login: str
    name: str
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class DisableUser:
    user_id: UserId
    reason: str


@dataclass(frozen=True, slots=True)
class EnableUser:
    user_id: UserId


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Destroys what is stored about a user, for good. reason: stays, so it says nothing about the person."""

    user_id: UserId
    reason: str


@dataclass(frozen=True, slots=True)
class RecordSignIn:
    user_id: UserId
    address: str


@dataclass(frozen=True, slots=True)
class RecordFailedSignIn:
    """user_id: `identifiers.user_id` of the login that was typed, whether there is such a user or not."""

    user_id: UserId
    reason: SignInFailure
    address: str


@dataclass(frozen=True, slots=True)
class RecordEvidenceView:
    user_id: UserId
    incident_id: IncidentId
    kind: EvidenceKind


@dataclass(frozen=True, slots=True)
class RecordReportExport:
    user_id: UserId
    report: ReportKind
    format: ReportFormat
    period_from: datetime
    period_to: datetime
    rows: int
    sha256: str


RoleCommand = DefineRole | GrantRole | RevokeRole | RetireRole
UserCommand = RegisterUser | DisableUser | EnableUser | ErasePerson
JournalCommand = RecordSignIn | RecordFailedSignIn | RecordEvidenceView | RecordReportExport
AccessCommand = RoleCommand | UserCommand | JournalCommand

ACCESS_COMMANDS: Final[dict[str, type[Any]]] = {
    "define_role": DefineRole,
    "grant_role": GrantRole,
    "revoke_role": RevokeRole,
    "retire_role": RetireRole,
    "register_user": RegisterUser,
    "disable_user": DisableUser,
    "enable_user": EnableUser,
    "erase_person": ErasePerson,
    "record_sign_in": RecordSignIn,
    "record_failed_sign_in": RecordFailedSignIn,
    "record_evidence_view": RecordEvidenceView,
    "record_report_export": RecordReportExport,
}
ACCESS_CONTEXT: Final[dict[type[Any], str]] = {
    **dict.fromkeys((DefineRole, GrantRole, RevokeRole, RetireRole), ROLE),
    **dict.fromkeys((RegisterUser, DisableUser, EnableUser, ErasePerson), USER),
    **dict.fromkeys((RecordSignIn, RecordFailedSignIn, RecordEvidenceView, RecordReportExport), USER),
}
