"""Protective equipment: every item by itself, who can be told, and the gate (R43-R52, R77)."""

from dataclasses import replace

import pytest

from domain.contracts.detections import Attribute, AttributeScore, TrackObservation
from domain.contracts.events import RulePublished
from domain.contracts.identifiers import RuleId
from domain.contracts.plant import MISSING_ITEMS, RuleKind
from domain.rules.engine import Closing, Opening
from domain.rules.hits import ActiveRule
from tests.domain.rules.test_engine import seen, stay
from tests.domain.samples import INSIDE, LEFT_HALF, OUTSIDE, PIT, PPE, frame, helmet_rule, person, second

WORN, MISSING = (0.9, 0.1), (0.1, 0.9)
ITEMS = sorted(MISSING_ITEMS.items())
GATE_RULE = replace(helmet_rule(dwell_s=3.0), zone_id=PIT, window_s=10.0, at_gate=True)
GATE = (ActiveRule(GATE_RULE, LEFT_HALF, 1),)


def wearing(n: int = 0, /, **items: tuple[float, float]) -> TrackObservation:
    """A person in the zone with evidence for and against each item."""
    attributes = tuple(AttributeScore(Attribute[name.upper()], *score) for name, score in items.items())
    return replace(person(n=n), attributes=attributes)


def item_rule(kind: RuleKind) -> RulePublished:
    return replace(helmet_rule(), rule_id=RuleId(kind.value.replace("_", "-")), kind=kind)


EVERY_ITEM = tuple(ActiveRule(item_rule(kind)) for kind, _ in ITEMS)


@pytest.mark.parametrize(("kind", "item"), ITEMS)
def test_an_item_that_is_missing_over_time_is_an_incident_of_its_kind(kind: RuleKind, item: Attribute) -> None:
    [opening] = seen(stay(0, 3, wearing(**{item.name: MISSING})), EVERY_ITEM)
    assert isinstance(opening, Opening)
    assert (opening.opened.kind, opening.opened.model_id) == (kind, PPE.id)


@pytest.mark.parametrize(("kind", "item"), ITEMS)
def test_an_item_that_is_worn_or_that_nobody_can_tell_is_nothing(kind: RuleKind, item: Attribute) -> None:
    rule = (ActiveRule(item_rule(kind)),)
    others = {each.name: MISSING for each in Attribute if each is not item}
    assert seen(stay(0, 5, wearing(**{item.name: WORN})), rule) == []
    assert seen(stay(0, 5, wearing(**others)), rule) == []


def test_several_items_missing_on_one_person_are_one_incident_each() -> None:
    someone = wearing(helmet=MISSING, vest=MISSING, gloves=WORN, mask=MISSING)
    kinds = [f.opened.kind for f in seen(stay(0, 9, someone), EVERY_ITEM) if isinstance(f, Opening)]
    assert sorted(kinds) == [RuleKind.NO_HELMET, RuleKind.NO_MASK, RuleKind.NO_VEST]


def test_persons_are_judged_each_by_themselves() -> None:
    findings = seen(stay(0, 5, wearing(1, vest=MISSING), wearing(2, vest=WORN)), EVERY_ITEM)
    assert [f.opened.track_id for f in findings if isinstance(f, Opening)] == [person(n=1).track_id]


def test_protective_equipment_has_no_zone_episode() -> None:
    """Each person without a helmet is a reason for alarm."""
    anywhere = (ActiveRule(item_rule(RuleKind.NO_HELMET)),)
    zoned = (ActiveRule(replace(item_rule(RuleKind.NO_HELMET), zone_id=PIT), LEFT_HALF, 1),)
    for rules in (anywhere, zoned):
        findings = seen(stay(0, 3, wearing(1, helmet=MISSING), wearing(2, helmet=MISSING)), rules)
        assert [f.opened.episode for f in findings if isinstance(f, Opening)] == [None, None]


