"""What was left in a zone: dwell, looks once a second, whoever stands in front, permissions (R61-R65)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from domain.contracts.detections import Box, FrameAnalysed, ObjectClass, TrackObservation, encode, to_microseconds
from domain.contracts.events import IncidentClosed, ObjectPermitted
from domain.contracts.identifiers import CameraId, TrackId
from domain.contracts.plant import RuleKind
from domain.replay.fold import ReplayFold
from domain.replay.incidents import Decided, Incident
from domain.replay.recording import Chunk
from domain.replay.variation import Variation, of_rule, varied
from domain.rules.engine import CameraFold, Closing, Finding, Opening
from domain.rules.timeline import Timeline
from tests.domain.samples import INSIDE, PIT, T0, TRACK, YARD, danger_rule, frame, person, second, zone

RULE = replace(
    danger_rule(dwell_s=60.0, window_s=30.0, gap_s=600.0),
    kind=RuleKind.LEFT_OBJECT,
    object_classes=(ObjectClass.OBJECT,),
)
AROUND: Box = (0.05, 0.15, 0.25, 0.65)
ASIDE: Box = (0.3, 0.2, 0.45, 0.6)


def pallet(box: Box = INSIDE, score: float = 0.8, n: int = 0) -> TrackObservation:
    return TrackObservation(TrackId(TRACK + n), ObjectClass.OBJECT, score, box)


def looks(since: int, until: int, *tracks: TrackObservation) -> list[FrameAnalysed]:
    """One a second, the last one at until - 1."""
    return [frame(at, *tracks) for at in range(since, until)]


def plant(*events: object) -> Timeline:
    made = Timeline()
    for event in (zone(), RULE, *events):
        made.add(event)  # type: ignore[arg-type]
    return made


def permit(since: float, until: float, region: Box = AROUND) -> ObjectPermitted:
    return ObjectPermitted(PIT, region, second(since), second(until), "")


def live(frames: Sequence[FrameAnalysed], made: Timeline) -> list[Finding]:
    fold, found = CameraFold(), []
    for sequence, one in enumerate(frames, start=1):
        found += fold.observe(one, sequence, made.rules(YARD, one.captured_at_us))
        fold = CameraFold(fold.state())
    return found


def incidents(frames: Sequence[FrameAnalysed], made: Timeline) -> list[Incident]:
    """As the live service finds them, from a checkpoint after each frame; replay must find the same."""
    decided = Decided()
    decided.record(live(frames, made))
    replay = ReplayFold(made.rules)
    replay.take(Chunk(range(1, len(frames) + 1), [YARD] * len(frames), [encode(one) for one in frames]))
    assert [_rounded(each) for each in replay.incidents()] == [_rounded(each) for each in decided.incidents()]
    return decided.incidents()


def _rounded(incident: Incident) -> tuple[datetime, datetime, IncidentClosed | None]:
    return incident.opened.first_seen, incident.opened_at, incident.closed


def test_what_stays_longer_than_allowed_is_one_incident_that_ends_when_it_is_taken_away() -> None:
    [one] = incidents([*looks(0, 90, pallet()), *looks(90, 93, pallet(score=0.0)), *looks(93, 200)], plant())
    assert (one.opened.first_seen, one.opened_at) == (second(0), second(60))
    assert one.opened.object_class is ObjectClass.OBJECT
    assert one.closed is not None
    assert (one.closed.last_seen, one.closed.closed_at) == (second(89), second(90))


def test_what_is_taken_away_in_time_is_nothing() -> None:
    assert incidents([*looks(0, 55, pallet()), frame(55, pallet(score=0.0)), *looks(56, 90)], plant()) == []


def test_the_allowed_time_begins_anew_with_each_object() -> None:
    frames = [*looks(0, 55, pallet()), frame(55, pallet(score=0.0)), *looks(60, 110, pallet(n=1))]
    assert incidents(frames, plant()) == []


def test_beside_the_zone_is_nothing() -> None:
    assert incidents(looks(0, 90, pallet((0.7, 0.2, 0.8, 0.6))), plant()) == []


def test_whoever_stands_in_front_neither_ends_nor_doubles_it() -> None:
    """While it cannot be seen there is no sample; the allowed time goes on."""
    hidden = looks(20, 50, person((0.08, 0.1, 0.25, 0.7), n=9))
    [one] = incidents([*looks(0, 20, pallet()), *hidden, *looks(50, 70, pallet()), *looks(200, 230, pallet())], plant())
    assert (one.opened.first_seen, one.opened_at, one.closed) == (second(0), second(60), None)


def test_after_a_long_time_unseen_the_score_needs_three_looks_again() -> None:
    [one] = incidents([*looks(0, 20, pallet()), *looks(100, 110, pallet())], plant())
    assert one.opened_at == second(102)


def test_what_is_not_seen_for_longer_than_the_gap_is_over() -> None:
    [one] = incidents([*looks(0, 90, pallet()), *looks(700, 710)], plant())
    assert one.closed is not None
    assert one.closed.last_seen == second(89)


def test_an_hour_is_counted_as_well_as_a_minute() -> None:
    timeline = Timeline()
    for event in (zone(), replace(RULE, dwell_s=3600.0, window_s=3600.0)):
        timeline.add(event)
    [one] = incidents([frame(at, pallet()) for at in range(0, 3700, 20)], timeline)
    assert one.opened_at == second(3600)


@pytest.mark.parametrize(
    ("box", "region", "found"),
    [
        (INSIDE, AROUND, 0),
        (INSIDE, (0.1, 0.2, 0.2, 0.45), 0),  # five eighths of it
        (INSIDE, (0.1, 0.2, 0.2, 0.4), 1),  # a half
        (INSIDE, ASIDE, 1),
        (ASIDE, AROUND, 1),
    ],
)
def test_only_what_stands_in_the_region_is_permitted(box: Box, region: Box, found: int) -> None:
    assert len(incidents(looks(0, 90, pallet(box)), plant(permit(0, 1000, region)))) == found


def test_what_stands_longer_than_permitted_is_reported_after_the_allowed_time() -> None:
    [one] = incidents(looks(0, 200, pallet()), plant(permit(0, 100)))
    assert (one.opened.first_seen, one.opened_at) == (second(100), second(160))


def test_a_permission_closes_what_is_open_and_leaves_the_others() -> None:
    frames = looks(0, 200, pallet(), pallet(ASIDE, n=1))
    first, second_, *later = incidents(frames, plant(permit(80, 130)))
    assert [one.closed is not None for one in (first, second_)] == [True, False]
    assert [(each.opened.track_id, each.opened_at) for each in later] == [(TRACK, second(190))]


def test_a_later_permission_of_the_region_prolongs_or_cuts_short() -> None:
    assert incidents(looks(0, 200, pallet()), plant(permit(0, 100), permit(50, 1000))) == []
    [one] = incidents(looks(0, 200, pallet()), plant(permit(0, 1000), permit(50, 51)))
    assert one.opened.first_seen == second(51)


def test_what_would_have_been_without_the_wait() -> None:
    """What-if knows permissions: it asks about another allowed time, not about another history."""
    events = of_rule([zone(), RULE, permit(0, 100)], RULE.rule_id)
    timeline = Timeline()
    for event in varied(events, Variation(dwell_s=10.0)):
        timeline.add(event)
    assert [one.opened_at for one in incidents(looks(0, 200, pallet()), timeline)] == [second(110)]


def test_several_objects_put_down_together_are_one_alarm() -> None:
    opened = [
        each.opened for each in live(looks(0, 90, pallet(), pallet(ASIDE, n=1)), plant()) if isinstance(each, Opening)
    ]
    assert {each.episode for each in opened} == {opened[0].incident_id}
    assert len(opened) == 2


def test_a_redrawn_zone_without_the_object_ends_the_incident() -> None:
    elsewhere = zone(((0.6, 0.0), (1.0, 0.0), (1.0, 1.0)), 2, second(80))
    found = live(looks(0, 100, pallet()), plant(elsewhere))
    assert [type(each) for each in found] == [Opening, Closing]


def test_permissions_are_asked_for_at_the_time_of_the_frame() -> None:
    made = plant(permit(10, 20))
    at = [made.rules(YARD, to_microseconds(second(s)))[0].permitted for s in (9.999, 10, 19.999, 20)]
    assert at == [(), (AROUND,), (AROUND,), ()]
    assert made.rules(YARD, to_microseconds(second(11))) is made.rules(YARD, to_microseconds(second(19)))
    assert made.rules(CameraId("gate"), to_microseconds(T0)) == ()
