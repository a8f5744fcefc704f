"""A machine is taught: who may want it, what its process may report, and what a repeat says (R57-R60)."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain import plant, teaching
from domain.contracts.commands import PlantCommand, RetireZone
from domain.contracts.commands.machines import ReportMachineNotTaught, ReportMachineTaught, TeachMachine
from domain.contracts.events.machines import MachineNotTaught, MachineTaught, MachineTeachingAsked
from domain.contracts.identifiers import TeachingId, ZoneId, teaching_id
from domain.contracts.machines import Aspect, TaughtAspect, TaughtState, TeachingFailure
from tests.domain.facts import MACHINE_TAUGHT, TEACHING_ASKED
from tests.domain.planning import DRAW, ZONE_RETIRED, after, decided
from tests.domain.samples import PIT, T0, zone

FIRST = TEACHING_ASKED.teaching_id
SECOND = TeachingId(UUID(int=2))
TEACH = TeachMachine(PIT, FIRST)
TAUGHT = ReportMachineTaught(
    PIT, FIRST, MACHINE_TAUGHT.digest, MACHINE_TAUGHT.pictures, MACHINE_TAUGHT.states, MACHINE_TAUGHT.aspects
)
TOO_FEW = ReportMachineNotTaught(PIT, FIRST, TeachingFailure.TOO_FEW, "open", 2)
NOT_TAUGHT = MachineNotTaught(PIT, FIRST, TeachingFailure.TOO_FEW, "open", 2)


def test_a_teaching_is_asked_for_and_reported() -> None:
    assert decided(TEACH, zone()) == [TEACHING_ASKED]
    assert decided(TAUGHT, zone(), TEACHING_ASKED) == [MACHINE_TAUGHT]
    assert decided(TOO_FEW, zone(), TEACHING_ASKED) == [NOT_TAUGHT]


def test_a_repeat_changes_nothing() -> None:
    assert decided(TEACH, zone(), TEACHING_ASKED) == []
    for ended in (MACHINE_TAUGHT, NOT_TAUGHT):
        for again in (TEACH, TAUGHT, TOO_FEW):
            assert decided(again, zone(), TEACHING_ASKED, ended) == []


def test_the_next_one_waits_for_the_result() -> None:
    again = replace(TEACH, teaching_id=SECOND)
    with pytest.raises(teaching.TeachingGoesOn):
        decided(again, zone(), TEACHING_ASKED)
    wanted = [replace(TEACHING_ASKED, teaching_id=SECOND)]
    assert decided(again, zone(), TEACHING_ASKED, MACHINE_TAUGHT) == wanted
    assert decided(again, zone(), TEACHING_ASKED, NOT_TAUGHT) == wanted
    late = replace(TEACHING_ASKED, asked_at=T0 - teaching.LONGEST)
    assert decided(again, zone(), late) == wanted, "an answer that never came is not waited for"


def test_a_result_that_nobody_waits_for_is_refused() -> None:
    other = MachineTeachingAsked(PIT, SECOND, T0)
    for report in (TAUGHT, TOO_FEW):
        for before in ([zone()], [zone(), TEACHING_ASKED, other]):
            with pytest.raises(teaching.TeachingUnknown):
                decided(report, *before)


def test_a_late_result_of_an_earlier_teaching_does_not_end_the_next() -> None:
    state = after(zone(), TEACHING_ASKED, MachineTeachingAsked(PIT, SECOND, T0), MACHINE_TAUGHT)
    assert isinstance(state, plant.Zone)
    assert state.teaching.asked is not None
    assert state.teaching.asked.teaching_id == SECOND


def test_there_is_no_machine_in_a_zone_that_is_not_there() -> None:
    for command in (TEACH, TAUGHT, TOO_FEW):
        with pytest.raises(plant.PlantPartUnknown):
            decided(command)
    with pytest.raises(plant.PlantPartRetired):
        decided(TEACH, zone(), ZONE_RETIRED)
    assert decided(TAUGHT, zone(), TEACHING_ASKED, ZONE_RETIRED) == [MACHINE_TAUGHT], "it was done, and is told"


def test_teaching_does_not_change_the_zone() -> None:
    assert decided(DRAW, zone(), TEACHING_ASKED, MACHINE_TAUGHT) == []
    assert decided(RetireZone(PIT), zone(), TEACHING_ASKED) == [ZONE_RETIRED]


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(TAUGHT, digest="short"), "digest"),
        (replace(TAUGHT, pictures=0), "pictures"),
        (replace(TAUGHT, states=()), "states"),
        (replace(TAUGHT, states=TAUGHT.states * 2), "states"),
        (replace(TAUGHT, states=(TaughtState(Aspect.LAMP, "open", 5),)), "states"),  # of another aspect
        (replace(TAUGHT, states=(TaughtState(Aspect.GUARD, "open", 99),)), "states"),  # more than all pictures
        (replace(TAUGHT, aspects=()), "aspects"),
        (replace(TAUGHT, aspects=(TaughtAspect(Aspect.GUARD, 1.5, 0.0),)), "aspects"),
        (replace(TAUGHT, aspects=(TaughtAspect(Aspect.GUARD, 1.0, float("nan")),)), "aspects"),
        (replace(TOO_FEW, state="ajar"), "state"),
        (replace(TOO_FEW, pictures=-1), "pictures"),
    ],
)
def test_a_field_outside_what_is_possible_is_named(command: PlantCommand, field: str) -> None:
    with pytest.raises(plant.FieldRefused, match=rf"^{field}\b"):
        decided(command, zone(), TEACHING_ASKED)


def test_a_command_names_its_teaching() -> None:
    assert teaching_id(PIT, "click-one") == teaching_id(PIT, "click-one")
    assert teaching_id(PIT, "click-one") != teaching_id(PIT, "click-two")
    assert teaching_id(PIT, "click-one") != teaching_id(ZoneId("lathe"), "click-one")
    assert timedelta(minutes=30) < teaching.LONGEST, "longer than the longest training"
    assert isinstance(MACHINE_TAUGHT, MachineTaught)
