"""Notification rules: defined once, changed knowingly, removed once; a wrong term is named."""

from dataclasses import replace

import pytest

from domain import notification
from domain.contracts.access import Scope
from domain.contracts.commands import (
    ChangeNotificationRule,
    DefineNotificationRule,
    NotificationRuleCommand,
    RemoveNotificationRule,
)
from domain.contracts.events import NotificationRuleChanged, NotificationRuleEvent, NotificationRuleRemoved
from domain.contracts.identifiers import NotificationRuleId, RoleId
from domain.contracts.notifying import Channel, NotificationTerms, Occasion
from domain.contracts.plant import Schedule
from domain.fields import FieldRefused
from domain.refusals import NameTaken
from tests.domain.facts import NOTIFICATION_DEFINED, OPERATOR, TERMS
from tests.domain.scenario import Decider

NEW: notification.State = notification.Absent()
NOTIFICATION: Decider[NotificationRuleCommand, notification.State, NotificationRuleEvent] = Decider(
    NEW, notification.evolve, lambda command, state, _: notification.decide(command, state)
)
given = NOTIFICATION.given

FOREMEN = NotificationRuleId("foremen")
RARER = replace(TERMS, min_interval_s=900.0)
DEFINE = DefineNotificationRule(FOREMEN, TERMS)
CHANGE = ChangeNotificationRule(FOREMEN, RARER)
CHANGED = NotificationRuleChanged(FOREMEN, RARER)
REMOVE = RemoveNotificationRule(FOREMEN)
REMOVED = NotificationRuleRemoved(FOREMEN)


def test_a_rule_is_defined_once() -> None:
    given().when(DEFINE).then(NOTIFICATION_DEFINED)
    given(NOTIFICATION_DEFINED).when(DEFINE).then()


def test_another_rule_of_the_same_name_is_refused() -> None:
    given(NOTIFICATION_DEFINED).refused(DefineNotificationRule(FOREMEN, RARER), NameTaken, "foremen")


def test_a_rule_can_be_changed() -> None:
    given(NOTIFICATION_DEFINED).when(CHANGE).then(CHANGED)
    given(NOTIFICATION_DEFINED, CHANGED).when(CHANGE).then()


def test_a_rule_is_removed_once_and_can_be_defined_again() -> None:
    given(NOTIFICATION_DEFINED, CHANGED).when(REMOVE).then(REMOVED)
    given(NOTIFICATION_DEFINED, REMOVED).when(REMOVE).then()
    given(NOTIFICATION_DEFINED, REMOVED).when(DEFINE).then(NOTIFICATION_DEFINED)


@pytest.mark.parametrize("command", [CHANGE, REMOVE])
def test_nothing_happens_to_a_rule_that_is_not_there(command: NotificationRuleCommand) -> None:
    given().refused(command, notification.NotificationRuleUnknown, "foremen")


def test_a_removed_rule_is_not_changed() -> None:
    given(NOTIFICATION_DEFINED, REMOVED).refused(CHANGE, notification.NotificationRuleUnknown)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (replace(TERMS, name=""), "name"),
        (replace(TERMS, occasions=()), "occasions"),
        (replace(TERMS, occasions=(Occasion.REVIEW, Occasion.REVIEW)), "occasions"),
        (replace(TERMS, occasions=(Occasion.REPORT,)), "occasions"),
        (replace(TERMS, roles=()), "roles"),
        (replace(TERMS, roles=(RoleId("Мастер"),)), "roles"),
        (replace(TERMS, roles=(OPERATOR, OPERATOR)), "roles"),
        (replace(TERMS, channels=()), "channels"),
        (replace(TERMS, channels=(Channel.SMS, Channel.SMS)), "channels"),
        (replace(TERMS, scope=Scope()), "scope"),
        (replace(TERMS, min_interval_s=-1.0), "min_interval_s"),
        (replace(TERMS, min_interval_s=90_000.0), "min_interval_s"),
        (replace(TERMS, min_interval_s=float("nan")), "min_interval_s"),
        (replace(TERMS, quiet_hours=Schedule("Mars/Olympus", ())), "quiet_hours"),
    ],
)
def test_a_wrong_term_is_refused_by_name(terms: NotificationTerms, field: str) -> None:
    given().refused(DefineNotificationRule(FOREMEN, terms), FieldRefused, field)
    given(NOTIFICATION_DEFINED).refused(ChangeNotificationRule(FOREMEN, terms), FieldRefused, field)


def test_a_rules_name_is_safe_in_a_subject() -> None:
    given().refused(DefineNotificationRule(NotificationRuleId("a.b"), TERMS), FieldRefused, "rule_id")
