"""Licences: issued, activated once, warned of in time, expired, renewed; a clock that was set back gains nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain import licence
from domain.contracts.commands import ActivateLicence, CheckLicence, IssueLicence, LicenceCommand, RenewLicence
from domain.contracts.events import (
    LicenceEvent,
    LicenceExpired,
    LicenceExpiryWarned,
    LicenceRenewed,
)
from domain.contracts.identifiers import LicenceId
from domain.contracts.licensing import LicenceTerms, Module
from domain.fields import FieldRefused
from domain.licence import GRACE, NOTHING, Allowance, allowance
from domain.refusals import NameTaken
from tests.domain.facts import ACTIVATED, DAY, ISSUED, YEAR
from tests.domain.samples import T0
from tests.domain.scenario import Decider

NEW: licence.State = licence.Absent()
LICENCE: Decider[LicenceCommand, licence.State, LicenceEvent] = Decider(NEW, licence.evolve, licence.decide)
given = LICENCE.given

ID = LicenceId("plant-2026")
END = YEAR.valid_until
ISSUE = IssueLicence(ID, "АО «Завод»", YEAR)
ACTIVATE = ActivateLicence(ID, "installation-7")
CHECK = CheckLicence(ID)
LONGER = replace(YEAR, valid_until=END + 365 * DAY)
RENEW = RenewLicence(ID, LONGER)
RENEWED = LicenceRenewed(LONGER)
EXPIRED = LicenceExpired(END, END + GRACE, END + DAY)
GRANTED = Allowance(frozenset({Module.PPE, Module.PERIMETER}), 80)


def test_a_licence_is_issued_once() -> None:
    given().when(ISSUE).then(ISSUED)
    given(ISSUED).when(ISSUE).then()
    given(ISSUED, RENEWED).when(ISSUE).then()


def test_another_licence_of_the_same_name_is_refused() -> None:
    given(ISSUED).refused(replace(ISSUE, enterprise="ООО «Другое»"), NameTaken)


def test_a_licence_is_activated_once_by_one_installation() -> None:
    given(ISSUED).when(ACTIVATE).then(ACTIVATED)
    given(ISSUED, ACTIVATED).when(ACTIVATE).then()
    given(ISSUED, ACTIVATED).refused(ActivateLicence(ID, "installation-8"), licence.LicenceInUse)


def test_a_licence_that_is_over_is_not_activated() -> None:
    given(ISSUED).refused(ACTIVATE, licence.LicenceOver, at=END)


def test_a_check_has_nothing_to_say_in_the_middle_of_the_year() -> None:
    given(ISSUED, ACTIVATED).when(CHECK, at=T0 + 100 * DAY).then()


@pytest.mark.parametrize(
    ("before_end", "days_left"),
    [
        (30 * DAY, 30),
        (29.5 * DAY, 30),
        (14 * DAY, 14),
        (6 * DAY, 6),  # the check of the seventh day was missed
        (DAY, 1),
        (timedelta(minutes=1), 1),
    ],
)
def test_the_end_is_warned_of(before_end: timedelta, days_left: int) -> None:
    at = END - before_end
    given(ISSUED, ACTIVATED).when(CHECK, at=at).then(LicenceExpiryWarned(END, days_left, at))


def test_each_warning_is_given_once() -> None:
    warned = LicenceExpiryWarned(END, 14, END - 14 * DAY)
    given(ISSUED, ACTIVATED, warned).when(CHECK, at=END - 13 * DAY).then()
    given(ISSUED, ACTIVATED, warned).when(CHECK, at=END - 8 * DAY).then()
    seventh = LicenceExpiryWarned(END, 7, END - 7 * DAY)
    given(ISSUED, ACTIVATED, warned).when(CHECK, at=END - 7 * DAY).then(seventh)


def test_it_expires_once_and_key_functions_are_restricted_after_a_grace_period() -> None:
    given(ISSUED, ACTIVATED).when(CHECK, at=END + DAY).then(EXPIRED)
    given(ISSUED, ACTIVATED, EXPIRED).when(CHECK, at=END + 2 * DAY).then()


def test_it_expires_at_its_very_end() -> None:
    given(ISSUED, ACTIVATED).when(CHECK, at=END).then(replace(EXPIRED, expired_at=END))


def test_a_renewed_licence_is_warned_of_and_expires_anew() -> None:
    given(ISSUED, ACTIVATED).when(RENEW).then(RENEWED)
    given(ISSUED, ACTIVATED, RENEWED).when(RENEW).then()
    at = LONGER.valid_until - 20 * DAY
    warned = LicenceExpiryWarned(LONGER.valid_until, 20, at)
    given(ISSUED, ACTIVATED, EXPIRED, RENEWED).when(CHECK, at=at).then(warned)


def test_a_licence_can_be_extended_by_modules_and_cameras_alone() -> None:
    wider = replace(YEAR, cameras=120, modules=(*YEAR.modules, Module.VEHICLES))
    given(ISSUED, ACTIVATED).when(RenewLicence(ID, wider)).then(LicenceRenewed(wider))


def test_a_renewal_ends_neither_earlier_nor_in_the_past() -> None:
    given(ISSUED).refused(RenewLicence(ID, replace(YEAR, valid_until=END - DAY)), FieldRefused, "valid_until")
    late = END + 700 * DAY
    given(ISSUED, ACTIVATED, EXPIRED).refused(RENEW, FieldRefused, "valid_until", at=late)


@pytest.mark.parametrize("command", [ACTIVATE, CHECK, RENEW])
def test_nothing_happens_to_a_licence_that_is_not_there(command: LicenceCommand) -> None:
    given().refused(command, licence.LicenceUnknown, "plant-2026")


def test_a_licence_that_nobody_uses_is_not_checked() -> None:
    given(ISSUED).refused(CHECK, licence.LicenceNotActive)


@pytest.mark.parametrize("command", [CHECK, RENEW, ACTIVATE])
def test_E8_a_clock_that_was_set_back_is_seen(command: LicenceCommand) -> None:
    given(ISSUED, ACTIVATED, EXPIRED).refused(command, licence.ClockSetBack, at=END - 30 * DAY)


def test_a_clock_may_be_a_little_wrong() -> None:
    given(ISSUED, ACTIVATED, EXPIRED).when(CHECK, at=EXPIRED.expired_at - timedelta(minutes=59)).then()


@pytest.mark.parametrize(
    ("events", "at", "granted"),
    [
        ((), T0, NOTHING),
        ((ISSUED,), T0, NOTHING),
        ((ISSUED, ACTIVATED), T0 - DAY, NOTHING),
        ((ISSUED, ACTIVATED), T0, GRANTED),
        ((ISSUED, ACTIVATED, EXPIRED), END + GRACE - DAY, GRANTED),  # the grace period
        ((ISSUED, ACTIVATED, EXPIRED), END + GRACE, NOTHING),
        ((ISSUED, ACTIVATED), END + GRACE, NOTHING),  # even when nobody checked
        ((ISSUED, ACTIVATED, EXPIRED, RENEWED), END + GRACE, GRANTED),
        ((ISSUED, ACTIVATED, replace(EXPIRED, expired_at=END + GRACE)), T0, NOTHING),  # E8: the clock was set back
    ],
)
def test_what_a_licence_grants(events: tuple[LicenceEvent, ...], at: datetime, granted: Allowance) -> None:
    assert allowance(given(*events).state, at) == granted


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (replace(YEAR, modules=(Module.PPE, Module.PPE)), "modules"),
        (replace(YEAR, cameras=0), "cameras"),
        (replace(YEAR, cameras=100_001), "cameras"),
        (replace(YEAR, valid_until=T0), "valid_until"),
        (replace(YEAR, valid_until=datetime(9999, 12, 31, tzinfo=UTC)), "valid_until"),
        (replace(YEAR, valid_from=T0.replace(tzinfo=None)), "valid_from"),
        (replace(YEAR, valid_until=END.replace(tzinfo=None)), "valid_until"),
    ],
)
def test_a_wrong_term_is_refused_by_name(terms: LicenceTerms, field: str) -> None:
    given().refused(replace(ISSUE, terms=terms), FieldRefused, field)
    given(ISSUED).refused(RenewLicence(ID, terms), FieldRefused, field)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(ISSUE, licence_id=LicenceId("a.b")), "licence_id"),
        (replace(ISSUE, enterprise=""), "enterprise"),
        (ActivateLicence(ID, ""), "installation"),
    ],
)
def test_a_wrong_field_is_refused_by_name(command: LicenceCommand, field: str) -> None:
    given(ISSUED).refused(command, FieldRefused, field)


def test_a_fact_about_an_unknown_licence_changes_nothing() -> None:
    given(ACTIVATED).refused(CHECK, licence.LicenceUnknown)
