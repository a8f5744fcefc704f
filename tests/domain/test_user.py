"""Users: registered and changed by the same command, disabled and enabled, never deleted, and erased once for all."""

from dataclasses import replace

import pytest

from domain import user
from domain.contracts.access import Provider
from domain.contracts.commands import DisableUser, EnableUser, ErasePerson, RegisterUser, UserCommand
from domain.contracts.events import UserChanged, UserDisabled, UserEnabled, UserErased, UserEvent
from domain.contracts.identifiers import user_id
from domain.fields import FieldRefused
from domain.refusals import PersonErased
from tests.domain.facts import ANNA, BORIS, USER_REGISTERED
from tests.domain.scenario import Decider

NEW: user.State = user.Absent()
USER: Decider[UserCommand, user.State, UserEvent] = Decider(
    NEW, user.evolve, lambda command, state, _: user.decide(command, state, "root")
)
given = USER.given

REGISTER = RegisterUser(ANNA, Provider.LOCAL, "anna", "Анна Ковалёва", "anna@example.org", "+79161234567")
MARRIED = replace(REGISTER, name="Анна Белова")
CHANGED = UserChanged(ANNA, Provider.LOCAL, "anna", "Анна Белова", "anna@example.org", "+79161234567")
DISABLE = DisableUser(ANNA, "уволилась")
DISABLED = UserDisabled(ANNA, "уволилась")
ENABLE = EnableUser(ANNA)
ENABLED = UserEnabled(ANNA)
ERASE = ErasePerson(ANNA, "заявление 17")
ERASED = UserErased(ANNA, "заявление 17")


def test_a_user_is_registered_once() -> None:
    given().when(REGISTER).then(USER_REGISTERED)
    given(USER_REGISTERED).when(REGISTER).then()


def test_a_user_can_be_changed() -> None:
    given(USER_REGISTERED).when(MARRIED).then(CHANGED)
    given(USER_REGISTERED, CHANGED).when(MARRIED).then()


def test_a_user_needs_no_address() -> None:
    unreachable = replace(REGISTER, email=None, phone=None)
    given().when(unreachable).then(replace(USER_REGISTERED, email=None, phone=None))


def test_a_user_is_disabled_once_and_enabled_once() -> None:
    given(USER_REGISTERED).when(DISABLE).then(DISABLED)
    given(USER_REGISTERED, DISABLED).when(DISABLE).then()
    given(USER_REGISTERED, DISABLED).when(ENABLE).then(ENABLED)
    given(USER_REGISTERED, DISABLED, ENABLED).when(ENABLE).then()


def test_R141_a_directory_that_tells_of_a_user_again_does_not_let_them_in_again() -> None:
    given(USER_REGISTERED, DISABLED).when(MARRIED).then(CHANGED)
    given(USER_REGISTERED, DISABLED, CHANGED).when(ENABLE).then(ENABLED)


def test_G4_the_same_login_of_another_provider_is_another_user() -> None:
    assert user_id(Provider.LDAP, "anna") != ANNA
    given().refused(replace(REGISTER, provider=Provider.LDAP), FieldRefused, "user_id")


def test_a_login_is_the_same_in_any_case() -> None:
    assert user_id(Provider.LOCAL, "Anna") == ANNA


def test_nobody_disables_their_own_account() -> None:
    with pytest.raises(user.OwnAccount):
        user.decide(DISABLE, given(USER_REGISTERED).state, "Anna")


@pytest.mark.parametrize("before", [(USER_REGISTERED,), (USER_REGISTERED, DISABLED), (CHANGED,)])
def test_a_user_is_erased(before: tuple[UserEvent, ...]) -> None:
    given(*before).when(ERASE).then(ERASED)


@pytest.mark.parametrize("command", [ERASE, REGISTER, MARRIED, DISABLE, ENABLE])
def test_an_erased_person_stays_erased(command: UserCommand) -> None:
    given(USER_REGISTERED, ERASED).refused(command, PersonErased)


def test_nobody_erases_themselves() -> None:
    with pytest.raises(user.OwnAccount):
        user.decide(ERASE, given(USER_REGISTERED).state, "anna", ANNA)
    assert user.decide(ERASE, given(USER_REGISTERED).state, "boris", BORIS) == [ERASED]


@pytest.mark.parametrize("command", [DISABLE, ENABLE, ERASE])
def test_nothing_happens_to_a_user_who_is_not_there(command: UserCommand) -> None:
    given().refused(command, user.UserUnknown)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(REGISTER, login=""), "login"),
        (replace(REGISTER, login="anna k"), "login"),
        (replace(REGISTER, login="a" * 101), "login"),
        (replace(REGISTER, user_id=BORIS), "user_id"),
        (replace(REGISTER, name=""), "name"),
        (replace(REGISTER, email="anna"), "email"),
        (replace(REGISTER, email="anna@localhost"), "email"),
        (replace(REGISTER, email="a@b.c\nBcc: d@e.f"), "email"),
        (replace(REGISTER, email=f"{'a' * 250}@b.cd"), "email"),
        (replace(REGISTER, phone="89161234567"), "phone"),
        (replace(REGISTER, phone="+7 916"), "phone"),
        (DisableUser(ANNA, ""), "reason"),
        (ErasePerson(ANNA, " "), "reason"),
        (ErasePerson(ANNA, "x" * 501), "reason"),
    ],
)
def test_a_wrong_field_is_refused_by_name(command: UserCommand, field: str) -> None:
    given(USER_REGISTERED).refused(command, FieldRefused, field)


def test_a_fact_about_an_unknown_user_changes_nothing() -> None:
    given(DISABLED).refused(ENABLE, user.UserUnknown)
