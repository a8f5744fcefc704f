"""Which rules are in force for a frame, by its capture time."""

from dataclasses import replace

from domain.contracts.detections import to_microseconds
from domain.contracts.events import RuleRetired, ZoneRetired
from domain.contracts.identifiers import CameraId
from domain.rules.timeline import Timeline
from tests.domain.samples import DANGER, LEFT_HALF, PIT, T0, YARD, danger_rule, second, zone


def timeline(*events: object) -> Timeline:
    made = Timeline()
    for event in events:
        made.add(event)  # type: ignore[arg-type]
    return made


def versions(made: Timeline, at_s: float) -> list[tuple[int, int | None]]:
    active = made.rules(YARD, to_microseconds(second(at_s)))
    return [(a.rule.rule_version, a.zone_version) for a in active]


def test_a_rule_holds_from_its_time_on() -> None:
    made = timeline(zone(), replace(danger_rule(), effective_from=second(5)))
    assert versions(made, 4.999) == []
    assert versions(made, 5) == [(1, 1)]


def test_versions_follow_each_other_whatever_the_order_of_the_news() -> None:
    later = replace(danger_rule(version=2), effective_from=second(10))
    made = timeline(later, zone(LEFT_HALF[:3], version=2, since=second(20)), danger_rule(), zone())
    assert [versions(made, s) for s in (1, 10, 20)] == [[(1, 1)], [(2, 1)], [(2, 2)]]


def test_a_retired_rule_is_gone() -> None:
    made = timeline(zone(), danger_rule(), RuleRetired(DANGER, second(3)))
    assert [versions(made, s) for s in (2, 3)] == [[(1, 1)], []]


def test_a_rule_without_its_zone_rests() -> None:
    made = timeline(zone(), danger_rule(), ZoneRetired(PIT, second(3)))
    assert [a.polygon for a in made.rules(YARD, to_microseconds(second(2)))] == [LEFT_HALF]
    assert [a.polygon for a in made.rules(YARD, to_microseconds(second(3)))] == [None]


def test_other_cameras_have_other_rules() -> None:
    assert timeline(zone(), danger_rule()).rules(CameraId("gate"), to_microseconds(T0)) == ()
