"""Zones: directions, loitering, vehicles, animals, and the episode in which several intruders are one alarm."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.contracts.detections import Box, FrameAnalysed, ObjectClass, TrackObservation
from domain.contracts.events import IncidentOpened
from domain.contracts.identifiers import RuleId
from domain.contracts.observations import Direction
from domain.contracts.plant import DirectionLine, Polygon, RuleKind
from domain.rules.crossing import FORGOTTEN_US
from domain.rules.engine import CameraFold, CameraState, Closing, Finding, Opening, observe
from domain.rules.hits import ActiveRule
from domain.rules.timeline import Timeline
from domain.rules.zone_episodes import LONGEST_S
from tests.domain.rules.test_engine import seen, stay
from tests.domain.samples import INSIDE, LEFT_HALF, T0, TRACK, danger_rule, frame, person, second, zone

WHOLE: Polygon = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
ACROSS = DirectionLine((0.0, 0.5), (1.0, 0.5))
"""From left to right: `in` is down the picture."""

NO_WAY_IN = replace(danger_rule(0.0, 1.0, 5.0), kind=RuleKind.DIRECTION, forbidden=Direction.IN)
NO_WAY_OUT = replace(NO_WAY_IN, forbidden=Direction.OUT)
PERIMETER = replace(danger_rule(), kind=RuleKind.PERIMETER, object_classes=(ObjectClass.PERSON, ObjectClass.CAR))
LOITERING = replace(danger_rule(dwell_s=5.0, gap_s=2.0), kind=RuleKind.LOITERING, near=2.0)


def active(rule: object, polygon: Polygon = WHOLE, line: DirectionLine | None = ACROSS) -> tuple[ActiveRule, ...]:
    return (ActiveRule(rule, polygon, 1, line),)  # type: ignore[arg-type]


def standing(y: float, x: float = 0.45, n: int = 0) -> TrackObservation:
    """A person whose feet's middle is at y."""
    return person((x, y - 0.35, x + 0.1, y + 0.05), n=n)


def walk(start: float, ys: Sequence[float], n: int = 0) -> list[FrameAnalysed]:
    return [frame(start + i / 10, standing(y, n=n)) for i, y in enumerate(ys)]


def steps(first: float, last: float, count: int = 20) -> list[float]:
    return [first + (last - first) * i / (count - 1) for i in range(count)]


def openings(findings: Sequence[Finding]) -> list[IncidentOpened]:
    return [each.opened for each in findings if isinstance(each, Opening)]


DOWN, UP = steps(0.4, 0.6), steps(0.6, 0.4)


@pytest.mark.parametrize(
    ("rule", "ys", "found"),
    [
        (NO_WAY_IN, DOWN, 1),
        (NO_WAY_IN, UP, 0),
        (NO_WAY_OUT, UP, 1),
        (NO_WAY_OUT, DOWN, 0),
        (NO_WAY_IN, [0.6] * 30, 0),  # was there before anybody looked
        (NO_WAY_IN, [0.4] * 30, 0),
        (NO_WAY_IN, [0.49, 0.51] * 20, 0),  # a box that trembles on the line is on neither side
        (NO_WAY_IN, [*steps(0.4, 0.5), *steps(0.5, 0.4)], 0),  # turns back on the line
        (NO_WAY_IN, [*DOWN, *[0.4] * 8, *[0.6] * 20], 1),  # over, back and over again within the gap
        (NO_WAY_IN, [*DOWN, *UP, *DOWN], 2),
        (NO_WAY_IN, [*UP, *DOWN], 1),
        (NO_WAY_IN, [0.4, 0.4, 0.6, 0.6], 0),  # never from a frame or two
        (NO_WAY_IN, [0.4, 0.6, 0.6, 0.6], 1),
    ],
)
def test_only_the_forbidden_direction_over_the_line_is_an_incident(rule: object, ys: list[float], found: int) -> None:
    assert len(openings(seen(walk(0, ys), active(rule)))) == found


def test_a_crossing_is_told_with_its_first_frame_beyond_the_line() -> None:
    [opened] = openings(seen(walk(0, [0.4] * 5 + [0.6] * 5), active(NO_WAY_IN)))
    assert (opened.kind, opened.first_seen, opened.opened_at) == (RuleKind.DIRECTION, second(0.5), second(0.7))
    assert opened.episode == opened.incident_id


