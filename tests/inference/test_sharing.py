"""Several cameras and one detector: frames are not held up by it, order is kept, and overload is told."""

import logging
import time
from pathlib import Path

import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.detections import FrameAnalysed
from inference.attention import Attention
from inference.book import CoverageBook
from inference.detections import Detections, nothing
from inference.metrics import Metrics
from inference.parts import Size
from inference.pipeline import CameraPipeline
from inference.service import InferenceLoop
from inference.sources import FrameSources
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from infra.frames import FrameWriter, Pixels
from tests.inference.samples import MODEL

FRAME_US = 100_000
GROUND = np.kron(np.random.default_rng(3).integers(60, 180, (27, 32)), np.ones((20, 20))).astype(np.uint8)


class SlowDetector:
    """Finds nothing, and its runs end when the test says so."""

    model = MODEL
    depth = 1
    inputs = ((640, 384),)

    def __init__(self) -> None:
        self.holds = False
        self.held_run = 0
        self.runs = 0

    def submit(self, pixels: Pixels, size: Size | None = None) -> "SlowResult":
        del pixels, size
        self.runs += 1
        return SlowResult(self, self.runs)


class SlowResult:
    def __init__(self, detector: SlowDetector, run: int) -> None:
        self._detector, self._run = detector, run

    @property
    def ready(self) -> bool:
        return not self._detector.holds and self._run != self._detector.held_run

    def result(self) -> Detections:
        return nothing()


class Outbox:
    full = False

    def __init__(self) -> None:
        self.frames: list[FrameAnalysed] = []

    def put(self, frame: FrameAnalysed) -> None:
        self.frames.append(frame)

    def numbers(self, camera: str) -> list[int]:
        """Of all frames that were analysed, runs written out."""
        ours = [frame for frame in self.frames if frame.camera_id == camera]
        return [frame.frame + n for frame in ours for n in range(frame.frames)]


class Plant:
    """Cameras `a` and `b` with attention."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, depth: int = SlowDetector.depth) -> None:
        monkeypatch.setattr("inference.runs.LONGEST_RUN_S", 0.0)
        self.registry = CollectorRegistry()
        self.metrics = Metrics(self.registry)
        self.detector, self.outbox = SlowDetector(), Outbox()
        self.writers = {camera: FrameWriter(folder, camera, 16) for camera in ("a", "b")}
        self.written = dict.fromkeys(self.writers, 0)
        self.start_us = time.time_ns() // 1000
        self.loop = InferenceLoop(
            FrameSources(folder, max_lag_s=1e12, clock=time.time),
            self.outbox,
            self.pipeline,
            depth=depth,
            metrics=self.metrics,
            witness=CoverageBook(self.start_us),
        )

    def pipeline(self, camera: str) -> CameraPipeline:
        del camera
        options = TrackOptions()
        return CameraPipeline(
            self.detector, ByteTrack(1, options), self.metrics, attention=Attention(options.new_score)
        )

    def write(self, camera: str, *, moving: bool = False) -> None:
        number = self.written[camera] = self.written[camera] + 1
        shown = GROUND.copy()
        if moving:
            shown[100:160, 20 * number % 500 :][:, :40] = 0
        self.writers[camera].write(shown, number, self.start_us + number * FRAME_US)

    def steps(self, count: int) -> None:
        for _ in range(count):
            self.loop.step()

    def value(self, name: str) -> float:
        return self.registry.get_sample_value(name) or 0.0


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plant:
    return Plant(tmp_path, monkeypatch)


def test_a_run_that_ends_sooner_is_not_held_up_by_one_begun_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.service.SCAN_S", 0.0)
    plant = Plant(tmp_path, monkeypatch, depth=2)
    plant.detector.held_run = 1
    plant.write("a")
    plant.steps(3)
    assert plant.detector.runs == plant.detector.held_run
    plant.write("b")
    plant.steps(6)
    plant.write("b")
    plant.steps(6)
    assert (plant.outbox.numbers("a"), plant.outbox.numbers("b")[:1]) == ([], [1])


def test_a_busy_detector_holds_up_its_own_camera_only_and_no_frame_is_lost(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.pacing.PATIENCE_US", 0)
    for _ in range(3):
        plant.write("a")
        plant.write("b")
        plant.steps(4)
    plant.detector.holds = True
    for _ in range(6):
        plant.write("a", moving=True)
        plant.write("b", moving=True)
        plant.steps(4)
    done = {camera: len(plant.outbox.numbers(camera)) for camera in "ab"}
    assert sorted(done.values()) == [3, 9]
    plant.detector.holds = False
    plant.steps(20)
    plant.loop.drain()
    assert plant.outbox.numbers("a") == list(range(1, 10))
    assert plant.outbox.numbers("b") == list(range(1, 10))


def test_a_frame_waits_for_a_place_before_it_goes_on_without_a_look(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.pacing.PATIENCE_US", 60_000_000)
    plant.write("a")
    plant.write("b")
    plant.steps(6)
    plant.detector.holds = True
    plant.write("a", moving=True)
    plant.write("b", moving=True)
    plant.steps(4)
    assert plant.detector.runs == 3
    plant.detector.holds = False
    plant.steps(4)
    plant.loop.drain()
    assert plant.detector.runs == 4
    assert plant.value("kaska_detector_refused_total") == 0


def test_a_run_that_was_put_off_is_counted(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference.pacing.PATIENCE_US", 0)
    plant.write("a")
    plant.write("b")
    plant.steps(6)
    plant.detector.holds = True
    for _ in range(4):
        plant.write("a", moving=True)
        plant.write("b", moving=True)
        plant.steps(4)
    time.sleep(0.6)
    plant.steps(1)
    assert plant.value("kaska_detector_refused_total") >= 2
    plant.detector.holds = False
    plant.loop.drain()


def test_late_frames_stretch_the_intervals_and_the_log_says_so(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("inference.service.SCAN_S", 0.0)
    plant.start_us -= 60_000_000
    with caplog.at_level(logging.INFO, "inference.service"):
        for _ in range(8):
            plant.write("a")
            plant.steps(2)
        assert plant.value("kaska_detector_stretch") >= 1.5
        plant.start_us += 59_000_000
        for _ in range(40):
            plant.start_us = time.time_ns() // 1000 - (plant.written["a"] + 1) * FRAME_US
            plant.write("a")
            plant.steps(2)
    assert plant.value("kaska_detector_stretch") == pytest.approx(1.0, abs=0.05)
    said = [record.getMessage() for record in caplog.records]
    assert [line.split()[0] for line in said if "detector looks" in line] == ["overload:", "the"]
