"""The rule: pure `decide` and `evolve`, by way of `domain.plant`."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, assert_never

from domain.contracts.commands import PublishRule, RetireRule, RuleCommand
from domain.contracts.detections import ObjectClass
from domain.contracts.events import RuleEvent, RulePublished, RuleRetired
from domain.contracts.plant import MISSING_ITEMS, RuleKind
from domain.fields import require, require_schedule, require_slug, require_text
from domain.refusals import PlantPartUnknown
from domain.settling import SETTLING

WIDEST: Final = 20.0
"""How far around a zone loitering is seen, at the most."""


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
    )
    unchanged = state is not None and not state.retired and _same(state.published, published)
    return [] if unchanged else [published]


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
    require(c.kind in MISSING_ITEMS or c.zone_id is not None, "zone_id", "a zone for a rule about a zone")
    if c.zone_id is not None:
        require_slug("zone_id", c.zone_id)
    require_schedule("schedule", c.schedule)
    _check_options(c)


def _check_options(c: PublishRule) -> None:
    """What only some rules say is said by those, and by no others: a wish that would be ignored is refused."""
    require(0.0 <= c.min_person_height < 1.0, "min_person_height", "0 to 1 of the picture's height, less than 1")
    if c.kind in MISSING_ITEMS:
        require(ObjectClass.PERSON in c.object_classes, "object_classes", "persons, for protective equipment")
    if c.at_gate:
        require(c.kind in MISSING_ITEMS and c.zone_id is not None, "at_gate", "protective equipment in a zone")
        require(0.0 < c.dwell_s <= c.window_s, "dwell_s", "at a gate more than 0 s, at most window_s")
    if c.kind is RuleKind.DIRECTION:
        require(c.forbidden is not None, "forbidden", "the direction that nobody may go")
    else:
        require(c.forbidden is None, "forbidden", "only for a rule about a direction")
    if c.kind is RuleKind.LOITERING:
        require(0.0 < c.near <= WIDEST, "near", f"more than 0, up to {WIDEST:g} widths and heights of the feet")
    else:
        require(c.near == 0.0, "near", "only for a rule about loitering")


def evolve(state: Rule | None, event: RuleEvent) -> Rule | None:
    """The state after a fact; never refuses."""
    version = 1 if state is None else state.version + 1
    match event:
        case RulePublished():
            return Rule(version, event)
        case RuleRetired():
            return state and replace(state, version=version, retired=True)
    assert_never(event)
