"""Inference as it runs in a plant: rings, loop, motion, trackers. Detections are recorded, and the clock is ours."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from unittest.mock import patch

from prometheus_client import CollectorRegistry

import inference.service
from domain.contracts.detections import FrameAnalysed
from domain.contracts.identifiers import CameraId
from inference.attention import Attention
from inference.book import WatchedCamera
from inference.metrics import Metrics
from inference.pipeline import CameraPipeline
from inference.service import InferenceLoop, Outbox, Witness
from inference.sources import FrameSources
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from inference.trackers.identity import Starts
from infra.capture_report import CapturedMinute, CaptureReport, write_report
from infra.frames import FrameWriter
from tests.bench.day.recording import Player, Recording

FPS: Final = 10
MINUTE_US: Final = 60_000_000
STEPS: Final = 10_000
"""Of the loop for one frame, at most: then it does not go on at all."""


class MovingClock:
    """Stands where the module `time` does: it moves only when it is told, and nobody sleeps."""

    def __init__(self, at_us: int) -> None:
        self.at_us = at_us

    def time_ns(self) -> int:
        return self.at_us * 1000

    def time(self) -> float:
        return self.at_us / 1e6

    def monotonic(self) -> float:
        return self.at_us / 1e6

    def sleep(self, seconds: float) -> None:
        del seconds


class Eyes:
    """Cameras that show the recording, each from another place of it.

    start_us  of the day, microseconds since 1970 UTC
    Belongs to one thread. To be used inside `running`.
    """

    def __init__(self, folder: Path, cameras: tuple[CameraId, ...], recording: Recording, start_us: int) -> None:
        self._folder, self.cameras, self._recording = folder, cameras, recording
        self.clock = MovingClock(start_us)
        self.registry = CollectorRegistry()
        self.metrics = Metrics(self.registry)
        self._starts = Starts()
        self._players = {camera: Player(recording) for camera in cameras}
        self._writers = {camera: FrameWriter(folder, camera) for camera in cameras}
        self._start_us, self._shown, self.analysed = start_us, 0, 0
        self._loop: InferenceLoop | None = None

    @contextmanager
    def running(self, outbox: Outbox, witness: Witness) -> Iterator[None]:
        """Inside, the loop's clock is ours."""
        with patch.object(inference.service, "time", self.clock):
            sources = FrameSources(self._folder, 60.0, self.clock.time)
            loop = InferenceLoop(
                sources, outbox, self._pipeline, depth=1, metrics=self.metrics, witness=_Counting(self, witness)
            )
            self._loop = loop
            for camera in self.cameras:  # all rings are there when the loop looks for them
                self._writers[camera].write(self._recording.pictures[0], 0, self.clock.at_us)
            self._step_until(len(self.cameras))
            yield
            loop.drain()

    def watched(self) -> tuple[WatchedCamera, ...]:
        return tuple(WatchedCamera(camera, self._start_us, float(FPS)) for camera in self.cameras)

    def minute(self, burst_s: float, *, at_night: bool) -> None:
        """One minute of all cameras: `burst_s` seconds of frames, then nothing; at night nobody is there."""
        began_us = self.clock.at_us
        for _ in range(round(burst_s * FPS)):
            self.clock.at_us += 1_000_000 // FPS
            self._shown += 1
            for number, camera in enumerate(self.cameras):
                self._show(camera, (self._shown + number * 97) % len(self._recording), at_night=at_night)
        self.clock.at_us = began_us + MINUTE_US
        for camera in self.cameras:
            captured = CapturedMinute(began_us // MINUTE_US, round(burst_s * FPS))
            write_report(self._folder, camera, CaptureReport(self._start_us, self.clock.at_us, (captured,)))

    def _show(self, camera: CameraId, index: int, *, at_night: bool) -> None:
        self._players[camera].showing = None if at_night else index
        picture = self._recording.pictures[0 if at_night else index]
        self._writers[camera].write(picture, self._shown, self.clock.at_us)
        self._step_until(self.analysed + 1)

    def _step_until(self, analysed: int) -> None:
        if self._loop is None:
            raise RuntimeError("the eyes are closed")
        for _ in range(STEPS):
            if self.analysed >= analysed:
                return
            self._loop.step()
        raise RuntimeError("the loop does not go on")

    def _pipeline(self, camera: str) -> CameraPipeline:
        options = TrackOptions()
        return CameraPipeline(
            self._players[CameraId(camera)],
            ByteTrack(self._starts.next(self.clock.at_us), options),
            self.metrics,
            attention=Attention(options.new_score),
        )


class _Counting:
    """A Witness that also tells the eyes that a frame is done."""

    def __init__(self, eyes: Eyes, inner: Witness) -> None:
        self._eyes, self._inner = eyes, inner
        self._analysed: Callable[[FrameAnalysed], None] = inner.analysed

    def analysed(self, frame: FrameAnalysed) -> None:
        self._analysed(frame)
        self._eyes.analysed += 1

    def overload(self, camera: str, frames: int, now_us: int) -> None:
        self._inner.overload(camera, frames, now_us)
