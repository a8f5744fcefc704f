"""Replay, live work and the slow fold that both were measured against find the same."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.contracts.detections import FrameAnalysed, ObjectClass, decode, encode
from domain.contracts.events import Event, ObjectPermitted
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.observations import Direction
from domain.contracts.plant import DirectionLine, Lamp, RuleKind
from domain.replay import fold
from domain.replay.fold import ReplayFold
from domain.replay.history import timeline_of
from domain.replay.incidents import Decided, Incident
from domain.replay.recording import Chunk
from domain.rules.engine import CameraFold, CameraState, Finding, observe
from domain.rules.timeline import Timeline
from tests.domain import scenes
from tests.domain.replay.plant import scene_events
from tests.domain.replay.slow_reference import SlowState, slow_observe
from tests.domain.samples import INSIDE, OUTSIDE, YARD, danger_rule, frame, helmet_rule, machine, person, second, zone

GATE = CameraId("gate")
STRIP = ZoneId("strip")


def rules_over_time() -> Timeline:
    """Two cameras; a rule, its zone and its gap change while people walk."""
    perimeter = replace(danger_rule(0.0, 0.5, 3.0), rule_id=RuleId("fence"), kind=RuleKind.PERIMETER)
    narrow = zone(((0.0, 0.0), (0.15, 0.0), (0.15, 1.0), (0.0, 1.0)), 2, second(4))
    ramp = ZoneId("ramp")
    events: list[Event] = [
        *(zone(), danger_rule(), helmet_rule(1.0), perimeter, narrow),
        replace(danger_rule(0.5, 0.8, 2.0, version=2), effective_from=second(7)),
        replace(zone(), zone_id=ramp, camera_id=GATE),
        replace(danger_rule(), rule_id=RuleId("gate-danger"), zone_id=ramp, camera_id=GATE),
        replace(helmet_rule(), rule_id=RuleId("gate-helmet"), camera_id=GATE),
        *rules_of_every_kind(),
    ]
    return timeline_of(events)


def rules_of_every_kind() -> list[Event]:
    """A zone with a line across it, that people step over, and what rules may say beside the first three."""
    strip, line = STRIP, DirectionLine((0.0, 0.48), (1.0, 0.48))
    drawn = replace(zone(), zone_id=strip, line=line)
    rule = replace(danger_rule(0.0, 0.5, 2.0), zone_id=strip, min_person_height=0.3)
    lathe = replace(rule, object_classes=(ObjectClass.MACHINE,), window_s=5.0)
    gate = replace(helmet_rule(0.6), rule_id=RuleId("strip-gate"), zone_id=strip, window_s=3.0, gap_s=1.5, at_gate=True)
    return [
        drawn,
        gate,
        replace(gate, rule_id=RuleId("strip-vest"), kind=RuleKind.NO_VEST, at_gate=False),
        replace(rule, rule_id=RuleId("strip-out"), kind=RuleKind.DIRECTION, forbidden=Direction.OUT),
        replace(rule, rule_id=RuleId("strip-in"), kind=RuleKind.DIRECTION, forbidden=Direction.IN),
        replace(rule, rule_id=RuleId("strip-near"), kind=RuleKind.LOITERING, near=4.0),
        replace(rule, rule_id=RuleId("strip-left"), kind=RuleKind.LEFT_OBJECT),
        ObjectPermitted(strip, INSIDE, second(3), second(6), ""),
        replace(rule, rule_id=RuleId("strip-arms"), kind=RuleKind.WEAPON, object_classes=(ObjectClass.WEAPON,)),
        replace(lathe, rule_id=RuleId("strip-guard"), kind=RuleKind.GUARD_OPEN),
        replace(lathe, rule_id=RuleId("strip-lamp"), kind=RuleKind.LAMP, forbidden_lamps=(Lamp.RED, Lamp.OFF)),
        replace(lathe, rule_id=RuleId("strip-alone"), kind=RuleKind.UNATTENDED, near=1.0),
    ]


people = st.builds(
    person,
    st.sampled_from([INSIDE, INSIDE, OUTSIDE, (0.1, 0.2, 0.3, 0.6), (0.1, 0.0, 0.2, 0.4), (0.1, 0.1, 0.2, 0.35)]),
    st.sampled_from([0.3, 0.55, 0.9]),
    st.sampled_from([None, (0.1, 0.9), (0.9, 0.1), (0.3, 0.6)]),
    st.integers(0, 2),
)
weapons = st.builds(
    lambda box, n: replace(person(box, n=n), object_class=ObjectClass.WEAPON),
    st.sampled_from([(0.18, 0.35, 0.2, 0.4), (0.5, 0.35, 0.52, 0.4)]),
    st.integers(3, 4),
)
looks = st.sampled_from([None, (0.0, 0.0), (0.97, 0.03), (0.04, 0.96)])
machines = st.builds(
    lambda guard, running, red: machine(STRIP, GUARD_OPEN=guard, RUNNING=running, LAMP_RED=red), looks, looks, looks
)
moments = st.tuples(
    st.sampled_from([YARD, YARD, GATE]),
    st.sampled_from([0.1, 0.1, 0.3, 0.9, 2.5, -0.2]),
    st.lists(st.one_of(people, weapons, machines), max_size=4, unique_by=lambda track: track.track_id),
)


def walked(steps: Sequence[tuple[CameraId, float, list[object]]]) -> list[FrameAnalysed]:
    """Frames of both cameras; a step back in time happens when a clock is set."""
    at, frames = 1.0, []
    for camera_id, wait, tracks in steps:
        at = max(0.0, at + wait)
        frames.append(replace(frame(at, *tracks), camera_id=camera_id))  # type: ignore[arg-type]
    return frames


@settings(max_examples=300, deadline=None)
@given(st.lists(moments, min_size=10, max_size=80), st.sampled_from([1, 7, 4096]))
def test_three_folds_find_the_same(steps: list[tuple[CameraId, float, list[object]]], at_once: int) -> None:
    recorded = [(one.camera_id, encode(one)) for one in walked(steps)]
    timeline = rules_over_time()
    live = live_findings(recorded, timeline)
    assert live == slow_findings(recorded, timeline)
    assert replayed(recorded, timeline, at_once) == decided(live)


def test_a_day_at_the_plant() -> None:
    recorded = [(one.camera_id, encode(one)) for one in scenes.recording(60)]
    timeline = scene_timeline()
    live = live_findings(recorded, timeline)
    assert len(decided(live)) > 10
    assert replayed(recorded, timeline, 500) == decided(live)


@settings(deadline=None)
@given(st.lists(moments, min_size=10, max_size=40))
def test_a_fold_that_goes_on_from_each_of_its_states_finds_the_same(
    steps: list[tuple[CameraId, float, list[object]]],
) -> None:
    timeline = rules_over_time()
    whole, state = CameraFold(), CameraState()
    for sequence, one in enumerate(walked(steps), start=1):
        rules = timeline.rules(YARD, one.captured_at_us)
        state, found = observe(state, one, sequence, rules)
        assert whole.observe(one, sequence, rules) == found
        assert whole.state() == state


def test_an_unreadable_message_is_left_aside_and_named() -> None:
    replay = ReplayFold(scene_timeline().rules)
    replay.take(Chunk([1, 2], [YARD, YARD], [b"garbage", encode(frame(0, person()))]))
    assert replay.incidents() == []
    assert (replay.messages, replay.unreadable) == (1, [1])


def scene_timeline() -> Timeline:
    return timeline_of(scene_events())


def live_findings(recorded: Sequence[tuple[CameraId, bytes]], timeline: Timeline) -> list[Finding]:
    folds: dict[CameraId, CameraFold] = {}
    found: list[Finding] = []
    for sequence, (camera_id, payload) in enumerate(recorded, start=1):
        one = decode(camera_id, payload)
        rules = timeline.rules(camera_id, one.captured_at_us)
        found += folds.setdefault(camera_id, CameraFold()).observe(one, sequence, rules)
    return found


def slow_findings(recorded: Sequence[tuple[CameraId, bytes]], timeline: Timeline) -> list[Finding]:
    states: dict[CameraId, SlowState] = {}
    found: list[Finding] = []
    for sequence, (camera_id, payload) in enumerate(recorded, start=1):
        one = decode(camera_id, payload)
        rules = timeline.rules(camera_id, one.captured_at_us)
        state = states.get(camera_id, SlowState({}, {}))
        states[camera_id], findings = slow_observe(state, one, sequence, rules)
        found += findings
    return found


def replayed(recorded: Sequence[tuple[CameraId, bytes]], timeline: Timeline, at_once: int) -> list[Incident]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fold, "AT_ONCE", at_once)
        replay = ReplayFold(timeline.rules)
        cameras, payloads = [camera for camera, _ in recorded], [payload for _, payload in recorded]
        replay.take(Chunk(range(1, len(recorded) + 1), cameras, payloads))
        return replay.incidents()


def decided(findings: Sequence[Finding]) -> list[Incident]:
    decisions = Decided()
    decisions.record(findings)
    return decisions.incidents()
