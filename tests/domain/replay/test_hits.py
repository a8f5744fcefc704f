"""The hits of many tracks at once are the hits of each, to the last bit."""

from dataclasses import replace
from datetime import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contracts.detections import (
    Attribute,
    AttributeScore,
    FrameAnalysed,
    ObjectClass,
    TrackObservation,
    decode,
    encode,
)
from domain.contracts.events import RulePublished
from domain.contracts.identifiers import TrackId, ZoneId, machine_track
from domain.contracts.observations import Direction
from domain.contracts.plant import (
    MACHINE_KINDS,
    MISSING_ITEMS,
    DirectionLine,
    Lamp,
    Polygon,
    RuleKind,
    Schedule,
    Window,
)
from domain.replay import hits
from domain.replay.clipping import covered_fractions
from domain.replay.columns import Decoder
from domain.rules.geometry import covered_fraction
from domain.rules.hits import ActiveRule, RuleUnknown, hit
from domain.rules.schedule import in_force
from tests.domain.contracts.test_detections import attributes, unit
from tests.domain.samples import LEFT_HALF, PIT, YARD, danger_rule, frame, helmet_rule

grid = st.integers(0, 20).map(lambda n: n / 20)
"""Coordinates that often meet: touching sides and corners are where clipping goes wrong."""

coordinate = st.one_of(unit, grid)
polygons = st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=9).map(tuple)
boxes = st.tuples(coordinate, coordinate, coordinate, coordinate)
tracks = st.builds(
    TrackObservation,
    st.integers(0, 9).map(TrackId),
    st.sampled_from([ObjectClass.PERSON, ObjectClass.PERSON, ObjectClass.CAR, ObjectClass.OBJECT]),
    unit,
    boxes.map(lambda b: (min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3]))),
    attributes,
)
scenes = st.lists(st.lists(tracks, max_size=4), max_size=5).map(
    lambda rows: [frame(i * 0.7, *row) for i, row in enumerate(rows)]
)
NIGHT = Schedule(
    "Europe/Moscow", (Window((0,), time(12, 0, 1), time(12, 0, 2)), Window((0,), time(12, 0, 3), time(11)))
)
ODD = Schedule("UTC", (Window((0,), time(9, 0, 0, 800_000), time(9, 0, 2, 50_000)),))


@given(polygons, st.lists(boxes, min_size=1, max_size=8))
def test_many_boxes_are_covered_as_each_is(polygon: Polygon, many: list[tuple[float, float, float, float]]) -> None:
    expected = [covered_fraction(polygon, box) for box in many]
    assert covered_fractions(polygon, np.asarray(many)).tolist() == expected


@given(polygons, scenes)
def test_hits_of_a_zone(polygon: Polygon, scene: list[FrameAnalysed]) -> None:
    assert_same(scene, ActiveRule(danger_rule(), polygon, 1))


@given(scenes)
def test_hits_of_a_missing_helmet(scene: list[FrameAnalysed]) -> None:
    assert_same(scene, ActiveRule(helmet_rule()))


@given(scenes, st.sampled_from(list(MISSING_ITEMS)), st.one_of(st.none(), polygons))
def test_hits_of_a_missing_item_in_a_zone_or_anywhere(
    scene: list[FrameAnalysed], kind: RuleKind, polygon: Polygon | None
) -> None:
    rule = replace(helmet_rule(), kind=kind, zone_id=None if polygon is None else PIT)
    assert_same(scene, ActiveRule(rule, polygon, 1))


@given(polygons, scenes, st.sampled_from([0.01, 1.0, 3.3, 20.0]))
def test_hits_of_loitering(polygon: Polygon, scene: list[FrameAnalysed], near: float) -> None:
    assert_same(scene, ActiveRule(replace(danger_rule(), kind=RuleKind.LOITERING, near=near), polygon, 1))


armed = st.builds(
    replace, tracks, object_class=st.sampled_from([ObjectClass.PERSON, ObjectClass.WEAPON, ObjectClass.WEAPON])
)
armed_scenes = st.lists(st.lists(armed, max_size=4), max_size=5).map(
    lambda rows: [frame(i * 0.7, *row) for i, row in enumerate(rows)]
)


@given(armed_scenes, st.one_of(st.none(), polygons), st.sampled_from([0.0, 0.4]))
def test_hits_of_a_weapon(scene: list[FrameAnalysed], polygon: Polygon | None, lowest: float) -> None:
    rule = replace(
        danger_rule(),
        kind=RuleKind.WEAPON,
        object_classes=(ObjectClass.WEAPON,),
        zone_id=None if polygon is None else PIT,
        min_person_height=lowest,
    )
    assert_same(scene, ActiveRule(rule, polygon, 1))


@given(polygons, scenes, st.lists(boxes, max_size=3).map(tuple))
def test_hits_of_a_left_object(
    polygon: Polygon, scene: list[FrameAnalysed], permitted: tuple[tuple[float, float, float, float], ...]
) -> None:
    rule = replace(danger_rule(), kind=RuleKind.LEFT_OBJECT, object_classes=tuple(ObjectClass))
    assert_same(scene, ActiveRule(rule, polygon, 1, permitted=permitted))


