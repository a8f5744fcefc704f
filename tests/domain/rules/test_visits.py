"""Who stays in which zone, and which vehicles pass: scenes of boxes over time."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.contracts import codec
from domain.contracts.detections import Box, FrameAnalysed, ObjectClass, TrackObservation
from domain.contracts.events import ZoneDrawn
from domain.contracts.identifiers import ZoneId
from domain.contracts.observations import Direction, VehiclePassage, ZoneVisit, identity_of
from domain.contracts.plant import DirectionLine
from domain.rules.timeline import Timeline
from domain.rules.visits import Found, OpenVisit, VisitFold
from tests.domain.samples import INSIDE, OUTSIDE, PIT, T0, TRACK, frame, person, second, zone
from tests.domain.scenes import CAMERAS, recording

LANE = ((0.2, 0.0), (0.8, 0.0), (0.8, 1.0), (0.2, 1.0))
DOWNWARDS = DirectionLine((0.5, 1.0), (0.5, 0.0))
"""Seen from its lower end upwards, right is the right half of the picture."""

GATE = ZoneDrawn(ZoneId("gate-lane"), 3, zone().camera_id, "Въезд", LANE, T0, gate=True, line=DOWNWARDS)


def observed(frames: Sequence[FrameAnalysed], *zones: ZoneDrawn) -> list[Found]:
    fold = VisitFold()
    return [found for i, each in enumerate(frames, 1) for found in fold.observe(each, i, zones)]


def stay(start: float, end: float, box: Box = INSIDE, score: float = 0.8, n: int = 0) -> list[FrameAnalysed]:
    """Ten frames a second of one person in one place."""
    return [frame(t / 10, person(box, score, n=n)) for t in range(round(start * 10), round(end * 10) + 1)]


def drive(start: float, xs: Sequence[float], kinds: Sequence[ObjectClass]) -> list[FrameAnalysed]:
    """A vehicle whose box's middle is at xs, a tenth of a second apart."""
    return [
        frame(start + i / 10, TrackObservation(TRACK, kind, 0.7, (x - 0.05, 0.4, x + 0.05, 0.6)))
        for i, (x, kind) in enumerate(zip(xs, kinds, strict=True))
    ]


EMPTY_LATER = frame(60.0)


def test_a_stay_is_recorded_when_it_is_over() -> None:
    frames = [*stay(0, 1.9, score=0.6), *stay(2, 4, score=0.9), *stay(4.1, 9, OUTSIDE)]
    assert observed(frames, zone(version=7)) == [
        ZoneVisit(
            camera_id=zone().camera_id,
            zone_id=PIT,
            zone_version=7,
            track_id=TRACK,
            object_class=ObjectClass.PERSON,
            entered=T0,
            left=second(4),
            max_score=0.9,
            frames=41,
            detections_from=1,
            detections_to=41,
        )
    ]


@pytest.mark.parametrize(
    ("away_s", "visits"),
    [
        (2.5, 1),  # stepped over the border and back
        (3.5, 2),  # left and came again
    ],
)
def test_a_short_absence_does_not_end_a_visit(away_s: float, visits: int) -> None:
    frames = [*stay(0, 2), *stay(2.1, 2 + away_s, OUTSIDE), *stay(2.1 + away_s, 6 + away_s), EMPTY_LATER]
    assert len(observed(frames, zone())) == visits


@pytest.mark.parametrize(
    ("frames", "visits"),
    [
        (stay(0, 0.1), 0),  # two frames: a flicker
        (stay(0, 0.2), 1),
        (stay(0, 5, OUTSIDE), 0),
        (stay(0, 5, (0.0, 0.4, 1.0, 0.5)), 0),  # its middle is on the border, which is outside
        (stay(0, 5, (0.1, 0.9, 0.2, 1.0)), 1),  # cut off by the lower edge of the picture
    ],
)
def test_what_counts_as_a_visit(frames: list[FrameAnalysed], visits: int) -> None:
    assert len(observed([*frames, EMPTY_LATER], zone())) == visits


def test_a_weapon_stays_nowhere_by_itself() -> None:
    armed = [
        replace(f, tracks=tuple(replace(t, object_class=ObjectClass.WEAPON) for t in f.tracks)) for f in stay(0, 5)
    ]
    assert observed([*armed, EMPTY_LATER], zone()) == []


def test_a_run_of_empty_frames_ends_a_visit() -> None:
    run = replace(frame(1.1), frames=100, last_captured_at_us=frame(11.0).captured_at_us)
    assert [found.left for found in observed([*stay(0, 1), run], zone())] == [second(1)]


def test_every_track_and_every_zone_has_visits_of_its_own() -> None:
    both = ZoneDrawn(ZoneId("everywhere"), 1, zone().camera_id, "Всё", ((0, 0), (1, 0), (1, 1), (0, 1)), T0)
    frames = [frame(t / 10, person(INSIDE), person(OUTSIDE, n=1)) for t in range(20)]
    found = observed([*frames, EMPTY_LATER], zone(), both)
    assert [(f.zone_id, f.track_id - TRACK) for f in found] == [(PIT, 0), ("everywhere", 0), ("everywhere", 1)]
    assert len({identity_of(f) for f in found}) == 3


