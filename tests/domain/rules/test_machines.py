"""Machines: a guard that is up, a lamp that shows what it must not, a machine that runs alone (R57-R60)."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain.contracts.detections import Box, FrameAnalysed, ModelRef, ObjectClass, TrackObservation
from domain.contracts.events import IncidentOpened, RulePublished
from domain.contracts.identifiers import RuleId, TrackId, ZoneId, machine_model, machine_track
from domain.contracts.plant import Lamp, Polygon, RuleKind
from domain.rules.engine import CameraFold, CameraState, Closing, Finding, Opening, observe
from domain.rules.hits import ActiveRule
from domain.rules.visits import VisitFold
from tests.domain.rules.test_engine import seen, stay
from tests.domain.samples import DETECTOR, PIT, PPE, danger_rule, frame, machine, person, second, zone

LATHE: Polygon = ((0.4, 0.3), (0.6, 0.3), (0.6, 0.6), (0.4, 0.6))
YES, NO, NOT_TOLD = (0.95, 0.05), (0.04, 0.96), (0.0, 0.0)
AT_IT: Box = (0.62, 0.3, 0.68, 0.65)
"""Feet 0.02 beside the zone: a third of their width."""

AWAY: Box = (0.85, 0.3, 0.91, 0.65)
GUARD = replace(
    danger_rule(dwell_s=2.0, gap_s=3.0), kind=RuleKind.GUARD_OPEN, object_classes=(ObjectClass.MACHINE,), window_s=5.0
)
SIGNAL = replace(GUARD, kind=RuleKind.LAMP, forbidden_lamps=(Lamp.RED, Lamp.OFF))
ALONE = replace(GUARD, kind=RuleKind.UNATTENDED, near=1.0, dwell_s=20.0, window_s=20.0)


def rules(*published: RulePublished) -> tuple[ActiveRule, ...]:
    return tuple(ActiveRule(rule, LATHE, 1) for rule in published)


def looks(since: float, until: float, *tracks: TrackObservation) -> list[FrameAnalysed]:
    """As inference looks at machines: twice a second."""
    return stay(since, until, *tracks, fps=2)


def openings(findings: Sequence[Finding]) -> list[IncidentOpened]:
    return [each.opened for each in findings if isinstance(each, Opening)]


def test_a_machine_that_runs_with_its_guard_up_is_one_incident_until_it_is_closed() -> None:
    up, down = machine(GUARD_OPEN=YES, RUNNING=YES), machine(GUARD_OPEN=NO, RUNNING=YES)
    opening, closing = seen([*looks(0, 6, up), *looks(6.5, 12, down)], rules(GUARD))
    assert isinstance(opening, Opening)
    assert isinstance(closing, Closing)
    told = opening.opened
    assert (told.kind, told.track_id, told.object_class) == (RuleKind.GUARD_OPEN, machine_track(PIT), 9)
    assert (told.first_seen, told.opened_at, told.score) == (second(0), second(2), 0.95)
    assert closing.last_seen == second(6)


@pytest.mark.parametrize(
    ("guard", "running", "found"),
    [
        (YES, YES, 1),
        (YES, None, 1),  # nobody taught when it runs: an open guard is enough
        (YES, NO, 0),  # it stands still: the guard may be up
        (YES, NOT_TOLD, 0),  # whether it runs cannot be told just now
        (NO, YES, 0),
        (NOT_TOLD, YES, 0),  # somebody stands before it
        (None, YES, 0),
        (NOT_TOLD, NO, 0),
    ],
)
def test_a_guard_counts_while_the_machine_runs(
    guard: tuple[float, float] | None, running: tuple[float, float] | None, found: int
) -> None:
    assert len(seen(looks(0, 6, machine(GUARD_OPEN=guard, RUNNING=running)), rules(GUARD))) == found


def test_a_guard_is_as_sure_as_the_less_sure_of_its_two_looks() -> None:
    [opened] = openings(seen(looks(0, 4, machine(GUARD_OPEN=(0.9, 0.1), RUNNING=(0.8, 0.2))), rules(GUARD)))
    assert opened.score == 0.8


def test_a_look_or_two_are_no_verdict() -> None:
    """R57: agreement over several frames."""
    up, down = machine(GUARD_OPEN=YES), machine(GUARD_OPEN=NO)
    for start in range(0, 20, 4):
        flicker = [*looks(start, start + 0.5, up), *looks(start + 1, start + 3.5, down)]
        assert seen(flicker, rules(replace(GUARD, dwell_s=0.0))) == []


def test_who_walks_past_the_machine_neither_ends_nor_begins_an_incident() -> None:
    up, covered = machine(GUARD_OPEN=YES, RUNNING=YES), machine(GUARD_OPEN=NOT_TOLD, RUNNING=NOT_TOLD)
    findings = seen([*looks(0, 4, up), *looks(4.5, 6.5, covered), *looks(7, 9, up)], rules(GUARD))
    assert [type(each) for each in findings] == [Opening]
    assert seen(looks(0, 30, covered), rules(GUARD, SIGNAL)) == []


def test_another_machine_on_the_camera_is_none_of_the_rules_business() -> None:
    other = machine(ZoneId("press"), GUARD_OPEN=YES, RUNNING=YES, LAMP_RED=YES)
    assert seen(looks(0, 30, other), rules(GUARD, SIGNAL, ALONE)) == []


@pytest.mark.parametrize(
    ("red", "yellow", "green", "found"),
    [
        (YES, NO, NO, 1),
        (NO, YES, NO, 0),
        (NO, NO, YES, 0),
        (NO, NO, NO, 1),  # off is forbidden too
        (NO, None, None, 1),  # only red was taught: dark is that red does not shine
        (NO, NO, NOT_TOLD, 0),
        (NOT_TOLD, NOT_TOLD, NOT_TOLD, 0),
        (None, None, None, 0),
    ],
)
def test_a_lamp_may_not_show_what_is_forbidden(
    red: tuple[float, float] | None, yellow: tuple[float, float] | None, green: tuple[float, float] | None, found: int
) -> None:
    shown = machine(LAMP_RED=red, LAMP_YELLOW=yellow, LAMP_GREEN=green)
    assert len(seen(looks(0, 6, shown), rules(SIGNAL))) == found


def test_a_lamp_whose_forbidden_colour_was_not_taught_cannot_be_judged() -> None:
    yellow = replace(SIGNAL, forbidden_lamps=(Lamp.YELLOW,))
    assert seen(looks(0, 6, machine(LAMP_RED=NO, LAMP_GREEN=YES)), rules(yellow)) == []


RUNS = machine(RUNNING=YES)


def test_a_machine_that_runs_alone_for_too_long_is_an_incident_until_somebody_comes() -> None:
    frames = [
        *looks(0, 10, RUNS, person(AT_IT)),
        *looks(10.5, 40, RUNS, person(AWAY)),
        *looks(40.5, 50, RUNS, person(AT_IT)),
    ]
    opening, closing = seen(frames, rules(ALONE))
    assert isinstance(opening, Opening)
    assert isinstance(closing, Closing)
    assert (opening.opened.kind, opening.opened.first_seen) == (RuleKind.UNATTENDED, second(10.5))
    assert opening.opened.opened_at == second(30.5)
    assert (closing.last_seen, closing.closed_at) == (second(40), second(43.5))


@pytest.mark.parametrize(
    ("beside", "running", "found"),
    [
        ((person(AWAY),), YES, 1),
        ((), YES, 1),
        ((person(AT_IT),), YES, 0),
        ((person(AWAY), person(AT_IT, n=1)), YES, 0),
        ((person((0.45, 0.2, 0.5, 0.5)),), YES, 0),  # on the machine itself
        ((person((0.67, 0.3, 0.73, 0.65)),), YES, 1),  # more than a width of their feet away
        ((person((0.45, 0.61, 0.5, 0.95)),), YES, 1),  # the head is near the machine, the feet are not
        ((replace(person(AT_IT), object_class=ObjectClass.CAR),), YES, 1),
        ((), NO, 0),
        ((), NOT_TOLD, 0),
        ((), None, 0),
    ],
)
def test_attended_is_a_machine_with_somebodys_feet_at_it(
    beside: tuple[TrackObservation, ...], running: tuple[float, float] | None, found: int
) -> None:
    assert len(openings(seen(looks(0, 30, machine(RUNNING=running), *beside), rules(ALONE)))) == found


def test_somebody_who_only_passes_by_has_not_attended_the_machine() -> None:
    frames = [*looks(0, 12, RUNS), *looks(12.5, 14, RUNS, person(AT_IT)), *looks(14.5, 25, RUNS)]
    assert len(openings(seen(frames, rules(ALONE)))) == 1


def test_an_operator_whom_the_detector_misses_now_and_then_is_there() -> None:
    frames = [
        frame(i / 2, RUNS) if i % 5 == 0 else frame(i / 2, RUNS, person(AT_IT)) for i in range(240)
    ]  # a miss every 2.5 s is an episode that never ends
    assert openings(seen(frames, rules(ALONE))) == []
    left = [*frames, *looks(120, 160, RUNS)]
    [opened] = openings(seen(left, rules(ALONE)))
    assert second(137) <= opened.opened_at <= second(140), "alone for nine tenths of the time allowed, or all of it"


def test_an_incident_names_the_classifier_of_its_machine() -> None:
    models = (
        DETECTOR,
        ModelRef(machine_model(ZoneId("press")), "11" * 32),
        ModelRef(machine_model(PIT), "22" * 32),
        PPE,
    )
    frames = [replace(each, models=models) for each in looks(0, 4, machine(GUARD_OPEN=YES))]
    [opened] = openings(seen(frames, rules(GUARD)))
    assert (opened.model_id, opened.model_digest) == ("machine-pit", "22" * 32)


def test_a_machine_is_in_no_zone() -> None:
    """It stands there for ever, and nobody asks how long."""
    fold, whole = VisitFold(), [zone()]
    for sequence, each in enumerate(looks(0, 10, machine(GUARD_OPEN=YES), person(n=1)), start=1):
        assert fold.observe(each, sequence, whole) == []
    assert {visit.track_id for visit in fold.state()} == {person(n=1).track_id}


def test_a_machines_track_is_no_trackers() -> None:
    """Trackers count from (second of their start << 20); a browser reads whole numbers below 2**53."""
    tracks = {machine_track(ZoneId(f"zone-{i}")) for i in range(1000)}
    assert len(tracks) == 1000
    assert all((2**32 - 1 << 20) + 2**20 <= track < 2**53 for track in tracks)
    assert machine_track(PIT) == machine_track(ZoneId("pit")) == TrackId(machine_track(PIT))


def test_rules_about_machines_fold_from_each_of_their_states() -> None:
    published = rules(GUARD, replace(ALONE, rule_id=RuleId("alone"), dwell_s=3.0))
    frames = [*looks(0, 8, machine(GUARD_OPEN=YES, RUNNING=YES)), *looks(8.5, 20, RUNS, person(AT_IT))]
    whole, state = CameraFold(), CameraState()
    for sequence, each in enumerate(frames, start=1):
        expected = whole.observe(each, sequence, published)
        state, found = observe(state, each, sequence, published)
        assert (found, state) == (expected, whole.state())
