"""Faults of FAULTS.md, section C, that meet the analysis: hung and lost detectors, nonsense, overload, wrong clocks."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.detections import FrameAnalysed, decode, encode
from inference.book import CoverageBook
from inference.detections import Detections, nothing
from inference.detectors import falling_back
from inference.detectors.falling_back import create_or_fall_back
from inference.detectors.options import YoloOptions
from inference.errors import DetectorFailed, ModelUnusable
from inference.guarded import HUNG, run_guarded
from inference.metrics import Metrics
from inference.parts import Size
from inference.pipeline import CameraPipeline
from inference.service import InferenceLoop
from inference.sources import FrameSources
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from inference.watchdog import Progress, Watchdog
from infra.detectors import DetectorKind
from infra.frames import FrameWriter, Pixels
from tests.inference.samples import MODEL, START_US, ScriptedDetector, detections, shared_frame

PERSON = detections(((320.0, 90.0, 400.0, 270.0), 0.8))


class Broken:
    """A detector that hangs in one of two ways, or whose accelerator is gone."""

    model, depth, inputs = MODEL, 2, ((640, 384),)

    def __init__(self, way: str) -> None:
        self.way, self.released = way, threading.Event()

    def submit(self, pixels: Pixels, size: Size | None = None) -> "BrokenResult":
        del pixels, size
        if self.way == "lost at submit":
            raise RuntimeError("CUDA error: device-side assert triggered")
        return BrokenResult(self)


class BrokenResult:
    def __init__(self, detector: Broken) -> None:
        self._detector = detector

    @property
    def ready(self) -> bool:
        return self._detector.way != "never ready"

    def result(self) -> Detections:
        if self._detector.way == "lost":
            raise ValueError("an error that only this vendor has")
        self._detector.released.wait(20)
        return nothing()


class Facts:
    def __init__(self) -> None:
        self.frames: list[FrameAnalysed] = []
        self.full = False

    def put(self, frame: FrameAnalysed) -> None:
        self.frames.append(frame)


def loop_with(folder: Path, detector: Broken, book: CoverageBook) -> InferenceLoop:
    writer = FrameWriter(folder, "gate")
    writer.write(np.zeros((36, 64, 3), np.uint8), 1, START_US)
    metrics = Metrics(CollectorRegistry())
    return InferenceLoop(
        FrameSources(folder, max_lag_s=1e12, clock=lambda: START_US / 1e6),
        Facts(),
        lambda camera: CameraPipeline(detector, ByteTrack(1, TrackOptions()), metrics),
        depth=detector.depth,
        metrics=metrics,
        witness=book,
    )


@pytest.mark.parametrize("way", ["hangs", "never ready"])
def test_C12_a_detector_that_hangs_ends_the_process_in_time_and_coverage_will_say_so(tmp_path: Path, way: str) -> None:
    detector, left, stored = Broken(way), list[int](), threading.Event()
    now_us = time.time_ns() // 1000
    book, stopping = CoverageBook(now_us), threading.Event()

    def leave(code: int) -> None:
        left.append(code)
        stopping.set()
        detector.way = "released"
        detector.released.set()

    started = time.monotonic()
    run_guarded(loop_with(tmp_path, detector, book), stopping, book=book, hang_s=1.0, store=stored.set, leave=leave)
    assert (left, stored.is_set()) == ([HUNG], True)
    assert 0.9 <= time.monotonic() - started <= 30
    since_us = book.record(()).stalled_since_us
    assert since_us is not None
    assert 0 <= since_us - now_us < 2_000_000


def test_C12_a_loop_that_is_only_slow_is_left_alone() -> None:
    hung = list[float]()
    told = iter([Progress(1, 1), Progress(1, 1), Progress(2, 2), Progress(2, None), Progress(3, 3), Progress(4, 3)] * 9)
    watchdog = Watchdog(lambda: next(told), 1.0, hung.append)
    watchdog.start()
    time.sleep(2.2)
    watchdog.stop()
    assert hung == []


@pytest.mark.parametrize("way", ["lost", "lost at submit"])
def test_C13_a_lost_accelerator_ends_the_run_in_order_and_coverage_will_say_so(
    tmp_path: Path, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    book = CoverageBook(START_US)
    loop = loop_with(tmp_path, Broken(way), book)
    is_well = run_guarded(loop, threading.Event(), book=book, hang_s=60, store=lambda: pytest.fail("it does not hang"))
    assert not is_well
    assert book.record(()).stalled_since_us is not None
    assert "the detector failed: inference ends and is started again" in caplog.messages


def test_C13_any_error_of_a_vendor_becomes_ours(tmp_path: Path) -> None:
    loop = loop_with(tmp_path, Broken("lost"), CoverageBook(START_US))
    with pytest.raises(DetectorFailed, match="only this vendor has"):
        for _ in range(10):
            loop.step()


@pytest.mark.parametrize("error", [ModelUnusable("no GPU"), ImportError("torch"), RuntimeError("CUDA"), OSError()])
def test_C13_without_the_chosen_detector_a_processor_looks_and_that_is_measured(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    fallback = ScriptedDetector([])

    def create(kind: DetectorKind, options: YoloOptions) -> ScriptedDetector:
        del options
        if kind is not DetectorKind.OPENVINO:
            raise error
        return fallback

    monkeypatch.setattr(falling_back, "create", create)
    registry = CollectorRegistry()
    assert create_or_fall_back(DetectorKind.ULTRALYTICS, YoloOptions(), registry) is fallback
    assert registry.get_sample_value("kaska_detector_fallback") == 1


def test_C13_without_any_detector_inference_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def create(kind: DetectorKind, options: YoloOptions) -> ScriptedDetector:
        raise ModelUnusable(f"{kind} {options.width}")

    monkeypatch.setattr(falling_back, "create", create)
    with pytest.raises(ModelUnusable):
        create_or_fall_back(DetectorKind.OPENVINO, YoloOptions(), CollectorRegistry())


def test_C11_ten_thousand_boxes_and_nonsense_become_a_sound_fact() -> None:
    dice = np.random.default_rng(4)
    boxes = dice.uniform(-200, 640, (10_000, 4)).astype(np.float32)
    boxes[::7] = np.nan
    boxes[1::9] = np.inf
    scores = dice.uniform(-1, 2, 10_000).astype(np.float32)
    found = Detections(boxes, scores, np.ones(10_000, np.uint8))
    registry = CollectorRegistry()
    pipeline = CameraPipeline(
        ScriptedDetector([found, found]), ByteTrack(1, TrackOptions()), Metrics(registry), max_boxes=300
    )
    facts = [pipeline.finish(pipeline.begin(shared_frame(number))) for number in (1, 2)]
    assert 0 < len(facts[1].tracks) <= 300
    assert all(0.0 <= edge <= 1.0 for fact in facts for track in fact.tracks for edge in track.box)
    assert decode(facts[1].camera_id, encode(facts[1])).captured_at_us == facts[1].captured_at_us
    dropped = [
        registry.get_sample_value("kaska_boxes_dropped_total", {"camera": "gate", "reason": reason}) or 0
        for reason in ("not_finite", "score", "corners", "over_limit")
    ]
    assert all(dropped)


@pytest.mark.parametrize("jump_us", [-(2**33) * 100 // 9, -3_600_000_000, -1, 0, 3_600_000_000, 10**15])
def test_C8_a_tracker_survives_every_jump_of_time(jump_us: int) -> None:
    tracker = ByteTrack(1, TrackOptions())
    at_us = START_US
    for _ in range(5):
        tracker.update(PERSON, at_us)
        at_us += 100_000
    at_us += jump_us
    after = [tracker.update(PERSON, at_us + number * 100_000) for number in range(4)]
    assert [len(tracks) for tracks in after][-1] == 1
    assert np.isfinite(after[-1].boxes).all()


def test_C14_under_overload_old_frames_go_and_are_counted_facts_never(tmp_path: Path) -> None:
    """Three cameras write five times what their ring holds before anybody reads."""
    registry = CollectorRegistry()
    metrics, facts, book = Metrics(registry), Facts(), CoverageBook(START_US)
    loop = InferenceLoop(
        FrameSources(tmp_path, max_lag_s=1e12, clock=lambda: START_US / 1e6),
        facts,
        lambda camera: CameraPipeline(ScriptedDetector([PERSON] * 50), ByteTrack(1, TrackOptions()), metrics),
        depth=1,
        metrics=metrics,
        witness=book,
    )
    cameras = ("a", "b", "c")
    writers = [FrameWriter(tmp_path, camera, slots=4) for camera in cameras]
    for number in range(21):
        for writer in writers:
            writer.write(np.zeros((36, 64, 3), np.uint8), number, START_US + number * 100_000)
        if number == 0:
            for _ in range(10):
                loop.step()
    for _ in range(40):
        loop.step()
    loop.drain()
    assert sorted((f.camera_id, f.frame, f.frames) for f in facts.frames) == [(camera, 0, 5) for camera in cameras]
    for camera in cameras:
        assert registry.get_sample_value("kaska_frames_dropped_total", {"camera": camera}) == 16
