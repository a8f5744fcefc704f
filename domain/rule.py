"""The rule: pure `decide` and `evolve`, by way of `domain.plant`."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, assert_never

from domain.contracts.commands import PublishRule, RetireRule, RuleCommand
from domain.contracts.detections import ObjectClass
from domain.contracts.events import RuleEvent, RulePublished, RuleRetired
from domain.contracts.plant import MACHINE_KINDS, MISSING_ITEMS, RuleKind
from domain.fields import require, require_schedule, require_slug, require_text, require_version
from domain.refusals import PlantPartUnknown
from domain.settling import SETTLING

WIDEST: Final = 20.0
"""How far around a zone loitering is seen, at the most."""


SHORTEST_LOOK_BACK_S: Final = 5.0
"""Objects and machines are looked at once or twice a second, and an incident takes three hits."""

SHORTEST_GAP_S: Final = 2.0
"""A machine is looked at twice a second, now and then later."""

ANYWHERE: Final = frozenset({*MISSING_ITEMS, RuleKind.WEAPON})
"""Kinds of rule that need no zone: without one they hold in the whole picture."""


@dataclass(frozen=True, slots=True)
class Rule:
    """version: how many facts there are about it; the next publication's version follows it"""

    version: int
    published: RulePublished
    retired: bool = False


def decide(command: RuleCommand, state: Rule | None, at: datetime) -> list[RuleEvent]:
    """The events that a command causes at the time `at`; none when nothing changes. Raises a Refusal."""
    match command:
        case PublishRule():
            return _publish(command, state, at)
        case RetireRule(rule_id):
            if state is None:
                raise PlantPartUnknown(f"there is no rule {rule_id!r}")
            return [] if state.retired else [RuleRetired(rule_id, at + SETTLING)]
    assert_never(command)


def _publish(c: PublishRule, state: Rule | None, at: datetime) -> list[RuleEvent]:
    _check(c)
    published = RulePublished(
        rule_id=c.rule_id,
        rule_version=1 if state is None else state.version + 1,
        name=c.name,
        kind=c.kind,
        camera_id=c.camera_id,
        zone_id=c.zone_id,
        object_classes=c.object_classes,
        thresholds=c.thresholds,
        dwell_s=c.dwell_s,
        window_s=c.window_s,
        gap_s=c.gap_s,
        schedule=c.schedule,
        effective_from=c.effective_from or at + SETTLING,
        min_person_height=c.min_person_height,
        at_gate=c.at_gate,
        forbidden=c.forbidden,
        near=c.near,
        forbidden_lamps=c.forbidden_lamps,
    )
    standing = None if state is None or state.retired else state.published
    if standing is not None and _same(standing, published):
        is_earlier = c.effective_from is not None and c.effective_from < standing.effective_from
        return [published] if is_earlier else []
    require_version(c.expected_version, None if standing is None else standing.rule_version)
    return [published]


def _same(a: RulePublished, b: RulePublished) -> bool:
    return a == replace(b, rule_version=a.rule_version, effective_from=a.effective_from)


def _check(c: PublishRule) -> None:
    require_slug("rule_id", c.rule_id)
    require_slug("camera_id", c.camera_id)
    require(0.0 <= c.thresholds.min <= c.thresholds.max <= 1.0, "thresholds", "0 <= min <= max <= 1")
    require_text("name", c.name)
    require(0.0 <= c.dwell_s <= 86_400.0, "dwell_s", "0 to 86400 s")
    require(1.0 <= c.window_s <= 3600.0, "window_s", "1 to 3600 s")
    require(0.1 <= c.gap_s <= 3600.0, "gap_s", "0.1 to 3600 s")
    require(bool(c.object_classes), "object_classes", "at least one class")
    require(c.zone_id is not None or c.kind in ANYWHERE, "zone_id", "a zone for a rule about a zone")
    if c.zone_id is not None:
        require_slug("zone_id", c.zone_id)
    require_schedule("schedule", c.schedule)
    _check_options(c)


def _check_options(c: PublishRule) -> None:
    """What only some rules say is said by those, and by no others: a wish that would be ignored is refused."""
    require(0.0 <= c.min_person_height < 1.0, "min_person_height", "0 to 1 of the picture's height, less than 1")
    if c.kind in MISSING_ITEMS:
        require(ObjectClass.PERSON in c.object_classes, "object_classes", "persons, for protective equipment")
    if c.kind is RuleKind.WEAPON:
        require(c.object_classes == (ObjectClass.WEAPON,), "object_classes", "weapons and nothing else")
    if c.kind is RuleKind.LEFT_OBJECT:
        require(c.object_classes == (ObjectClass.OBJECT,), "object_classes", "objects and nothing else")
        require(c.window_s >= SHORTEST_LOOK_BACK_S, "window_s", f"{SHORTEST_LOOK_BACK_S:g} to 3600 s for objects")
    else:
        require(ObjectClass.OBJECT not in c.object_classes, "object_classes", "objects only for what was left")
    if c.at_gate:
        require(c.kind in MISSING_ITEMS and c.zone_id is not None, "at_gate", "protective equipment in a zone")
        require(0.0 < c.dwell_s <= c.window_s, "dwell_s", "at a gate more than 0 s, at most window_s")
    if c.kind is RuleKind.DIRECTION:
        require(c.forbidden is not None, "forbidden", "the direction that nobody may go")
    else:
        require(c.forbidden is None, "forbidden", "only for a rule about a direction")
    if c.kind is RuleKind.LOITERING:
        require(0.0 < c.near <= WIDEST, "near", f"more than 0, up to {WIDEST:g} widths and heights of the feet")
    elif c.kind is RuleKind.UNATTENDED:
        require(0.0 <= c.near <= WIDEST, "near", f"0 to {WIDEST:g} widths and heights of the feet")
        require(c.dwell_s <= c.window_s, "dwell_s", "at most window_s, for an unattended machine")
    else:
        require(c.near == 0.0, "near", "only for a rule about loitering or an unattended machine")
    _check_machine(c)


def _check_machine(c: PublishRule) -> None:
    if c.kind in MACHINE_KINDS:
        require(c.object_classes == (ObjectClass.MACHINE,), "object_classes", "machines and nothing else")
        require(c.window_s >= SHORTEST_LOOK_BACK_S, "window_s", f"{SHORTEST_LOOK_BACK_S:g} to 3600 s for a machine")
        require(c.gap_s >= SHORTEST_GAP_S, "gap_s", f"{SHORTEST_GAP_S:g} to 3600 s for a machine")
    else:
        require(ObjectClass.MACHINE not in c.object_classes, "object_classes", "machines only for rules about them")
    if c.kind is RuleKind.LAMP:
        once = len(set(c.forbidden_lamps)) == len(c.forbidden_lamps)
        require(bool(c.forbidden_lamps) and once, "forbidden_lamps", "what the lamp may not show, each once")
    else:
        require(not c.forbidden_lamps, "forbidden_lamps", "only for a rule about a lamp")


def evolve(state: Rule | None, event: RuleEvent) -> Rule | None:
    """The state after a fact; never refuses."""
    version = 1 if state is None else state.version + 1
    match event:
        case RulePublished():
            return Rule(version, event)
        case RuleRetired():
            return state and replace(state, version=version, retired=True)
    assert_never(event)
