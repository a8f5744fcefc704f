"""Rules: what is accepted, what is refused and which field is named."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.contracts.commands import (
    PlantCommand,
    PublishRule,
    RetireRule,
)
from domain.contracts.detections import ObjectClass
from domain.contracts.events import PlantEvent, RuleRetired
from domain.contracts.identifiers import RuleId
from domain.contracts.observations import Direction
from domain.contracts.plant import MISSING_ITEMS, Lamp, RuleKind, Schedule, Thresholds, Window
from domain.plant import SETTLING, FieldRefused
from domain.refusals import ChangedMeanwhile
from tests.domain.planning import ALONE, DISARM, DRAW, GUARD, HOLD, LEFT, LINGER, ONE_WAY, PUBLISH, SIGNAL, decided
from tests.domain.samples import T0, danger_rule, second, zone

RULE_RETIRED = RuleRetired(RuleId("yard-danger"), T0 + SETTLING)


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (replace(LEFT, object_classes=(ObjectClass.PERSON,)), "object_classes"),
        (replace(LEFT, object_classes=(ObjectClass.OBJECT, ObjectClass.CAR)), "object_classes"),
        (replace(LEFT, zone_id=None), "zone_id"),
        (replace(LEFT, window_s=4.0), "window_s"),
        (replace(PUBLISH, object_classes=(ObjectClass.PERSON, ObjectClass.OBJECT)), "object_classes"),
    ],
)
def test_a_rule_about_left_objects_is_about_nothing_else(rule: PublishRule, field: str) -> None:
    assert len(decided(LEFT)) == 1
    with pytest.raises(FieldRefused, match=field):
        decided(rule)


def test_a_rule_comes_back_after_it_was_retired_as_a_new_version() -> None:
    again = replace(danger_rule(version=3), effective_from=T0 + SETTLING)
    assert decided(PUBLISH, danger_rule(), RULE_RETIRED) == [again]
    assert decided(RetireRule(RuleId("yard-danger")), danger_rule(), RULE_RETIRED) == []


def test_a_rule_is_in_force_a_moment_later() -> None:
    published = replace(danger_rule(), effective_from=T0 + SETTLING)
    assert decided(PUBLISH) == [published]
    assert decided(PUBLISH, published) == []
    assert decided(RetireRule(RuleId("yard-danger")), published) == [RULE_RETIRED]


@pytest.mark.parametrize("expected", [1, None])
def test_a_rule_is_changed_by_whoever_saw_its_newest_version(expected: int | None) -> None:
    changed = replace(PUBLISH, dwell_s=2.0, expected_version=expected)
    again = replace(danger_rule(version=2), dwell_s=2.0, effective_from=T0 + SETTLING)
    assert decided(changed, danger_rule()) == [again]


@pytest.mark.parametrize(
    ("expected", "events"),
    [
        (1, (danger_rule(), replace(danger_rule(version=2), gap_s=9.0))),  # somebody published another version
        (3, (danger_rule(),)),  # of another plant
        (1, (danger_rule(), RULE_RETIRED)),  # somebody took it away
        (1, ()),
    ],
)
def test_a_rule_that_was_changed_meanwhile_is_not_changed_unseen(expected: int, events: tuple[PlantEvent, ...]) -> None:
    with pytest.raises(ChangedMeanwhile):
        decided(replace(PUBLISH, dwell_s=2.0, expected_version=expected), *events)


def test_whoever_wants_what_is_there_already_is_not_refused() -> None:
    newer = replace(danger_rule(version=2), dwell_s=2.0)
    assert decided(replace(PUBLISH, dwell_s=2.0, expected_version=1), danger_rule(), newer) == []


def test_what_only_some_rules_say_is_published_with_them() -> None:
    published = replace(danger_rule(), effective_from=T0 + SETTLING)
    small = replace(PUBLISH, min_person_height=0.08)
    assert decided(small) == [replace(published, min_person_height=0.08)]
    assert decided(small, published) == [replace(published, rule_version=2, min_person_height=0.08)]
    assert decided(HOLD) == [replace(published, kind=RuleKind.NO_VEST, at_gate=True)]
    assert decided(ONE_WAY) == [replace(published, kind=RuleKind.DIRECTION, forbidden=Direction.OUT)]
    assert decided(LINGER) == [replace(published, kind=RuleKind.LOITERING, near=3.0)]
    assert decided(LINGER, *decided(LINGER)) == []
    lathe = replace(published, kind=RuleKind.GUARD_OPEN, object_classes=(ObjectClass.MACHINE,))
    assert decided(GUARD) == [lathe]
    assert decided(SIGNAL) == [replace(lathe, kind=RuleKind.LAMP, forbidden_lamps=(Lamp.RED, Lamp.OFF))]
    assert decided(ALONE) == [replace(lathe, kind=RuleKind.UNATTENDED, near=2.0)]
    [armed] = decided(DISARM)
    assert armed == replace(published, kind=RuleKind.WEAPON, object_classes=(ObjectClass.WEAPON,))
    assert decided(replace(DISARM, zone_id=None)) == [replace(armed, zone_id=None)]


@pytest.mark.parametrize("kind", sorted(MISSING_ITEMS))
def test_protective_equipment_may_be_asked_for_anywhere(kind: RuleKind) -> None:
    [published] = decided(replace(PUBLISH, kind=kind, zone_id=None))
    assert published == replace(danger_rule(), kind=kind, zone_id=None, effective_from=T0 + SETTLING)


def test_a_rule_for_an_archive_can_be_in_force_earlier() -> None:
    earlier = T0 - timedelta(days=30)
    assert decided(replace(PUBLISH, effective_from=earlier)) == [replace(danger_rule(), effective_from=earlier)]


def test_what_is_in_force_already_can_be_put_in_force_for_an_earlier_time_but_not_twice() -> None:
    earlier = T0 - timedelta(days=30)
    published, drawn = replace(danger_rule(), effective_from=T0), zone(since=T0)
    reaching_back = replace(danger_rule(version=2), effective_from=earlier)
    assert decided(replace(PUBLISH, effective_from=earlier), published) == [reaching_back]
    assert decided(replace(PUBLISH, effective_from=earlier), published, reaching_back) == []
    assert decided(replace(PUBLISH, effective_from=T0 + timedelta(days=1)), published) == []
    assert decided(replace(DRAW, effective_from=earlier), drawn) == [zone(version=2, since=earlier)]
    assert decided(replace(DRAW, effective_from=earlier), drawn, zone(version=2, since=earlier)) == []


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(PUBLISH, thresholds=Thresholds(0.7, 0.6)), "thresholds"),
        (replace(PUBLISH, thresholds=Thresholds(-0.1, 0.6)), "thresholds"),
        (replace(PUBLISH, zone_id=None), "zone_id"),
        (replace(PUBLISH, window_s=0.0), "window_s"),
        (replace(PUBLISH, gap_s=0.0), "gap_s"),
        (replace(PUBLISH, dwell_s=-1.0), "dwell_s"),
        (replace(PUBLISH, object_classes=()), "object_classes"),
        (replace(PUBLISH, schedule=Schedule("Mars/Olympus", ())), "schedule"),
        (
            replace(PUBLISH, schedule=Schedule("UTC", (Window((7,), second(0).time(), second(60).time()),))),
            "schedule",
        ),
        (replace(PUBLISH, min_person_height=-0.1), "min_person_height"),
        (replace(PUBLISH, min_person_height=1.0), "min_person_height"),
        (replace(PUBLISH, min_person_height=float("nan")), "min_person_height"),
        (replace(PUBLISH, at_gate=True), "at_gate"),  # only protective equipment is shown
        (replace(HOLD, zone_id=None), "at_gate"),
        (replace(HOLD, dwell_s=0.0), "dwell_s"),
        (replace(HOLD, dwell_s=10.1), "dwell_s"),  # longer than the window, that is never enough
        (replace(HOLD, object_classes=(ObjectClass.CAR,)), "object_classes"),
        (replace(ONE_WAY, forbidden=None), "forbidden"),
        (replace(ONE_WAY, zone_id=None), "zone_id"),
        (replace(PUBLISH, forbidden=Direction.OUT), "forbidden"),
        (replace(DISARM, object_classes=(ObjectClass.WEAPON, ObjectClass.PERSON)), "object_classes"),
        (replace(DISARM, at_gate=True), "at_gate"),
        (replace(LINGER, near=0.0), "near"),
        (replace(LINGER, near=20.1), "near"),
        (replace(LINGER, near=float("nan")), "near"),
        (replace(LINGER, zone_id=None), "zone_id"),
        (replace(PUBLISH, near=1.0), "near"),
        (replace(GUARD, object_classes=(ObjectClass.PERSON,)), "object_classes"),
        (replace(PUBLISH, object_classes=(ObjectClass.PERSON, ObjectClass.MACHINE)), "object_classes"),
        (replace(GUARD, zone_id=None), "zone_id"),
        (replace(GUARD, window_s=4.0), "window_s"),
        (replace(GUARD, gap_s=1.0), "gap_s"),
        (replace(GUARD, near=1.0), "near"),
        (replace(GUARD, forbidden_lamps=(Lamp.RED,)), "forbidden_lamps"),
        (replace(SIGNAL, forbidden_lamps=()), "forbidden_lamps"),
        (replace(SIGNAL, forbidden_lamps=(Lamp.RED, Lamp.RED)), "forbidden_lamps"),
        (replace(ALONE, near=20.1), "near"),
        (replace(ALONE, near=-0.1), "near"),
        (replace(ALONE, dwell_s=10.1), "dwell_s"),
    ],
)
def test_a_wrong_field_of_a_rule_is_refused_by_name(command: PlantCommand, field: str) -> None:
    with pytest.raises(FieldRefused, match=field):
        decided(command)
