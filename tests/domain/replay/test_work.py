"""Replay of what the live service recorded, on a real nats-server; nothing is ever written."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.contracts.commands import DrawZone, MarkFalsePositive
from domain.contracts.detections import encode, to_microseconds
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.plant import Verdict
from domain.contracts.subjects import DETECTIONS, EVENTS, SNAPSHOTS, detections_subject
from domain.replay.recording import Span, captured_us
from domain.replay.stream_source import StreamRecording, first_captured_since
from domain.replay.variation import Variation
from domain.replay.work import Outcome, Period, Reached, repeat, what_if
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge
from infra.nats.streams import last_sequence
from tests.conftest import OwnNats
from tests.domain.replay.plant import recorded_plant
from tests.domain.samples import T0, frame, second
from tests.domain.service.test_service import Plant, fold

SECONDS = 40
TZ = ZoneInfo("Europe/Moscow")
RULE = RuleId("yard-danger-zone")


@pytest.fixture
def plant(fresh_nats: Callable[[], OwnNats]) -> Iterator[Plant]:
    with recorded_plant(fresh_nats(), SECONDS) as plant:
        yield plant


@pytest.fixture
def reader(plant: Plant) -> Iterator[Bridge]:
    """Replay's own connection: a user that may publish no event."""
    with Bridge(plant.server.url("projections"), name="replay") as bridge:
        yield bridge


def test_replay_gives_the_recorded_incidents(plant: Plant, reader: Bridge) -> None:
    outcome = repeated(reader)
    assert outcome.difference.is_none
    assert outcome.difference.before == len(plant.opened_incidents()) > 10
    assert outcome.messages == outcome.frames == SECONDS * 10 * 3
    assert (outcome.holes, outcome.unreadable, outcome.uncovered) == ((), (), 0)


def test_progress_rises_to_the_whole(plant: Plant, reader: Bridge) -> None:
    told: list[Reached] = []
    repeat(reader, StreamRecording(reader), period=Period(), tz=TZ, progress=told.append)
    assert [each.messages for each in told] == [1000, SECONDS * 10 * 3]
    assert [each.share for each in told] == [pytest.approx(1000 / 1200), 1.0]


@pytest.mark.parametrize(
    ("since_s", "until_s", "bounds"),
    [(None, None, (1, 1200)), (20.0, None, (601, 1200)), (None, 10.0, (1, 300)), (10.0, 20.0, (301, 600))],
)
def test_the_bounds_of_a_stretch_are_its_positions(
    plant: Plant, reader: Bridge, since_s: float | None, until_s: float | None, bounds: tuple[int, int]
) -> None:
    since, until = (None if s is None else to_microseconds(second(s)) for s in (since_s, until_s))
    assert StreamRecording(reader).bounds(Span(since, until)) == bounds


def test_what_was_folded_is_told_with_its_first_and_last_moment(plant: Plant, reader: Bridge) -> None:
    captured = asked(reader, Variation(dwell_s=2.0)).captured
    assert captured == (to_microseconds(T0), to_microseconds(second(SECONDS - 0.1)))


def test_the_open_incidents_at_the_end_are_the_same_too(plant: Plant, reader: Bridge) -> None:
    """A run of empty frames ends all of them."""
    empty = frame(SECONDS + 1, until_s=SECONDS + 60)
    last = [replace(empty, camera_id=CameraId(camera)) for camera in ("yard", "gate", "fence")]
    messages = [Outgoing(detections_subject(one.camera_id), encode(one), {}) for one in last]
    plant.admin.run(publish_batch(plant.admin.nc, messages))
    with closing(plant.rules_loop()) as loop:
        fold(loop)
    assert repeated(reader).difference.is_none


def test_nothing_is_written(plant: Plant, reader: Bridge) -> None:
    def ends() -> list[int]:
        return [plant.admin.run(last_sequence(plant.admin.nc, s)) for s in (EVENTS, DETECTIONS, SNAPSHOTS)]

    before = ends()
    repeated(reader)
    asked(reader, Variation(0.1, 0.2))
    assert ends() == before


def test_what_persons_said_does_not_hide_the_rules_verdict(plant: Plant, reader: Bridge) -> None:
    doubtful = plant.opened_incidents()[0].incident_id
    plant.send(MarkFalsePositive(doubtful, "тень"), "c1")
    assert repeated(reader).difference.is_none