def test_a_visit_goes_on_in_a_zone_that_is_drawn_anew_and_ends_with_one_that_is_not_there() -> None:
    fold, frames = VisitFold(), stay(0, 9)
    zones = [(zone(version=1),)] * 30 + [(zone(version=2),)] * 30 + [()] * 31
    found = [f for i, each in enumerate(frames) for f in fold.observe(each, i, zones[i])]
    assert [(f.zone_version, f.entered, f.left) for f in found] == [(1, T0, second(5.9))]


CAR, TRUCK = ObjectClass.CAR, ObjectClass.TRUCK
EASTWARDS = [0.25 + 0.05 * i for i in range(10)]


@pytest.mark.parametrize(
    ("xs", "line", "direction"),
    [
        (EASTWARDS, DOWNWARDS, Direction.IN),
        (EASTWARDS[::-1], DOWNWARDS, Direction.OUT),
        (EASTWARDS, DirectionLine(DOWNWARDS.end, DOWNWARDS.start), Direction.OUT),
        ([*EASTWARDS, *EASTWARDS[::-1]], DOWNWARDS, None),  # turned back
        (EASTWARDS, None, None),
        (EASTWARDS[:4], DOWNWARDS, None),  # never reached the line
    ],
)
def test_a_vehicle_passes_a_gate(xs: list[float], line: DirectionLine | None, direction: Direction | None) -> None:
    frames = [*drive(0, xs, [CAR] * len(xs)), EMPTY_LATER]
    passages = [f for f in observed(frames, replace(GATE, line=line)) if isinstance(f, VehiclePassage)]
    assert [(p.object_class, p.direction, p.entered) for p in passages] == [(CAR, direction, T0)]


def test_what_a_vehicle_is_most_of_its_frames_say() -> None:
    kinds = [CAR, CAR, TRUCK, TRUCK, TRUCK, CAR, TRUCK, TRUCK, CAR, TRUCK]
    visit, passage = observed([*drive(0, EASTWARDS, kinds), EMPTY_LATER], GATE)
    assert isinstance(visit, ZoneVisit)
    assert isinstance(passage, VehiclePassage)
    assert visit.object_class is passage.object_class is TRUCK


def test_a_person_in_a_gate_and_a_vehicle_in_another_zone_are_no_passages() -> None:
    walk = [frame(t / 10, person((0.3, 0.2, 0.4, 0.6))) for t in range(20)]
    assert not any(isinstance(f, VehiclePassage) for f in observed([*walk, EMPTY_LATER], GATE))
    car = [*drive(0, [0.25] * 9, [CAR] * 9), EMPTY_LATER]
    assert [type(f) for f in observed(car, zone())] == [ZoneVisit]


def test_the_timeline_gives_the_same_zones_while_nothing_changes() -> None:
    timeline = Timeline()
    timeline.add(zone())
    timeline.add(replace(GATE, effective_from=second(10)))
    at_us = frame(5).captured_at_us
    assert timeline.zones(zone().camera_id, at_us) == (zone(),)
    assert timeline.zones(zone().camera_id, at_us) is timeline.zones(zone().camera_id, at_us + 1)
    later = timeline.zones(zone().camera_id, frame(11).captured_at_us)
    assert [z.zone_id for z in later] == ["gate-lane", "pit"]
    assert timeline.zones(CAMERAS[1], at_us) == ()


RECORDED = [replace(each, camera_id=zone().camera_id) for each in recording(60) if each.camera_id == CAMERAS[0]]
ZONES = (replace(zone(), zone_id=ZoneId("left")), replace(GATE, line=None))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, len(RECORDED) - 1), max_size=6))
def test_cut_anywhere_and_restored_from_json_the_fold_finds_the_same(cuts: list[int]) -> None:
    fold, found = VisitFold(), []
    for i, each in enumerate(RECORDED):
        if i in cuts:
            fold = VisitFold([codec.from_json(OpenVisit, codec.to_json(visit)) for visit in fold.state()])
        found += fold.observe(each, i, ZONES)
    assert found == WHOLE
    assert len(found) > 5


def _whole() -> list[Found]:
    fold = VisitFold()
    return [found for i, each in enumerate(RECORDED) for found in fold.observe(each, i, ZONES)]


WHOLE = _whole()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 2), st.booleans()), max_size=60))
def test_visits_never_overlap_and_never_end_before_they_began(steps: list[tuple[int, int, bool]]) -> None:
    frames, at_s = [], 0.0
    for tenths, n, inside in steps:
        at_s += tenths / 10
        frames.append(frame(at_s, person(INSIDE if inside else OUTSIDE, n=n)))
    found = observed([*frames, frame(at_s + 60)], zone())
    for track in {f.track_id for f in found}:
        own = [f for f in found if f.track_id == track]
        assert all(f.entered <= f.left and f.frames >= 3 for f in own)
        assert all(a.left < b.entered for a, b in pairwise(own))
    assert sum(f.frames for f in found) <= sum(inside for _, _, inside in steps)
