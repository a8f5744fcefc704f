"""The licence: what it grants, and until when. Pure `decide` and `evolve`, called by domain.service only.

Its end is warned of in time; after it comes a grace period, then key functions are restricted. What records violations
is never among them (FAULTS E8). A clock that was set back gains nothing: the facts remember the latest time seen.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never

from domain.contracts.commands import (
    ActivateLicence,
    CheckLicence,
    IssueLicence,
    LicenceCommand,
    RenewLicence,
)
from domain.contracts.events import (
    LicenceActivated,
    LicenceEvent,
    LicenceExpired,
    LicenceExpiryWarned,
    LicenceIssued,
    LicenceRenewed,
)
from domain.contracts.licensing import LicenceTerms, Module
from domain.fields import require, require_aware, require_different, require_slug, require_text
from domain.refusals import NameTaken, Refusal

WARNED_DAYS: Final = (30, 14, 7, 3, 1)
"""So many days before the end there is a warning."""

GRACE: Final = timedelta(days=7)
CLOCK_TOLERANCE: Final = timedelta(hours=1)
MOST_CAMERAS = 100_000
LAST_YEAR = 2999
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Absent:
    """No such licence."""


@dataclass(frozen=True, slots=True)
class Licence:
    """installation  that uses it; None before its activation
    warned_days   the last warning that was given, in days before the end
    latest        the latest time that its facts tell
    """

    issued: LicenceIssued
    terms: LicenceTerms
    installation: str | None = None
    warned_days: int | None = None
    expired: LicenceExpired | None = None
    latest: datetime = LONG_AGO


State = Absent | Licence


class LicenceUnknown(Refusal):
    """There is no such licence."""

    code = "licence_unknown"


class LicenceInUse(Refusal):
    """Another installation uses the licence."""

    code = "licence_in_use"


class LicenceNotActive(Refusal):
    """The licence has not been activated."""

    code = "licence_not_active"


class LicenceOver(Refusal):
    """The licence has ended; renew it."""

    code = "licence_over"


class ClockSetBack(Refusal):
    """The clock shows an earlier time than the licence has already seen."""

    code = "clock_set_back"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may be used now. cameras: how many may be connected; those that are connected go on recording."""

    modules: frozenset[Module]
    cameras: int


NOTHING: Final = Allowance(frozenset(), 0)


def allowance(state: State, at: datetime) -> Allowance:
    """What the licence grants at a time; a clock that was set back does not bring an ended licence back."""
    if isinstance(state, Absent) or state.installation is None or at < state.terms.valid_from:
        return NOTHING
    if max(at, state.latest) >= state.terms.valid_until + GRACE:
        return NOTHING
    return Allowance(frozenset(state.terms.modules), state.terms.cameras)


def decide(command: LicenceCommand, state: State, at: datetime) -> list[LicenceEvent]:
    """The events that a command causes at the time `at`; none when nothing changes. Raises a Refusal."""
    if isinstance(command, IssueLicence):
        return _issue(command, state)
    if isinstance(state, Absent):
        raise LicenceUnknown(f"there is no licence {command.licence_id!r}")
    if at < state.latest - CLOCK_TOLERANCE:
        raise ClockSetBack(f"the clock shows {at.isoformat()}, the licence has seen {state.latest.isoformat()}")
    match command:
        case ActivateLicence():
            return _activate(command, state, at)
        case CheckLicence():
            return _check(state, at)
        case RenewLicence():
            return _renew(command, state, at)
    assert_never(command)


def _issue(c: IssueLicence, state: State) -> list[LicenceEvent]:
    require_slug("licence_id", c.licence_id)
    require_text("enterprise", c.enterprise)
    _check_terms(c.terms)
    issued = LicenceIssued(c.licence_id, c.enterprise, c.terms)
    if isinstance(state, Absent):
        return [issued]
    if state.issued != issued:
        raise NameTaken(f"there is another licence {c.licence_id!r}")
    return []


def _activate(c: ActivateLicence, state: Licence, at: datetime) -> list[LicenceEvent]:
    require_text("installation", c.installation)
    if state.installation == c.installation:
        return []
    if state.installation is not None:
        raise LicenceInUse("another installation uses the licence")
    if at >= state.terms.valid_until:
        raise LicenceOver(f"the licence ended at {state.terms.valid_until.isoformat()}")
    return [LicenceActivated(c.installation, at)]


def _check(state: Licence, at: datetime) -> list[LicenceEvent]:
    if state.installation is None:
        raise LicenceNotActive("the licence has not been activated")
    if state.expired is not None:
        return []
    until = state.terms.valid_until
    if at >= until:
        return [LicenceExpired(until, until + GRACE, at)]
    days_left = -(-(until - at) // DAY)
    due = _due_warning(days_left)
    if due is None or (state.warned_days is not None and state.warned_days <= due):
        return []
    return [LicenceExpiryWarned(until, days_left, at)]


def _due_warning(days_left: int) -> int | None:
    return min((days for days in WARNED_DAYS if days_left <= days), default=None)


def _renew(c: RenewLicence, state: Licence, at: datetime) -> list[LicenceEvent]:
    _check_terms(c.terms)
    if c.terms == state.terms:
        return []
    accepted = f"{state.terms.valid_until.isoformat()} or later, and not yet over,"
    require(c.terms.valid_until >= state.terms.valid_until and c.terms.valid_until > at, "valid_until", accepted)
    return [LicenceRenewed(c.terms)]


def _check_terms(t: LicenceTerms) -> None:
    require_different("modules", t.modules, least=0)
    require(1 <= t.cameras <= MOST_CAMERAS, "cameras", f"1 to {MOST_CAMERAS}")
    require_aware("valid_from", t.valid_from)
    require_aware("valid_until", t.valid_until)
    accepted = f"a time after valid_from, up to the year {LAST_YEAR},"
    require(t.valid_from < t.valid_until and t.valid_until.year <= LAST_YEAR, "valid_until", accepted)


def evolve(state: State, event: LicenceEvent) -> State:
    """The state after a fact; never refuses."""
    if isinstance(event, LicenceIssued):
        return Licence(event, event.terms)
    if isinstance(state, Absent):
        return state
    match event:
        case LicenceActivated(installation, at):
            return replace(state, installation=installation, latest=max(state.latest, at))
        case LicenceExpiryWarned(_, days_left, at):
            return replace(state, warned_days=_due_warning(days_left), latest=max(state.latest, at))
        case LicenceExpired(expired_at=at):
            return replace(state, expired=event, latest=max(state.latest, at))
        case LicenceRenewed(terms):
            return replace(state, terms=terms, warned_days=None, expired=None)
    assert_never(event)
