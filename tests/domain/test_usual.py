"""The usual settings of each kind of rule are ones that its decider takes (R36)."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from domain import rule
from domain.contracts.commands import PublishRule
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.plant import RuleKind
from domain.contracts.usual import USUAL
from domain.fields import FieldRefused

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def usual(kind: RuleKind, zone: ZoneId | None) -> PublishRule:
    known = {each.name for each in fields(PublishRule)}
    said = {each.name: getattr(USUAL[kind], each.name) for each in fields(USUAL[kind]) if each.name in known}
    return PublishRule(rule_id=RuleId("rule"), kind=kind, camera_id=CameraId("gate"), zone_id=zone, **said)


@pytest.mark.parametrize("kind", RuleKind)
def test_every_kind_is_taken_as_it_usually_is(kind: RuleKind) -> None:
    [published] = rule.decide(usual(kind, ZoneId("press")), None, AT)
    assert published.kind is kind  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", RuleKind)
def test_a_kind_says_truly_whether_it_needs_a_zone(kind: RuleKind) -> None:
    if USUAL[kind].needs_zone:
        with pytest.raises(FieldRefused, match="zone_id"):
            rule.decide(usual(kind, None), None, AT)
    else:
        assert len(rule.decide(usual(kind, None), None, AT)) == 1


def test_a_kind_that_needs_a_line_is_the_one_about_directions() -> None:
    assert [kind for kind in RuleKind if USUAL[kind].needs_line] == [RuleKind.DIRECTION]
    with pytest.raises(FieldRefused, match="forbidden"):
        rule.decide(replace(usual(RuleKind.DIRECTION, ZoneId("press")), forbidden=None), None, AT)
