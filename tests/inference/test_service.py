"""The loop, with real shared memory and a detector that is told what to see."""

from pathlib import Path

import numpy as np
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from domain.contracts.detections import FrameAnalysed
from inference.book import CoverageBook
from inference.detections import Detections, nothing
from inference.metrics import Metrics
from inference.pipeline import CameraPipeline
from inference.service import InferenceLoop
from inference.sources import FrameSources
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from infra.frames import FrameWriter
from tests.inference.samples import START_US, ScriptedDetector, detections

PERSON = detections(((320.0, 90.0, 400.0, 270.0), 0.8))


class Outbox:
    """Stands where the publisher does."""

    def __init__(self) -> None:
        self.frames: list[FrameAnalysed] = []
        self.full = False

    def put(self, frame: FrameAnalysed) -> None:
        self.frames.append(frame)


class Plant:
    """One camera, `gate`, and a loop that analyses it."""

    def __init__(self, folder: Path, *script: Detections) -> None:
        self.registry = CollectorRegistry()
        self.metrics = Metrics(self.registry)
        self.outbox = Outbox()
        self.detector = ScriptedDetector(script)
        self.writer = FrameWriter(folder, "gate")
        self.written = 0
        self.book = CoverageBook(START_US)
        self.loop = InferenceLoop(
            FrameSources(folder, max_lag_s=1e12, clock=lambda: START_US / 1e6),
            self.outbox,
            self.pipeline,
            depth=1,
            metrics=self.metrics,
            witness=self.book,
        )

    def pipeline(self, camera: str) -> CameraPipeline:
        return CameraPipeline(self.detector, ByteTrack(START_US // 1_000_000, TrackOptions()), self.metrics)

    def write(self, count: int = 1) -> None:
        for _ in range(count):
            self.written += 1
            at = START_US + self.written * 100_000
            self.writer.write(np.zeros((360, 640, 3), np.uint8), self.written, at)

    def steps(self, count: int) -> None:
        for _ in range(count):
            self.loop.step()


def test_every_frame_is_analysed_and_empty_ones_travel_together(tmp_path: Path) -> None:
    plant = Plant(tmp_path, nothing(), nothing(), PERSON, PERSON)
    plant.write(4)
    plant.steps(6)
    plant.loop.drain()
    assert [(f.frame, f.frames, len(f.tracks)) for f in plant.outbox.frames] == [(1, 3, 0), (4, 1, 1)]
    assert plant.registry.get_sample_value("kaska_frames_analysed_total", {"camera": "gate"}) == 4


def test_while_the_publisher_is_full_no_frame_is_taken_and_the_loss_is_counted(tmp_path: Path) -> None:
    plant = Plant(tmp_path, *[PERSON] * 5)
    plant.write(1)
    plant.steps(2)
    plant.outbox.full = True
    plant.write(10)
    plant.steps(3)
    assert len(plant.detector.shown) == 1
    plant.outbox.full = False
    plant.steps(5)
    plant.loop.drain()
    assert [f.frame for f in plant.outbox.frames] == [1, 8, 9, 10, 11]
    assert plant.registry.get_sample_value("kaska_frames_dropped_total", {"camera": "gate"}) == 6


def test_what_was_held_back_goes_out_at_the_end(tmp_path: Path) -> None:
    plant = Plant(tmp_path, nothing(), nothing())
    plant.write(2)
    plant.steps(3)
    assert plant.outbox.frames == []
    plant.loop.drain()
    assert [(f.frame, f.frames) for f in plant.outbox.frames] == [(1, 2)]


def test_a_camera_that_comes_back_starts_a_new_pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference.service.SCAN_S", 0.0)
    plant = Plant(tmp_path, PERSON, PERSON, PERSON)
    plant.write(2)
    plant.steps(3)
    plant.writer.close()
    plant.steps(1)
    plant.write(1)
    plant.steps(3)
    plant.loop.drain()
    assert [len(f.tracks) for f in plant.outbox.frames] == [0, 1, 0]  # a first sighting is not yet a track


def test_of_a_camera_that_is_gone_nothing_is_told_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference.service.SCAN_S", 0.0)
    plant = Plant(tmp_path, PERSON, PERSON)
    plant.write(2)
    plant.steps(3)
    assert b'camera="gate"' in generate_latest(plant.registry)
    plant.writer.close()
    plant.steps(1)
    assert b'camera="gate"' not in generate_latest(plant.registry)
