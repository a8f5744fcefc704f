"""Weapons (R87): a box counts with somebody near who may hold it, and over time."""

from dataclasses import replace

import pytest

from domain.contracts.detections import Box, ObjectClass, TrackObservation
from domain.contracts.identifiers import TrackId
from domain.contracts.plant import RuleKind
from domain.rules.engine import Closing, Opening
from domain.rules.hits import ActiveRule, hit
from tests.domain.rules.test_engine import seen, stay
from tests.domain.samples import INSIDE, LEFT_HALF, OUTSIDE, TRACK, danger_rule, frame, person

RULE = replace(danger_rule(), kind=RuleKind.WEAPON, object_classes=(ObjectClass.WEAPON,), zone_id=None)
ANYWHERE = ActiveRule(RULE)
IN_ZONE = ActiveRule(replace(RULE, zone_id=danger_rule().zone_id), LEFT_HALF, 1)
IN_HAND: Box = (0.19, 0.38, 0.21, 0.42)
"""At the right side of INSIDE, which is 0.1 wide."""


def weapon(box: Box = IN_HAND, score: float = 0.6) -> TrackObservation:
    return TrackObservation(TrackId(TRACK + 5), ObjectClass.WEAPON, score, box)


@pytest.mark.parametrize(
    ("box", "beside", "score"),
    [
        (IN_HAND, [person()], 0.6),
        (IN_HAND, [], 0.0),  # a knife on a table
        (IN_HAND, [person(OUTSIDE)], 0.0),
        (IN_HAND, [person(OUTSIDE), person()], 0.6),
        ((0.208, 0.38, 0.228, 0.42), [person()], 0.6),  # an arm's length beside: 0.018 of 0.02
        ((0.215, 0.38, 0.235, 0.42), [person()], 0.0),  # 0.025: out of reach
        ((0.195, 0.3, 0.275, 0.33), [person()], 0.6),  # a bat held out: its middle is out of reach, its end in the hand
        ((0.205, 0.3, 0.285, 0.33), [person()], 0.0),  # beside them, in nobody's hand
        ((0.1, 0.2, 0.2, 0.6), [person()], 0.0),  # as large as who would hold it
        (IN_HAND, [replace(person(), object_class=ObjectClass.CAR)], 0.0),
    ],
)
def test_a_weapon_counts_when_somebody_near_may_hold_it(box: Box, beside: list[TrackObservation], score: float) -> None:
    held = weapon(box)
    assert hit(ANYWHERE, held, (*beside, held)) == score


def test_where_a_rule_has_a_zone_its_bearer_stands_in_it() -> None:
    held, far = weapon(), weapon((0.79, 0.38, 0.81, 0.42))
    assert hit(IN_ZONE, held, (person(), held)) == 0.6
    assert hit(IN_ZONE, far, (person(OUTSIDE), far)) == 0.0
    reaching = ((0.0, 0.0), (0.5, 0.0), (0.5, 0.45), (0.0, 0.45))  # holds the weapon's place, and not the feet
    assert hit(replace(IN_ZONE, polygon=reaching), held, (person(), held)) == 0.0


def test_what_cannot_be_told() -> None:
    held = weapon()
    assert hit(ANYWHERE, person(), (person(), held)) is None, "a person is no weapon"
    assert hit(ActiveRule(IN_ZONE.rule), held, (person(), held)) is None, "its zone is not drawn"
    tall = replace(ANYWHERE, rule=replace(RULE, min_person_height=0.5))
    assert hit(tall, held, (person(), held)) == 0.0, "who is too small for the rule bears no weapon"


def test_evidence_over_time_decides() -> None:
    scene = [*stay(0, 3, person(), weapon()), frame(5.1)]
    opening, closing = seen(scene, [ANYWHERE])
    assert isinstance(opening, Opening)
    assert isinstance(closing, Closing)
    assert (opening.opened.kind, opening.opened.object_class) == (RuleKind.WEAPON, ObjectClass.WEAPON)
    assert (opening.opened.track_id, opening.opened.box) == (weapon().track_id, IN_HAND)
    assert seen(stay(0, 0.2, person(), weapon()), [ANYWHERE]) == [], "never from a few frames"


def test_a_weapon_that_passes_people_who_are_not_there_half_of_the_time_is_weak_evidence() -> None:
    scene = [frame(i / 10, *((person(INSIDE),) if i % 4 == 0 else ()), weapon()) for i in range(40)]
    assert [each for each in seen(scene, [ANYWHERE]) if isinstance(each, Opening)] == []
