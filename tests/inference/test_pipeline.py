"""From pixels to a fact."""

from collections.abc import Sequence

import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.detections import (
    Attribute,
    FrameAnalysed,
    ModelRef,
    ObjectClass,
    TrackObservation,
    decode,
    encode,
)
from domain.contracts.identifiers import CameraId, TrackId
from inference.detections import Detections, Tracks, nothing
from inference.metrics import Metrics
from inference.pipeline import CameraPipeline
from inference.ppe import PpeOptions, PpeStage
from inference.scene import NOTHING_SEEN, Seen
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from inference.wearing import Worn
from infra.frames import SharedFrame
from tests.inference.samples import MODEL, START_US, ScriptedDetector, detections, shared_frame

PERSON = ((320.0, 90.0, 400.0, 270.0), 0.8)
SMALL = ((10.0, 10.0, 20.0, 40.0), 0.8)


def analysed(
    script: Sequence[Detections],
    ppe: PpeStage | None = None,
    wants_ppe: bool = True,
    registry: CollectorRegistry | None = None,
) -> list[FrameAnalysed]:
    pipeline = CameraPipeline(
        ScriptedDetector(script),
        ByteTrack(START_US // 1_000_000, TrackOptions()),
        Metrics(registry or CollectorRegistry()),
        ppe=ppe,
        wants_ppe=lambda: wants_ppe,
    )
    return [pipeline.finish(pipeline.begin(shared_frame(number))) for number in range(len(script))]


@pytest.mark.parametrize("wants_weapons", [True, False])
def test_weapons_are_facts_where_a_rule_asks_for_them(wants_weapons: bool) -> None:
    person, knife = detections(PERSON), detections(((380.0, 150.0, 400.0, 170.0), 0.7), code=ObjectClass.WEAPON)
    both = Detections(*(np.concatenate(pair) for pair in zip(_columns(person), _columns(knife), strict=True)))
    pipeline = CameraPipeline(
        ScriptedDetector([both] * 3),
        ByteTrack(START_US // 1_000_000, TrackOptions()),
        Metrics(CollectorRegistry()),
        wants_weapons=lambda: wants_weapons,
    )
    last = [pipeline.finish(pipeline.begin(shared_frame(number))) for number in range(3)][-1]
    found = [ObjectClass.PERSON, ObjectClass.WEAPON] if wants_weapons else [ObjectClass.PERSON]
    assert [track.object_class for track in last.tracks] == found
    assert decode(CameraId("gate"), encode(last)).tracks[-1].object_class is found[-1]


def _columns(found: Detections) -> tuple[np.ndarray, ...]:
    return found.boxes, found.scores, found.codes


def ppe_stage(*looks: Detections, interval_s: float = 0.0) -> tuple[PpeStage, ScriptedDetector]:
    detector = ScriptedDetector(looks)
    return PpeStage(detector, PpeOptions(interval_s=interval_s)), detector


def test_a_track_is_recorded_in_parts_of_the_frame() -> None:
    frame = analysed([detections(PERSON)] * 2)[-1]
    (track,) = frame.tracks
    assert track.box == pytest.approx((0.5, 0.25, 0.625, 0.75))
    assert track.object_class is ObjectClass.PERSON
    assert track.score == pytest.approx(0.8)
    assert (frame.width, frame.height, frame.frame, frame.models) == (640, 360, 1, (MODEL,))
    assert frame.captured_at_us == frame.last_captured_at_us == START_US + 100_000


class Lathe:
    """A stage that sees a machine in every second frame."""

    model = ModelRef("lathe", "00" * 32)
    machine = TrackObservation(TrackId(2**62), ObjectClass.TRUCK, 1.0, (0.0, 0.0, 0.5, 0.5))

    def __init__(self) -> None:
        self.shown: list[list[int]] = []

    def observe(self, frame: SharedFrame, tracks: Tracks) -> Seen:
        self.shown.append(tracks.ids.tolist())
        return Seen((self.machine,), (self.model,)) if frame.frame % 2 else NOTHING_SEEN


def test_what_a_stage_sees_is_added_with_its_model() -> None:
    lathe = Lathe()
    pipeline = CameraPipeline(
        ScriptedDetector([detections(PERSON)] * 4),
        ByteTrack(START_US // 1_000_000, TrackOptions()),
        Metrics(CollectorRegistry()),
        ppe=ppe_stage(*[nothing()] * 4)[0],
        wants_ppe=lambda: True,
        scenes=(lathe,),
    )
    frames = [pipeline.finish(pipeline.begin(shared_frame(number))) for number in range(4)]
    assert [Lathe.machine in frame.tracks for frame in frames] == [False, True, False, True]
    person = frames[3].tracks[0]
    assert frames[3].tracks == (person, Lathe.machine)
    assert lathe.shown[3] == [person.track_id]
    assert [frame.models.count(Lathe.model) for frame in frames] == [0, 1, 0, 1]
    assert frames[1].models[0] == MODEL
    assert frames[1].models[-1] == MODEL


def test_an_empty_frame_is_a_fact_too() -> None:
    assert [frame.tracks for frame in analysed([nothing()])] == [()]


def test_an_unsound_box_is_counted_by_camera_and_reason() -> None:
    registry = CollectorRegistry()
    frames = analysed([detections(PERSON, ((5, 5, float("nan"), 9), 0.9))] * 2, registry=registry)
    assert len(frames[-1].tracks) == 1
    labels = {"camera": "gate", "reason": "not_finite"}
    assert registry.get_sample_value("kaska_boxes_dropped_total", labels) == 2
    assert registry.get_sample_value("kaska_frames_analysed_total", {"camera": "gate"}) == 2


def test_what_is_published_is_what_was_seen() -> None:
    frame = analysed([detections(PERSON, ((-20, -20, 900, 500), 0.9))] * 2)[-1]
    read = decode(CameraId("gate"), encode(frame))
    assert [t.track_id for t in read.tracks] == [t.track_id for t in frame.tracks]
    assert read.tracks[0].box == pytest.approx(frame.tracks[0].box, abs=1e-4)


def test_a_bare_head_is_recorded_with_the_model_that_saw_it() -> None:
    """The region is a square of 234 pixels around the person; the head is found in its coordinates."""
    head = detections(((100.0, 28.0, 134.0, 60.0), 0.7), code=Worn.NO_HELMET)
    stage, detector = ppe_stage(head)
    frame = analysed([detections(PERSON)] * 2, ppe=stage)[-1]
    assert detector.shown == [(234, 234, 3)]
    assert frame.models == (MODEL, MODEL)
    (score,) = frame.tracks[0].attributes
    assert (score.attribute, score.present) == (Attribute.HELMET, 0.0)
    assert score.absent == pytest.approx(0.7)


def test_a_camera_that_does_not_want_it_is_not_looked_at() -> None:
    stage, detector = ppe_stage()
    assert analysed([detections(PERSON)] * 2, ppe=stage, wants_ppe=False)[-1].models == (MODEL,)
    assert detector.shown == []


def test_of_a_small_person_nothing_can_be_told() -> None:
    stage, detector = ppe_stage()
    assert analysed([detections(SMALL)] * 2, ppe=stage)[-1].tracks[0].attributes == ()
    assert detector.shown == []


def test_people_are_looked_at_as_often_as_set() -> None:
    """Ten frames at 10 a second, the first without a confirmed track; a look every 0.5 s."""
    stage, detector = ppe_stage(nothing(), nothing(), interval_s=0.5)
    frames = analysed([detections(PERSON)] * 10, ppe=stage)
    assert [frame.frame for frame in frames if len(frame.models) == 2] == [1, 6]
    assert len(detector.shown) == 2


def test_the_unsound_parts_of_a_person_are_left_out() -> None:
    bad = Detections(
        np.array([[np.nan, 0, 1, 1], [100, 60, 134, 28]], np.float32),
        np.array([0.9, 0.9], np.float32),
        np.full(2, Worn.HELMET, np.uint8),
    )
    stage, _ = ppe_stage(bad)
    assert analysed([detections(PERSON)] * 2, ppe=stage)[-1].tracks[0].attributes == ()