def test_a_rule_that_changed_meanwhile_is_replayed_as_it_was(plant: Plant, reader: Bridge) -> None:
    moved = DrawZone(ZoneId("yard-zone"), CameraId("yard"), "Зона", ((0.6, 0.0), (1.0, 0.0), (1.0, 1.0)))
    plant.send(replace(moved, effective_from=second(20)), "move")
    outcome = repeated(reader)
    assert not outcome.difference.is_none  # the live service judged these frames before the change was asked for
    assert {each.opened.rule_id for each in outcome.difference.gone} <= {RULE}
    assert all(each.opened_at >= second(20) for each in outcome.difference.gone + outcome.difference.new)


def test_lower_thresholds_change_verdicts_and_nothing_else(plant: Plant, reader: Bridge) -> None:
    found = asked(reader, Variation(0.05, 0.1)).difference
    assert (found.new, found.gone) == ((), ())
    assert found.changed
    assert {each.fields for each in found.changed} == {("verdict",)}
    assert {each.after.verdict for each in found.changed} == {Verdict.VIOLATION}
    [day] = found.days
    assert (day.before, day.after, day.changed) == (found.before, found.after, len(found.changed))
    assert day.violations_after == found.after > day.violations_before


def test_a_zone_elsewhere_finds_others(plant: Plant, reader: Bridge) -> None:
    right_half = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))
    found = asked(reader, Variation(polygon=right_half)).difference
    assert found.new
    assert found.gone
    assert all(each.opened.box[0] > 0.3 for each in found.new)
    assert all(each.opened.box[2] < 0.7 for each in found.gone)


def test_a_longer_dwell_finds_fewer(plant: Plant, reader: Bridge) -> None:
    found = asked(reader, Variation(dwell_s=6.0)).difference
    assert found.gone
    assert (found.new, found.before - len(found.gone)) == ((), found.after)


def test_the_same_rule_makes_no_difference(plant: Plant, reader: Bridge) -> None:
    found = asked(reader, Variation())
    assert found.difference.is_none
    assert found.difference.before == sum(1 for each in plant.opened_incidents() if each.rule_id == RULE)
    assert found.messages == SECONDS * 10  # one camera's


def test_what_if_tells_what_persons_said(plant: Plant, reader: Bridge) -> None:
    doubtful = next(each for each in plant.opened_incidents() if each.rule_id == RULE)
    plant.send(MarkFalsePositive(doubtful.incident_id, "тень"), "c1")
    found = asked(reader, Variation(dwell_s=3600.0)).difference
    assert {each.incident_id: each.reviewed for each in found.gone}[doubtful.incident_id] is Verdict.FALSE_POSITIVE


def test_a_period_holds_what_opens_in_it(plant: Plant, reader: Bridge) -> None:
    period = Period(second(10), second(30))
    outcome = repeated(reader, period)
    opened = [each for each in plant.opened_incidents() if period.holds(each.opened_at)]
    assert outcome.difference.is_none
    assert outcome.difference.before == len(opened) > 0


def test_incidents_whose_detections_are_gone_are_counted_not_missed(plant: Plant, reader: Bridge) -> None:
    half = SECONDS * 10 * 3 // 2
    recording = StreamRecording(reader, after=half)
    recording.holes.append((1, half))  # as when the stream has forgotten the first half
    outcome = repeat(reader, recording, period=Period(), tz=TZ, progress=lambda _: None)
    assert outcome.difference.is_none
    assert outcome.uncovered > 0
    assert outcome.difference.before + outcome.uncovered == len(plant.opened_incidents())


@pytest.mark.parametrize("at_s", [-5.0, 0.0, 12.34, 39.9, 50.0])
def test_a_moment_is_found_by_halving(plant: Plant, reader: Bridge, at_s: float) -> None:
    at_us, last = to_microseconds(T0 + timedelta(seconds=at_s)), SECONDS * 10 * 3
    found = reader.run(first_captured_since(reader.nc, at_us, 1, last))
    times = [
        captured_us(payload) or 0 for chunk in StreamRecording(reader).chunks(Span()) for payload in chunk.payloads
    ]
    assert [us >= at_us for us in times].index(True) + 1 == found if times[-1] >= at_us else found == last + 1


def repeated(bridge: Bridge, period: Period | None = None) -> Outcome:
    recording = StreamRecording(bridge)
    return repeat(bridge, recording, period=period or Period(), tz=TZ, progress=lambda _: None)


def asked(bridge: Bridge, variation: Variation) -> Outcome:
    recording = StreamRecording(bridge)
    return what_if(bridge, recording, RULE, variation, period=Period(), tz=TZ, progress=lambda _: None)
