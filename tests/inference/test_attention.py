"""Few runs of the detector, and still everybody is seen: a yard with walkers, rendered, and a real street."""

from collections import Counter
from math import prod

import cv2
import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.detections import Attribute, FrameAnalysed, decode, encode
from domain.contracts.identifiers import CameraId
from inference.attention import Attention
from inference.detections import Detections, nothing
from inference.detectors.options import PARTS
from inference.metrics import Metrics
from inference.parts import Size
from inference.pipeline import CameraPipeline
from inference.ppe import PpeOptions, PpeStage
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from inference.wearing import Worn
from infra.frames import Pixels, SharedFrame
from tests.inference.samples import MODEL, START_US, ScriptedDetector, ScriptedResult, detections

FPS = 10
FRAME_US = 1_000_000 // FPS
RNG = np.random.default_rng(3)
GROUND = np.kron(RNG.integers(60, 180, (36, 64, 3)), np.ones((10, 10, 1))).astype(np.uint8)
CLOTHES = np.kron(RNG.integers(0, 255, (16, 6, 3)), np.ones((5, 5, 1))).astype(np.uint8)


WHOLE: tuple[Size, ...] = ((640, 384),)


class Seer:
    """A detector that finds people by their clothes in what it is shown."""

    model = MODEL
    depth = 1

    def __init__(self, inputs: tuple[Size, ...]) -> None:
        self.inputs = inputs
        self.runs = 0
        self.pixels = 0

    def submit(self, pixels: Pixels, size: Size | None = None) -> ScriptedResult:
        self.runs += 1
        self.pixels += prod(size or self.inputs[0])
        height, width = CLOTHES.shape[:2]
        unlike = cv2.matchTemplate(pixels, CLOTHES, cv2.TM_SQDIFF_NORMED)
        rows = [((float(x), float(y), float(x + width), float(y + height)), 0.8) for y, x in np.argwhere(unlike < 0.02)]
        return ScriptedResult(detections(*rows) if rows else nothing())


