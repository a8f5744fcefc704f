"""Zones for the stages that look at pixels: with the rules in force on them, as events tell."""

from dataclasses import replace

from domain.contracts.events import Envelope, Event, RuleRetired, ZoneRetired
from domain.contracts.identifiers import CommandId, ZoneId
from domain.contracts.plant import RuleKind
from inference.zones import ZoneBook
from tests.domain.samples import LEFT_HALF, T0, danger_rule, zone

KINDS = (RuleKind.DANGER_ZONE,)


def told(*events: Event) -> ZoneBook:
    book = ZoneBook()
    for event in events:
        book.apply(Envelope(T0, "anna", CommandId("c-1"), event))
    return book


def test_a_zone_is_watched_for_the_rules_on_it() -> None:
    rule, drawn = danger_rule(), zone()
    [watched] = told(rule, drawn).zones(drawn.camera_id, KINDS)
    assert (watched.zone_id, watched.polygon, watched.rules) == (drawn.zone_id, LEFT_HALF, (rule,))
    assert told(drawn, rule).zones(drawn.camera_id, KINDS) == (watched,)


def test_a_zone_without_such_a_rule_is_not_watched() -> None:
    assert told(zone()).zones(zone().camera_id, KINDS) == ()
    assert told(zone(), danger_rule()).zones(zone().camera_id, (RuleKind.PERIMETER,)) == ()
    assert told(zone(), danger_rule()).zones("elsewhere", KINDS) == ()
    without = replace(danger_rule(), zone_id=None)
    assert told(zone(), without).all_zones(zone().camera_id) == ()
    assert told(without).asks(without.camera_id, RuleKind.DANGER_ZONE), "a rule about the whole picture asks as well"
    other = replace(danger_rule(), zone_id=ZoneId("elsewhere"))
    assert told(zone(), other).all_zones(zone().camera_id) == ()


def test_the_newest_version_counts_and_what_is_retired_does_not() -> None:
    right = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0))
    rule, drawn = danger_rule(), zone()
    [watched] = told(drawn, rule, zone(right, version=2)).zones(drawn.camera_id, KINDS)
    assert (watched.zone_version, watched.polygon) == (2, right)
    retired = told(drawn, rule, RuleRetired(rule.rule_id, T0))
    assert retired.all_zones(drawn.camera_id) == ()
    assert not retired.asks(drawn.camera_id, RuleKind.DANGER_ZONE)
    assert not told(drawn, rule).asks("elsewhere", RuleKind.DANGER_ZONE)
    assert not told(drawn, rule).asks(drawn.camera_id, RuleKind.WEAPON)
    assert told(drawn, rule, ZoneRetired(drawn.zone_id, T0)).all_zones(drawn.camera_id) == ()
