"""The loop of the process: frames in turn, through their camera's pipeline, to the publisher. One thread."""

import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from domain.contracts.detections import FrameAnalysed
from inference.metrics import Metrics
from inference.pipeline import CameraPipeline, InFlight
from inference.runs import RunMerger
from inference.sources import FrameSources

IDLE_S: Final = 0.003
SCAN_S: Final = 0.5

MakePipeline = Callable[[str], CameraPipeline]


class Outbox(Protocol):
    """Where facts go: takes every one, and says when no more frames should be analysed for now."""

    @property
    def full(self) -> bool: ...

    def put(self, frame: FrameAnalysed) -> None: ...


class InferenceLoop:
    """depth           frames that the detector holds at once
    make_pipeline   called when a camera's first frame comes
    """

    def __init__(
        self, sources: FrameSources, outbox: Outbox, make_pipeline: MakePipeline, depth: int, metrics: Metrics
    ) -> None:
        self._sources, self._outbox, self._metrics = sources, outbox, metrics
        self._make_pipeline, self._depth = make_pipeline, depth
        self._pipelines: dict[str, CameraPipeline] = {}
        self._flights: deque[InFlight] = deque()
        self._merger = RunMerger()
        self._counted: dict[str, int] = {}
        self._scan_at = 0.0

    def step(self) -> None:
        """Takes at most one frame in and finishes at most one; sleeps a moment when there is neither."""
        now = time.monotonic()
        if now >= self._scan_at:
            self._scan_at = now + SCAN_S
            self._scan()
        frame = None if self._outbox.full else self._sources.next()
        if frame is not None:
            self._flights.append(self._pipeline(frame.camera_id).begin(frame))
        if self._flights and (frame is None or len(self._flights) >= self._depth):
            self._finish_oldest()
        elif frame is None:
            time.sleep(IDLE_S)
        self._publish(self._merger.due(time.monotonic()))

    def drain(self) -> None:
        """Finishes what was begun and publishes what was held back."""
        while self._flights:
            self._finish_oldest()
        self._publish(self._merger.flush())
        self._count_dropped()

    def _finish_oldest(self) -> None:
        flight = self._flights.popleft()
        camera = flight.frame.camera_id
        analysed = self._pipeline(camera).finish(flight)
        self._metrics.age.labels(camera).set(time.time() - flight.frame.captured_at_us / 1e6)
        self._publish(self._merger.add(analysed, time.monotonic()))

    def _publish(self, frames: list[FrameAnalysed]) -> None:
        for frame in frames:
            self._outbox.put(frame)

    def _pipeline(self, camera: str) -> CameraPipeline:
        if camera not in self._pipelines:
            self._pipelines[camera] = self._make_pipeline(camera)
        return self._pipelines[camera]

    def _scan(self) -> None:
        self._count_dropped()
        self._sources.scan()
        flying = {flight.frame.camera_id for flight in self._flights}
        for camera in self._pipelines.keys() - self._sources.cameras - flying:
            del self._pipelines[camera]
            self._counted.pop(camera, None)

    def _count_dropped(self) -> None:
        for camera in self._sources.cameras:
            dropped = self._sources.dropped(camera)
            self._metrics.dropped.labels(camera).inc(dropped - self._counted.get(camera, 0))
            self._counted[camera] = dropped