class Yard:
    """One camera with attention; people are 30x80 pixels, given by their left edge."""

    def __init__(self, inputs: tuple[Size, ...] = WHOLE, ppe: PpeStage | None = None) -> None:
        self.seer = Seer(inputs)
        self.registry = CollectorRegistry()
        options = TrackOptions()
        wants = ppe is not None
        self.pipeline = CameraPipeline(
            self.seer,
            ByteTrack(START_US // 1_000_000, options),
            Metrics(self.registry),
            ppe=ppe,
            wants_ppe=lambda: wants,
            attention=Attention(options.new_score, lambda: wants, inputs),
        )
        self.number = 0

    def show(self, *people: int) -> FrameAnalysed:
        """The next frame; where a run is due, there is a place for it."""
        self.number += 1
        shown = GROUND.copy()
        for x in people:
            part = shown[120:200, max(0, x) : x + 30]
            part[:] = CLOTHES[:, 30 - part.shape[1] :]
        frame = SharedFrame("yard", self.number, START_US + self.number * FRAME_US, shown)
        if self.pipeline.look(frame) >= 1:
            return self.pipeline.finish(self.pipeline.begin(frame))
        return self.pipeline.followed(frame)

    def reasons(self) -> Counter[str]:
        samples = (s for family in self.registry.collect() for s in family.samples)
        return Counter({s.labels["reason"]: int(s.value) for s in samples if s.name == "kaska_detector_runs_total"})


@pytest.fixture(params=[WHOLE, (*WHOLE, *PARTS)], ids=["whole frames", "parts"])
def yard(request: pytest.FixtureRequest) -> Yard:
    return Yard(request.param)


def test_an_empty_yard_is_looked_at_every_three_seconds(yard: Yard) -> None:
    frames = [yard.show() for _ in range(30 * FPS)]
    assert yard.seer.runs == pytest.approx(10, abs=1)
    assert [frame.tracks for frame in frames] == [()] * len(frames)
    assert sum(not frame.predicted for frame in frames) == yard.seer.runs


def test_who_comes_is_a_track_two_frames_later(yard: Yard) -> None:
    for _ in range(25):
        yard.show()
    frames = [yard.show(100 + 4 * n) for n in range(3)]
    assert [len(frame.tracks) for frame in frames] == [0, 1, 1]
    assert yard.reasons()["appeared"] >= 1


def test_a_walker_is_followed_between_the_runs_and_the_facts_say_so(yard: Yard) -> None:
    for _ in range(10):
        yard.show()
    frames = [yard.show(100 + 4 * n) for n in range(80)]
    runs = sum(not frame.predicted for frame in frames)
    assert runs <= 30
    followed = [(n, frame) for n, frame in enumerate(frames) if frame.predicted]
    assert len(followed) >= 50
    for n, frame in followed:
        (track,) = frame.tracks
        assert track.box[0] * 640 == pytest.approx(100 + 4 * n, abs=5)
        assert track.score == pytest.approx(0.8)
        assert decode(CameraId("yard"), encode(frame)).predicted
    assert len({frame.tracks[0].track_id for frame in frames[1:]}) == 1


def test_who_stands_still_stays_a_track_with_a_run_a_second(yard: Yard) -> None:
    for n in range(20):
        yard.show(100 + 4 * n)
    before = yard.seer.runs
    frames = [yard.show(176) for _ in range(40 * FPS)]
    assert all(len(frame.tracks) == 1 for frame in frames)
    assert {frame.tracks[0].track_id for frame in frames} == {frames[0].tracks[0].track_id}
    assert yard.seer.runs - before <= 70
    last = frames[-1].tracks[0]
    assert last.box[0] * 640 == pytest.approx(176, abs=3)


def test_somebody_who_stood_there_before_the_start_is_found_by_the_regular_look(yard: Yard) -> None:
    yard.show(300)
    frames = [yard.show(300) for _ in range(6)]
    assert len(frames[-1].tracks) == 1


def test_who_left_between_two_runs_is_gone_with_the_next(yard: Yard) -> None:
    for n in range(20):
        yard.show(300 + 3 * n)
    frames = [yard.show() for _ in range(12)]
    assert sum(len(frame.tracks) for frame in frames) <= 2
    assert frames[-1].tracks == ()


def test_a_part_of_the_frame_is_enough_for_one_walker() -> None:
    whole, parts = Yard(WHOLE), Yard((*WHOLE, *PARTS))
    for yard in (whole, parts):
        for n in range(100):
            yard.show(100 + 4 * n)
    assert parts.seer.pixels < 0.5 * whole.seer.pixels


def test_who_stands_outside_of_the_part_stays_the_same_track() -> None:
    yard = Yard((*WHOLE, *PARTS))
    for _ in range(20):
        yard.show(20)
    frames = [yard.show(20, 340 + 4 * n) for n in range(50)]
    first = {min(frame.tracks, key=lambda track: track.box[0]).track_id for frame in frames}
    assert len(first) == 1
    assert {len(frame.tracks) for frame in frames[4:]} == {2}
    assert len({track.track_id for frame in frames for track in frame.tracks}) == 2


def test_two_who_cross_keep_their_names(yard: Yard) -> None:
    for _ in range(10):
        yard.show()
    frames = [yard.show(100 + 4 * n, 420 - 4 * n) for n in range(30)]
    left, right = sorted(frames[-1].tracks, key=lambda track: track.box[0])
    first = sorted(frames[4].tracks, key=lambda track: track.box[0])
    assert [left.track_id, right.track_id] == [first[0].track_id, first[1].track_id]


def test_what_somebody_wears_is_only_said_where_a_model_looked() -> None:
    head = detections(((86.0, 57.0, 106.0, 75.0), 0.7), code=Worn.NO_HELMET)
    stage = PpeStage(ScriptedDetector([head] * 200), PpeOptions(interval_s=0.5))
    yard = Yard(ppe=stage)
    for _ in range(10):
        yard.show()
    frames = [yard.show(200) for _ in range(60)]
    worn = [a for frame in frames if frame.predicted for track in frame.tracks for a in track.attributes]
    assert worn == []
    looked = [frame for frame in frames if any(track.attributes for track in frame.tracks)]
    assert 8 <= len(looked) <= 14
    assert all(a.attribute is Attribute.HELMET for f in looked for t in f.tracks for a in t.attributes)


def test_a_frame_must_be_looked_at_before_it_is_detected_in() -> None:
    empty = Detections(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, np.uint8))
    tracks = ByteTrack(1, TrackOptions()).update(empty, START_US)
    with pytest.raises(RuntimeError, match="looked at"):
        Attention(0.4).found(empty, tracks, None, START_US)