looks = st.sampled_from([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.6, 0.4), (0.3, 0.7)])
machines = st.builds(
    lambda n, box, told: TrackObservation(
        machine_track(ZoneId(n)), ObjectClass.MACHINE, 1.0, box, tuple(AttributeScore(a, *s) for a, s in told.items())
    ),
    st.sampled_from([PIT, PIT, "other"]),
    boxes,
    st.dictionaries(st.sampled_from(list(Attribute)[5:]), looks),
)
machine_scenes = st.lists(st.lists(st.one_of(machines, tracks), max_size=4), max_size=5).map(
    lambda rows: [frame(i * 0.7, *row) for i, row in enumerate(rows)]
)


@given(
    machine_scenes,
    polygons,
    st.sampled_from(sorted(MACHINE_KINDS)),
    st.lists(st.sampled_from(Lamp), max_size=3).map(tuple),
    st.sampled_from([0.0, 1.0, 4.0]),
)
def test_hits_of_a_machine(
    scene: list[FrameAnalysed], polygon: Polygon, kind: RuleKind, lamps: tuple[Lamp, ...], near: float
) -> None:
    rule = replace(danger_rule(), kind=kind, object_classes=(ObjectClass.MACHINE,), forbidden_lamps=lamps, near=near)
    assert_same(scene, ActiveRule(rule, polygon, 1))


points = st.tuples(coordinate, coordinate)


@given(polygons, scenes, st.builds(DirectionLine, points, points), st.sampled_from(Direction))
def test_hits_of_a_direction(
    polygon: Polygon, scene: list[FrameAnalysed], line: DirectionLine, forbidden: Direction
) -> None:
    rule = replace(danger_rule(), kind=RuleKind.DIRECTION, forbidden=forbidden)
    assert_same(scene, ActiveRule(rule, polygon, 1, line))


@given(scenes, st.sampled_from([0.05, 0.25, 0.5]), st.sampled_from([danger_rule(), helmet_rule()]))
def test_hits_on_persons_of_some_size(scene: list[FrameAnalysed], lowest: float, rule: RulePublished) -> None:
    assert_same(scene, ActiveRule(replace(rule, min_person_height=lowest), LEFT_HALF, 1))


@pytest.mark.parametrize("kind", RuleKind)
def test_a_zone_that_is_not_drawn_or_has_no_line_cannot_tell(kind: RuleKind) -> None:
    person = TrackObservation(TrackId(1), ObjectClass.PERSON, 0.5, (0.1, 0.1, 0.2, 0.2), ())
    rule = replace(danger_rule(), kind=kind, near=3.0, forbidden=Direction.IN)
    assert_same([frame(0, person)], ActiveRule(rule))
    if kind is RuleKind.DIRECTION:
        assert_same([frame(0, person)], ActiveRule(rule, LEFT_HALF, 1))


def test_a_zone_that_is_not_drawn_yet_cannot_tell() -> None:
    person = TrackObservation(TrackId(1), ObjectClass.PERSON, 0.5, (0.1, 0.1, 0.2, 0.2), ())
    assert_same([frame(0, person)], ActiveRule(danger_rule(), None, None))


@given(scenes, st.sampled_from([NIGHT, ODD]))
def test_hits_under_a_schedule(scene: list[FrameAnalysed], schedule: Schedule) -> None:
    assert_same(scene, ActiveRule(replace(danger_rule(), schedule=schedule), LEFT_HALF, 1))


@given(scenes)
def test_a_kind_without_a_form_of_its_own_is_judged_track_by_track(scene: list[FrameAnalysed]) -> None:
    """Its hits come from the live functions, one call per track."""
    columns, _ = Decoder(YARD).columns(range(len(scene)), [encode(one) for one in scene])
    active = ActiveRule(helmet_rule())
    which = np.arange(len(columns.classes))
    assert repr(hits._hits_one_by_one(columns, which, active)) == repr(hits._hits(columns, which, active))


def test_an_unknown_kind_is_refused_as_in_live_work() -> None:
    person = TrackObservation(TrackId(1), ObjectClass.PERSON, 0.5, (0.1, 0.1, 0.2, 0.2), (AttributeScore(1, 1, 0),))  # type: ignore[arg-type]
    columns, _ = Decoder(YARD).columns([1], [encode(frame(0, person))])
    with pytest.raises(RuleUnknown):
        hits.scores(columns, 0, 1, ActiveRule(replace(danger_rule(), kind="no_such_kind")))  # type: ignore[arg-type]


def assert_same(scene: list[FrameAnalysed], active: ActiveRule) -> None:
    payloads = [encode(one) for one in scene]
    columns, _ = Decoder(YARD).columns(range(len(scene)), payloads)
    expected = [
        _live(decode(YARD, payload), track, active) for payload in payloads for track in decode(YARD, payload).tracks
    ]
    found = [None if np.isnan(score) else score for score in hits.scores(columns, 0, len(scene), active).tolist()]
    assert found == expected


def _live(one: FrameAnalysed, track: TrackObservation, active: ActiveRule) -> float | None:
    judged = in_force(active.rule.schedule, one.captured_at) and track.object_class in active.rule.object_classes
    return hit(active, track, one.tracks) if judged else None
