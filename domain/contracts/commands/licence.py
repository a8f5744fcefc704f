"""What may be asked of a licence."""

from dataclasses import dataclass
from typing import Any, Final

from domain.contracts.identifiers import LicenceId
from domain.contracts.licensing import LicenceTerms
from domain.contracts.subjects import LICENCE


@dataclass(frozen=True, slots=True)
class IssueLicence:
    licence_id: LicenceId
    enterprise: str
    terms: LicenceTerms


@dataclass(frozen=True, slots=True)
class ActivateLicence:
    """installation: the name of the installation that is to use it, and no other."""

    licence_id: LicenceId
    installation: str


@dataclass(frozen=True, slots=True)
class CheckLicence:
    """The periodic check (R151): warns and expires when it is time."""

    licence_id: LicenceId


@dataclass(frozen=True, slots=True)
class RenewLicence:
    licence_id: LicenceId
    terms: LicenceTerms


LicenceCommand = IssueLicence | ActivateLicence | CheckLicence | RenewLicence

LICENCE_COMMANDS: Final[dict[str, type[Any]]] = {
    "issue_licence": IssueLicence,
    "activate_licence": ActivateLicence,
    "check_licence": CheckLicence,
    "renew_licence": RenewLicence,
}
LICENCE_CONTEXT: Final[dict[type[Any], str]] = dict.fromkeys(LICENCE_COMMANDS.values(), LICENCE)
