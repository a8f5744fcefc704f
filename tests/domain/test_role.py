"""Roles: what they may do, who holds them, and that a plant keeps its administrators."""

from dataclasses import replace

import pytest

from domain import role
from domain.contracts.access import ADMINISTRATOR, WHOLE_PLANT, Right, Scope
from domain.contracts.commands import DefineRole, GrantRole, RetireRole, RevokeRole, RoleCommand
from domain.contracts.events import RoleDefined, RoleEvent, RoleGranted, RoleRetired, RoleRevoked
from domain.contracts.identifiers import CameraId, RoleId, ShopId
from domain.fields import FieldRefused
from tests.domain.facts import ANNA, BORIS, GATES, OPERATOR, ROLE_DEFINED, ROLE_GRANTED, SHOP
from tests.domain.samples import YARD
from tests.domain.scenario import Decider

NEW: role.State = role.Absent()
ROLE: Decider[RoleCommand, role.State, RoleEvent] = Decider(NEW, role.evolve, lambda c, s, _: role.decide(c, s))
given = ROLE.given

DEFINE = DefineRole(OPERATOR, "Оператор", (Right.WATCH_LIVE, Right.CONFIRM_REVIEW), Scope(shops=(SHOP,)))
GRANT = GrantRole(OPERATOR, ANNA)
REVOKE = RevokeRole(OPERATOR, ANNA)
REVOKED = RoleRevoked(OPERATOR, ANNA)
RETIRE = RetireRole(OPERATOR)
RETIRED = RoleRetired(OPERATOR)
ONLY_GATES = Scope(groups=(GATES,))

ADMINS = RoleDefined(ADMINISTRATOR, "Администратор", (Right.MANAGE_ACCESS,), WHOLE_PLANT)
ANNA_ADMIN = RoleGranted(ADMINISTRATOR, ANNA, None)
BORIS_ADMIN = RoleGranted(ADMINISTRATOR, BORIS, None)


def test_a_role_is_defined_with_its_rights() -> None:
    given().when(DEFINE).then(ROLE_DEFINED)
    given(ROLE_DEFINED).when(DEFINE).then()


def test_the_rights_of_a_role_can_be_edited_while_people_hold_it() -> None:
    fewer = replace(DEFINE, rights=(Right.WATCH_LIVE,))
    given(ROLE_DEFINED, ROLE_GRANTED).when(fewer).then(replace(ROLE_DEFINED, rights=(Right.WATCH_LIVE,)))
    given(ROLE_DEFINED, ROLE_GRANTED, replace(ROLE_DEFINED, name="Дежурный")).refused(RETIRE, role.RoleHeld)


def test_X2_confirming_a_review_is_a_right_of_any_role() -> None:
    guard = DefineRole(RoleId("guard"), "Охрана", (Right.CONFIRM_REVIEW,))
    given().when(guard).then(RoleDefined(RoleId("guard"), "Охрана", (Right.CONFIRM_REVIEW,), WHOLE_PLANT))


def test_a_role_is_granted_once() -> None:
    given(ROLE_DEFINED).when(GRANT).then(ROLE_GRANTED)
    given(ROLE_DEFINED, ROLE_GRANTED).when(GRANT).then()


def test_a_grant_can_be_limited_to_a_part_of_the_plant_and_widened_again() -> None:
    limited = RoleGranted(OPERATOR, ANNA, ONLY_GATES)
    given(ROLE_DEFINED, ROLE_GRANTED).when(replace(GRANT, scope=ONLY_GATES)).then(limited)
    given(ROLE_DEFINED, limited).when(GRANT).then(ROLE_GRANTED)


def test_a_role_is_revoked_once() -> None:
    given(ROLE_DEFINED, ROLE_GRANTED).when(REVOKE).then(REVOKED)
    given(ROLE_DEFINED, ROLE_GRANTED, REVOKED).when(REVOKE).then()
    given(ROLE_DEFINED).when(REVOKE).then()


def test_a_role_that_nobody_holds_is_retired_once_and_can_be_defined_again() -> None:
    given(ROLE_DEFINED, ROLE_GRANTED, REVOKED).when(RETIRE).then(RETIRED)
    given(ROLE_DEFINED, RETIRED).when(RETIRE).then()
    given(ROLE_DEFINED, RETIRED).when(DEFINE).then(ROLE_DEFINED)


