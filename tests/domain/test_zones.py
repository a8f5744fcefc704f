"""Zones, what may stand in them, and their references."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain import plant
from domain.contracts.commands import (
    PlantCommand,
    RenewReference,
    RetireZone,
)
from domain.contracts.events import PlantEvent, ReferenceRenewed
from domain.contracts.plant import DirectionLine
from domain.plant import SETTLING, FieldRefused
from domain.refusals import ChangedMeanwhile
from tests.domain.planning import DAY, DRAW, PERMIT, PERMITTED, ZONE_RETIRED, decided
from tests.domain.samples import LEFT_HALF, PIT, T0, zone


def test_a_zone_is_retired_a_moment_later_and_comes_back_as_a_new_version() -> None:
    assert decided(RetireZone(PIT), zone()) == [ZONE_RETIRED]
    assert decided(RetireZone(PIT), zone(), ZONE_RETIRED) == []
    assert decided(DRAW, zone(), ZONE_RETIRED) == [zone(version=2, since=T0 + SETTLING)]


@pytest.mark.parametrize("expected", [1, None])
def test_a_zone_is_drawn_anew_by_whoever_saw_its_newest_version(expected: int | None) -> None:
    changed = replace(DRAW, name="Котлован", expected_version=expected)
    again = replace(zone(version=2, since=T0 + SETTLING), name="Котлован")
    assert decided(changed, zone(), PERMITTED) == [again], "a permission is no version"


@pytest.mark.parametrize(
    ("expected", "events"),
    [
        (1, (zone(), replace(zone(version=2), gate=True))),  # somebody drew it anew
        (1, (zone(), ZONE_RETIRED)),  # somebody took it away
        (2, (zone(),)),
        (1, ()),
    ],
)
def test_a_zone_that_was_changed_meanwhile_is_not_changed_unseen(expected: int, events: tuple[PlantEvent, ...]) -> None:
    with pytest.raises(ChangedMeanwhile):
        decided(replace(DRAW, name="Котлован", expected_version=expected), *events)


def test_whoever_draws_what_is_there_already_is_not_refused() -> None:
    newer = replace(zone(version=2), name="Котлован")
    assert decided(replace(DRAW, name="Котлован", expected_version=1), zone(), newer) == []


def test_an_object_is_permitted_for_a_while() -> None:
    assert decided(PERMIT, zone()) == [PERMITTED]
    assert decided(PERMIT, zone(), PERMITTED) == []
    assert decided(replace(PERMIT, since=T0 + DAY / 2), zone()) == [replace(PERMITTED, since=T0 + DAY / 2)]


def test_a_permission_is_prolonged_by_another_of_the_same_region() -> None:
    longer = replace(PERMIT, until=T0 + 2 * DAY)
    assert decided(longer, zone(), PERMITTED) == [replace(PERMITTED, until=T0 + 2 * DAY)]


def test_a_permission_does_not_change_the_zones_version() -> None:
    assert decided(DRAW, zone(), PERMITTED) == []
    assert decided(replace(DRAW, name="Котлован"), zone(), PERMITTED) == [
        replace(zone(version=2, since=T0 + SETTLING), name="Котлован")
    ]


def test_nothing_is_permitted_in_a_zone_that_is_not_there() -> None:
    with pytest.raises(plant.PlantPartUnknown):
        decided(PERMIT)
    with pytest.raises(plant.PlantPartRetired):
        decided(PERMIT, zone(), ZONE_RETIRED)


def test_after_a_rearrangement_the_reference_of_a_zone_is_learnt_anew() -> None:
    renewed = ReferenceRenewed(PIT, T0)
    assert decided(RenewReference(PIT), zone()) == [renewed]
    assert decided(RenewReference(PIT), zone(), renewed) == [renewed], "every rearrangement counts"
    assert decided(DRAW, zone(), renewed) == []


def test_there_is_no_reference_of_a_zone_that_is_not_there() -> None:
    with pytest.raises(plant.PlantPartUnknown):
        decided(RenewReference(PIT))
    with pytest.raises(plant.PlantPartRetired):
        decided(RenewReference(PIT), zone(), ZONE_RETIRED)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(PERMIT, region=(0.2, 0.2, 0.1, 0.6)), "region"),
        (replace(PERMIT, region=(0.1, 0.2, 1.2, 0.6)), "region"),
        (replace(PERMIT, region=(float("nan"), 0.2, 0.2, 0.6)), "region"),
        (replace(PERMIT, until=T0), "until"),
        (replace(PERMIT, until=T0 + 400 * DAY), "until"),
        (replace(PERMIT, since=datetime.max.replace(tzinfo=UTC), until=T0), "until"),
        (replace(PERMIT, since=T0 + DAY), "until"),
        (replace(PERMIT, note="x" * 501), "note"),
    ],
)
def test_a_wrong_field_of_a_permission_is_refused_by_name(command: PlantCommand, field: str) -> None:
    with pytest.raises(FieldRefused, match=field):
        decided(command, zone())


def test_a_zone_becomes_a_gate_with_a_direction() -> None:
    line = DirectionLine((0.0, 0.5), (0.5, 0.5))
    gate = replace(DRAW, gate=True, line=line)
    drawn = replace(zone(version=2, since=T0 + SETTLING), gate=True, line=line)
    assert decided(gate, zone()) == [drawn]
    assert decided(gate, zone(), drawn) == []
    assert decided(replace(gate, line=None), zone(), drawn) == [replace(drawn, zone_version=3, line=None)]


def test_a_zone_gets_a_new_version_with_each_change() -> None:
    first = zone(since=T0 + SETTLING)
    assert decided(DRAW) == [first]
    assert decided(DRAW, first) == []
    smaller = replace(DRAW, polygon=LEFT_HALF[:3])
    assert decided(smaller, first) == [zone(LEFT_HALF[:3], version=2, since=T0 + SETTLING)]


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(DRAW, polygon=LEFT_HALF[:2]), "polygon"),
        (replace(DRAW, polygon=((0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0))), "polygon"),  # E1: a bow tie
        (replace(DRAW, polygon=((0.0, 0.0), (2.0, 0.0), (0.0, 1.0))), "polygon"),
        (replace(DRAW, line=DirectionLine((0.1, 0.1), (1.1, 0.1))), "line.end"),
        (replace(DRAW, line=DirectionLine((float("nan"), 0.1), (0.5, 0.1))), "line.start"),
        (replace(DRAW, line=DirectionLine((0.5, 0.1), (0.5, 0.1))), "line"),
        (replace(DRAW, polygon=((0.1, 0.1), (0.2, 0.2), (0.3, 0.3))), "polygon"),
        (replace(DRAW, polygon=((float("nan"), 0.0), (1.0, 0.0), (0.0, 1.0))), "polygon"),  # E2
        (replace(DRAW, polygon=tuple((i / 999, 0.5) for i in range(999))), "polygon"),  # E3
    ],
)
def test_a_wrong_field_of_a_zone_is_refused_by_name(command: PlantCommand, field: str) -> None:
    with pytest.raises(FieldRefused, match=field):
        decided(command)