def test_a_crossing_is_one_incident_however_long_one_stays_beyond() -> None:
    findings = seen([*walk(0, DOWN), *walk(2, [0.6] * 50), frame(9)], active(NO_WAY_IN))
    assert [type(each) for each in findings] == [Opening, Closing]


def test_who_is_lost_beyond_the_line_and_seen_there_again_has_not_crossed_twice() -> None:
    findings = seen([*walk(0, DOWN), *stay(2, 4), *walk(4.1, [0.6] * 20)], active(NO_WAY_IN))
    assert [type(each) for each in findings] == [Opening, Closing]


def test_who_went_back_unseen_by_the_rule_and_crosses_again_is_another_incident() -> None:
    findings = seen([*walk(0, DOWN), *walk(4, UP), *walk(7, DOWN)], active(NO_WAY_IN))
    assert [type(each) for each in findings] == [Opening, Closing, Opening]


def test_a_crossing_takes_no_longer_than_the_window() -> None:
    slowly = [*walk(0, [0.4]), *stay(0.1, 5, standing(0.5)), *walk(5.2, [0.6] * 9)]
    assert openings(seen(slowly, active(NO_WAY_IN))) == []
    assert len(openings(seen(slowly, active(replace(NO_WAY_IN, window_s=6.0))))) == 1


def test_who_goes_round_the_end_of_the_line_outside_of_the_zone_has_not_crossed() -> None:
    outside = [frame(i / 10, standing(y, x=0.8)) for i, y in enumerate(DOWN)]
    assert seen([*outside, *walk(2, [0.6] * 20)], active(NO_WAY_IN, LEFT_HALF)) == []


def test_without_a_line_a_rule_about_a_direction_rests() -> None:
    assert seen(walk(0, DOWN), active(NO_WAY_IN, line=None)) == []


def test_the_line_of_the_zone_in_force_is_used() -> None:
    timeline = Timeline()
    for event in (replace(zone(WHOLE), line=ACROSS), replace(NO_WAY_IN, effective_from=T0)):
        timeline.add(event)
    frames = walk(0.1, DOWN)
    rules = timeline.rules(frames[0].camera_id, frames[0].captured_at_us)
    assert len(openings(seen(frames, rules))) == 1


def test_vehicles_drive_the_wrong_way_too() -> None:
    """A lorry is wide: its feet's middle half has to be over the line, not all of it."""
    cars = [
        frame(i / 10, TrackObservation(TRACK, ObjectClass.TRUCK, 0.9, (0.2, y - 0.35, 0.6, y + 0.05)))
        for i, y in enumerate(steps(0.3, 0.7))
    ]
    rule = replace(NO_WAY_IN, object_classes=(ObjectClass.TRUCK,))
    assert [each.object_class for each in openings(seen(cars, active(rule)))] == [ObjectClass.TRUCK]


@settings(deadline=None)
@given(st.lists(st.sampled_from([0.4, 0.42, 0.5, 0.58, 0.6, None]), min_size=20, max_size=60), st.data())
def test_a_fold_of_crossings_goes_on_from_each_of_its_states(ys: list[float | None], data: st.DataObject) -> None:
    rules = active(replace(NO_WAY_IN, gap_s=0.5, window_s=1.0))
    frames = [frame(i / 5, *([] if y is None else [standing(y)])) for i, y in enumerate(ys)]
    whole, state = CameraFold(), CameraState()
    for sequence, one in enumerate(frames, start=1):
        expected = whole.observe(one, sequence, rules)
        state, found = observe(state, one, sequence, rules)
        assert (found, state) == (expected, whole.state())


def test_tracks_that_once_stood_before_a_line_are_forgotten() -> None:
    state, rules = CameraState(), active(NO_WAY_IN)
    for n in range(100):
        state, _ = observe(state, frame(n * 10.0, standing(0.4, n=n)), n + 1, rules)
    assert len(state.came) <= FORGOTTEN_US / 10_000_000 + 2


NEXT_TO: Box = (0.55, 0.2, 0.65, 0.6)
"""Half a width of the feet beside LEFT_HALF."""


@pytest.mark.parametrize(
    ("box", "found"),
    [
        (NEXT_TO, 1),
        (INSIDE, 0),  # the rule about the perimeter tells that
        ((0.69, 0.2, 0.79, 0.6), 1),  # 1.9 widths away
        ((0.71, 0.2, 0.81, 0.6), 0),  # 2.1 widths away
        ((0.62, 0.2, 0.64, 0.28), 0),  # far away is small: six of its widths
        ((0.52, 0.2, 0.54, 0.28), 1),
    ],
)
def test_who_stays_near_the_zone_loiters(box: Box, found: int) -> None:
    assert len(seen(stay(0, 8, person(box)), active(LOITERING, LEFT_HALF))) == found