def test_a_role_that_somebody_holds_is_not_retired() -> None:
    given(ROLE_DEFINED, ROLE_GRANTED).refused(RETIRE, role.RoleHeld, "1 users")


@pytest.mark.parametrize("command", [GRANT, REVOKE, RETIRE])
def test_nothing_happens_to_a_role_that_is_not_there(command: RoleCommand) -> None:
    given().refused(command, role.RoleUnknown, "operator")


@pytest.mark.parametrize("command", [GRANT, REVOKE])
def test_a_retired_role_is_granted_to_nobody(command: RoleCommand) -> None:
    given(ROLE_DEFINED, RETIRED).refused(command, role.RoleUnknown)


@pytest.mark.parametrize(
    "command",
    [
        DefineRole(ADMINISTRATOR, "Администратор", (Right.WATCH_LIVE,)),
        DefineRole(ADMINISTRATOR, "Администратор", (Right.MANAGE_ACCESS,), Scope(shops=(SHOP,))),
    ],
)
def test_administrators_keep_the_right_to_manage_access(command: RoleCommand) -> None:
    given(ADMINS, ANNA_ADMIN).refused(command, role.AdministratorsNeeded)


@pytest.mark.parametrize("command", [RevokeRole(ADMINISTRATOR, ANNA), GrantRole(ADMINISTRATOR, ANNA, ONLY_GATES)])
def test_the_last_administrator_stays_one(command: RoleCommand) -> None:
    given(ADMINS, ANNA_ADMIN).refused(command, role.AdministratorsNeeded)
    given(ADMINS, ANNA_ADMIN, RoleGranted(ADMINISTRATOR, BORIS, ONLY_GATES)).refused(command, role.AdministratorsNeeded)


def test_one_of_two_administrators_may_go() -> None:
    revoked = RoleRevoked(ADMINISTRATOR, ANNA)
    given(ADMINS, ANNA_ADMIN, BORIS_ADMIN).when(RevokeRole(ADMINISTRATOR, ANNA)).then(revoked)


def test_an_administrator_of_a_part_may_always_go() -> None:
    limited = RoleGranted(ADMINISTRATOR, BORIS, ONLY_GATES)
    given(ADMINS, ANNA_ADMIN, limited).when(RevokeRole(ADMINISTRATOR, BORIS)).then(RoleRevoked(ADMINISTRATOR, BORIS))


def test_the_administrators_role_is_not_retired() -> None:
    given(ADMINS).refused(RetireRole(ADMINISTRATOR), role.AdministratorsNeeded)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(DEFINE, role_id=RoleId("Оператор")), "role_id"),
        (replace(DEFINE, name=" "), "name"),
        (replace(DEFINE, name="x" * 201), "name"),
        (replace(DEFINE, rights=()), "rights"),
        (replace(DEFINE, rights=(Right.WATCH_LIVE, Right.WATCH_LIVE)), "rights"),
        (replace(DEFINE, scope=Scope()), "scope"),
        (replace(DEFINE, scope=Scope(whole_plant=True, shops=(SHOP,))), "scope"),
        (replace(DEFINE, scope=Scope(cameras=(CameraId("../etc"),))), "scope"),
        (replace(GRANT, scope=Scope()), "scope"),
    ],
)
def test_a_wrong_field_is_refused_by_name(command: RoleCommand, field: str) -> None:
    given(ROLE_DEFINED).refused(command, FieldRefused, field)


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        (WHOLE_PLANT, True),
        (Scope(cameras=(YARD,)), True),
        (Scope(groups=(GATES,)), True),
        (Scope(shops=(SHOP,)), True),
        (Scope(cameras=(CameraId("gate"),)), False),
        (Scope(shops=(ShopId("shop-9"),)), False),
        (Scope(), False),
    ],
)
def test_a_scope_covers_a_camera_by_name_group_or_shop(scope: Scope, covered: bool) -> None:
    assert scope.covers(YARD, GATES, SHOP) is covered


def test_a_camera_of_no_group_or_shop_is_covered_by_none() -> None:
    assert not Scope(groups=(GATES,), shops=(SHOP,)).covers(YARD)
