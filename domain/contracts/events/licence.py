"""Facts about licences. They carry the time of the check, so that a clock that was set back is seen (FAULTS E8)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain.contracts.identifiers import LicenceId
from domain.contracts.licensing import LicenceTerms


@dataclass(frozen=True, slots=True)
class LicenceIssued:
    """Formed for an enterprise (R150)."""

    licence_id: LicenceId
    enterprise: str
    terms: LicenceTerms


@dataclass(frozen=True, slots=True)
class LicenceActivated:
    """It is in use by this installation from now on."""

    installation: str
    activated_at: datetime


@dataclass(frozen=True, slots=True)
class LicenceExpiryWarned:
    """It ends soon (R152). days_left: whole days, rounded up."""

    valid_until: datetime
    days_left: int
    warned_at: datetime


@dataclass(frozen=True, slots=True)
class LicenceExpired:
    """It ended. From restricted_from on key functions are restricted; recording goes on (FAULTS E8)."""

    valid_until: datetime
    restricted_from: datetime
    expired_at: datetime


@dataclass(frozen=True, slots=True)
class LicenceRenewed:
    """All the terms, after a renewal or an extension (R151)."""

    terms: LicenceTerms


LicenceEvent = LicenceIssued | LicenceActivated | LicenceExpiryWarned | LicenceExpired | LicenceRenewed

LICENCE_EVENTS: Final[dict[str, type[Any]]] = {
    "licence.issued.v1": LicenceIssued,
    "licence.activated.v1": LicenceActivated,
    "licence.expiry_warned.v1": LicenceExpiryWarned,
    "licence.expired.v1": LicenceExpired,
    "licence.renewed.v1": LicenceRenewed,
}