@pytest.mark.parametrize(
    ("box", "found"),
    [
        (INSIDE, 1),
        (OUTSIDE, 0),
        ((0.46, 0.2, 0.56, 0.6), 1),  # 40 % of the feet inside
        ((0.48, 0.2, 0.58, 0.6), 0),  # 20 %
    ],
)
def test_a_rule_with_a_zone_judges_only_there(box: tuple[float, float, float, float], found: int) -> None:
    rules = (ActiveRule(replace(item_rule(RuleKind.NO_VEST), zone_id=PIT), LEFT_HALF, 1),)
    assert len(seen(stay(0, 3, replace(wearing(vest=MISSING), box=box)), rules)) == found


def test_a_rule_whose_zone_is_not_there_rests() -> None:
    rules = (ActiveRule(replace(item_rule(RuleKind.NO_VEST), zone_id=PIT)),)
    assert seen(stay(0, 3, wearing(vest=MISSING)), rules) == []


@pytest.mark.parametrize(("height", "found"), [(0.4, 0), (0.39, 1)])
def test_who_is_smaller_than_the_rule_asks_for_cannot_be_told(height: float, found: int) -> None:
    """INSIDE is a person of 0.4 of the picture's height (R77), a little less after rounding."""
    rule = replace(item_rule(RuleKind.NO_HELMET), min_person_height=height)
    small = replace(wearing(helmet=MISSING), box=(0.1, 0.2001, 0.2, 0.6))
    assert len(seen(stay(0, 3, small), (ActiveRule(rule),))) == found


def test_who_comes_near_is_judged_from_the_size_on() -> None:
    rules = (ActiveRule(replace(helmet_rule(), min_person_height=0.3)),)
    near, far = wearing(helmet=MISSING), replace(wearing(helmet=MISSING), box=(0.1, 0.2, 0.15, 0.4))
    [opening] = seen([*stay(0, 4, far), *stay(4.1, 7, near)], rules)
    assert isinstance(opening, Opening)
    assert opening.opened.first_seen == second(4.1)


def test_who_is_held_at_the_gate_without_the_item_is_an_incident() -> None:
    [opening] = seen(stay(0, 4, wearing(helmet=MISSING)), GATE)
    assert isinstance(opening, Opening)
    assert opening.opened.opened_at == second(3)


def test_who_shows_the_item_at_the_gate_has_shown_it_though_mostly_it_is_not_seen() -> None:
    """A second of six with the helmet on: without the gate, the share of the missing would be enough."""
    frames = [
        *stay(0, 1.0, wearing(helmet=MISSING)),
        *stay(1.1, 2.0, wearing(helmet=WORN)),
        *stay(2.1, 6.0, wearing(helmet=MISSING)),
    ]
    assert seen(frames, GATE) == []
    anywhere = (ActiveRule(replace(GATE_RULE, at_gate=False), LEFT_HALF, 1),)
    assert isinstance(seen(frames, anywhere)[0], Opening)


def test_one_frame_with_the_item_is_a_mistake_of_the_model_not_a_showing() -> None:
    frames = [*stay(0, 1.0, wearing(helmet=MISSING)), frame(1.1, wearing(helmet=WORN))]
    findings = seen([*frames, *stay(1.2, 4, wearing(helmet=MISSING))], GATE)
    assert [type(f) for f in findings] == [Opening]


def test_who_goes_through_the_gate_at_once_was_not_held() -> None:
    through = [*stay(0, 2, wearing(helmet=MISSING)), *stay(2.1, 9, replace(wearing(helmet=MISSING), box=OUTSIDE))]
    assert seen(through, GATE) == []


def test_whose_item_nobody_can_tell_at_the_gate_is_nothing() -> None:
    assert seen(stay(0, 9, person()), GATE) == []


def test_all_required_items_are_to_be_shown_at_the_gate() -> None:
    vest = ActiveRule(replace(GATE_RULE, rule_id=RuleId("gate-vest"), kind=RuleKind.NO_VEST), LEFT_HALF, 1)
    findings = seen([*stay(0, 5, wearing(helmet=WORN, vest=MISSING)), frame(20)], (*GATE, vest))
    assert [type(f) for f in findings] == [Opening, Closing]
    assert isinstance(findings[0], Opening)
    assert findings[0].opened.kind is RuleKind.NO_VEST
