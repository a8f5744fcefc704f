"""The printed passport has a word for everything that can stand in it."""

from dataclasses import replace

import pytest

from domain.contracts.detections import Attribute, ObjectClass
from domain.contracts.observations import Direction
from domain.contracts.plant import Lamp, RuleKind
from domain.inquiry import words
from tests.domain.samples import danger_rule


def test_every_kind_of_rule_object_and_item_has_a_word() -> None:
    assert words.KINDS.keys() == set(RuleKind)
    assert words.OBJECTS.keys() == set(ObjectClass)
    assert words.ATTRIBUTES.keys() == set(Attribute)
    assert words.LAMPS.keys() == set(Lamp)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, ""),
        ({"at_gate": True, "min_person_height": 0.08}, "люди не ниже 8,0 % высоты кадра, проверка на проходной"),
        ({"forbidden": Direction.OUT}, "запрещено движение наружу"),
        ({"forbidden_lamps": (Lamp.RED, Lamp.OFF)}, "недопустимо на лампе: красный, выключена"),
        ({"near": 2.5}, "вокруг зоны, до 2,5 размеров места, на котором стоит объект"),
    ],
)
def test_what_only_some_rules_say_is_told(options: dict[str, object], said: str) -> None:
    assert words.rule_options(replace(danger_rule(), **options)) == said  # type: ignore[arg-type]
