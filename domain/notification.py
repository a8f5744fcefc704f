"""The notification rule: who is told what, when and how. Pure `decide` and `evolve`, called by domain.service only."""

from dataclasses import dataclass
from typing import assert_never

from domain.contracts.commands import (
    ChangeNotificationRule,
    DefineNotificationRule,
    NotificationRuleCommand,
    RemoveNotificationRule,
)
from domain.contracts.events import (
    NotificationRuleChanged,
    NotificationRuleDefined,
    NotificationRuleEvent,
    NotificationRuleRemoved,
)
from domain.contracts.identifiers import NotificationRuleId
from domain.contracts.notifying import NotificationTerms, Occasion
from domain.fields import require, require_different, require_schedule, require_scope, require_slug, require_text
from domain.refusals import NameTaken, Refusal

LONGEST_INTERVAL_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Absent:
    """No such rule, or not any more."""

    removed: bool = False


@dataclass(frozen=True, slots=True)
class Defined:
    terms: NotificationTerms


State = Absent | Defined


class NotificationRuleUnknown(Refusal):
    """There is no such notification rule."""

    code = "notification_rule_unknown"


def decide(command: NotificationRuleCommand, state: State) -> list[NotificationRuleEvent]:
    """The events that a command causes; none when nothing changes. Raises a Refusal."""
    match command:
        case DefineNotificationRule(rule_id, terms):
            return _define(rule_id, terms, state)
        case ChangeNotificationRule(rule_id, terms):
            if isinstance(state, Absent):
                raise NotificationRuleUnknown(f"there is no notification rule {rule_id!r}")
            _check(terms)
            return [] if terms == state.terms else [NotificationRuleChanged(rule_id, terms)]
        case RemoveNotificationRule(rule_id):
            return _remove(rule_id, state)
    assert_never(command)


def _define(rule_id: NotificationRuleId, terms: NotificationTerms, state: State) -> list[NotificationRuleEvent]:
    require_slug("rule_id", rule_id)
    _check(terms)
    match state:
        case Defined(known) if known == terms:
            return []
        case Defined():
            raise NameTaken(f"there is another notification rule {rule_id!r}; change that one or take another name")
        case Absent():
            return [NotificationRuleDefined(rule_id, terms)]
    assert_never(state)


def _remove(rule_id: NotificationRuleId, state: State) -> list[NotificationRuleEvent]:
    match state:
        case Defined():
            return [NotificationRuleRemoved(rule_id)]
        case Absent(removed=True):
            return []
        case Absent():
            raise NotificationRuleUnknown(f"there is no notification rule {rule_id!r}")
    assert_never(state)


def _check(t: NotificationTerms) -> None:
    require_text("name", t.name)
    require_different("occasions", t.occasions)
    require(Occasion.REPORT not in t.occasions, "occasions", "all but report, which report schedules send")
    require_different("roles", t.roles)
    for role in t.roles:
        require_slug("roles", role)
    require_different("channels", t.channels)
    require_scope("scope", t.scope)
    require(0.0 <= t.min_interval_s <= LONGEST_INTERVAL_S, "min_interval_s", f"0 to {LONGEST_INTERVAL_S:.0f} s")
    require_schedule("quiet_hours", t.quiet_hours)


def evolve(_state: State, event: NotificationRuleEvent) -> State:
    """The state after a fact; never refuses."""
    match event:
        case NotificationRuleDefined(_, terms) | NotificationRuleChanged(_, terms):
            return Defined(terms)
        case NotificationRuleRemoved():
            return Absent(removed=True)
    assert_never(event)