def test_who_only_passes_by_does_not_loiter() -> None:
    assert (
        seen([*stay(0, 4, person(NEXT_TO)), *stay(4.1, 9, person((0.8, 0.2, 0.9, 0.6)))], active(LOITERING, LEFT_HALF))
        == []
    )


def test_loitering_and_entering_are_incidents_of_two_kinds() -> None:
    rules = (*active(replace(LOITERING, rule_id=RuleId("near")), LEFT_HALF), *active(PERIMETER, LEFT_HALF))
    findings = seen([*stay(0, 6, person(NEXT_TO)), *stay(6.1, 9, person())], rules)
    assert [each.kind for each in openings(findings)] == [RuleKind.LOITERING, RuleKind.PERIMETER]
    assert all(each.episode == each.incident_id for each in openings(findings)), "a warning takes no alarm away"


@pytest.mark.parametrize(
    ("object_class", "found"),
    [
        (ObjectClass.PERSON, 1),
        (ObjectClass.CAR, 1),
        (ObjectClass.TRUCK, 0),  # not listed (R68)
        (ObjectClass.ANIMAL, 0),  # R73
    ],
)
@pytest.mark.parametrize("kind", [RuleKind.PERIMETER, RuleKind.DANGER_ZONE, RuleKind.LOITERING])
def test_only_listed_classes_count(kind: RuleKind, object_class: ObjectClass, found: int) -> None:
    rule = replace(PERIMETER, kind=kind, near=2.0)
    box = NEXT_TO if kind is RuleKind.LOITERING else INSIDE
    intruder = TrackObservation(TRACK, object_class, 0.8, box)
    assert [each.object_class for each in openings(seen(stay(0, 3, intruder), active(rule, LEFT_HALF)))] == (
        [object_class] * found
    )


def test_a_vehicle_is_not_measured_by_a_persons_size() -> None:
    rule = replace(PERIMETER, min_person_height=0.5)
    car = TrackObservation(TRACK, ObjectClass.CAR, 0.8, INSIDE)
    assert len(openings(seen(stay(0, 3, car, person(n=1)), active(rule, LEFT_HALF)))) == 1


def test_several_intruders_are_incidents_of_one_zone_episode() -> None:
    frames = [*stay(0, 2, person()), *stay(2.1, 5, person(), person(n=1), person(n=2))]
    first, *others = openings(seen(frames, active(PERIMETER, LEFT_HALF)))
    assert first.episode == first.incident_id
    assert [each.episode for each in others] == [first.incident_id] * 2


def test_the_episode_goes_on_when_who_began_it_has_left() -> None:
    frames = [
        *stay(0, 2, person()),
        *stay(2.1, 8, person(n=1)),
        *stay(8.1, 10, person(n=1), person(n=2)),
    ]
    findings = seen(frames, active(PERIMETER, LEFT_HALF))
    assert [type(each) for each in findings] == [Opening, Opening, Closing, Opening]
    assert {each.episode for each in openings(findings)} == {openings(findings)[0].incident_id}


def test_who_comes_into_an_empty_zone_begins_an_episode() -> None:
    findings = seen([*stay(0, 2, person()), *stay(6, 8, person(n=1))], active(PERIMETER, LEFT_HALF))
    assert [each.episode == each.incident_id for each in openings(findings)] == [True, True]


def test_a_track_that_never_leaves_does_not_swallow_the_alarms_of_the_night() -> None:
    late = LONGEST_S + 2.0
    frames = [*stay(0, late, person(), fps=2), *stay(late + 0.1, late + 3, person(), person(n=1))]
    assert [each.episode == each.incident_id for each in openings(seen(frames, active(PERIMETER, LEFT_HALF)))] == [
        True,
        True,
    ]


def test_each_rule_has_episodes_of_its_own() -> None:
    other = replace(PERIMETER, rule_id=RuleId("other"))
    rules = (*active(PERIMETER, LEFT_HALF), *active(other, LEFT_HALF))
    assert [each.episode == each.incident_id for each in openings(seen(stay(0, 2, person()), rules))] == [True, True]
