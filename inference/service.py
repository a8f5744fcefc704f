"""The loop of the process: frames in turn, through their camera's pipeline, to the publisher. One thread.

A frame goes to the detector when its camera wants that and its fair share allows it; otherwise its tracks are followed.
"""

import logging
import math
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from domain.contracts.detections import FrameAnalysed
from inference.metrics import Metrics
from inference.pacing import FairShare, Load
from inference.pipeline import CameraPipeline, InFlight
from inference.runs import RunMerger
from inference.sources import FrameSources
from inference.watchdog import Progress
from infra.frames import SharedFrame

log = logging.getLogger(__name__)

IDLE_S: Final = 0.003
SCAN_S: Final = 0.5
OVERLOADED: Final = 1.5
RELIEVED: Final = 1.1
WORST_SHARE: Final = 0.9

MakePipeline = Callable[[str], CameraPipeline]


class Outbox(Protocol):
    """Where facts go: takes every one, and says when no more frames should be analysed for now."""

    @property
    def full(self) -> bool: ...

    def put(self, frame: FrameAnalysed) -> None: ...


class Witness(Protocol):
    """Is told what was analysed and what was not, for the coverage of the cameras."""

    def analysed(self, frame: FrameAnalysed) -> None: ...

    def overload(self, camera: str, frames: int, now_us: int) -> None: ...


class InferenceLoop:
    """depth           frames that the detector holds at once
    make_pipeline   called when a camera's first frame comes
    """

    def __init__(
        self,
        sources: FrameSources,
        outbox: Outbox,
        make_pipeline: MakePipeline,
        *,
        depth: int,
        metrics: Metrics,
        witness: Witness,
    ) -> None:
        self._witness = witness
        self._sources, self._outbox, self._metrics = sources, outbox, metrics
        self._make_pipeline, self._depth = make_pipeline, depth
        self._pipelines: dict[str, CameraPipeline] = {}
        self._flights: deque[InFlight] = deque()
        self._held: dict[str, SharedFrame] = {}
        self._merger = RunMerger()
        self._counted: dict[str, int] = {}
        self._share = FairShare()
        self._lags_s: list[float] = []
        self._is_overloaded = False
        self._scan_at = 0.0
        self._steps = self._finished = 0

    @property
    def progress(self) -> Progress:
        """May be asked from any thread."""
        return Progress(self._steps, self._finished if self._flights else None)

    def step(self) -> None:
        """Takes at most one frame in and finishes what is ready; sleeps a moment when there is neither."""
        self._steps += 1
        now = time.monotonic()
        if now >= self._scan_at:
            self._scan_at = now + SCAN_S
            self._scan()
            self._adapt()
        with self._metrics.reading:
            frame = None if self._outbox.full else self._sources.next(self._busy())
        if frame is not None:
            self._take(frame)
        has_finished = self._finish_ready()
        self._begin_waiting()
        if frame is None and not has_finished:
            time.sleep(IDLE_S)
        self._publish(self._merger.due(time.monotonic()))

    def _busy(self) -> frozenset[str]:
        """Cameras of which a frame is in the detector, or waits for it: their next one must wait for what it finds."""
        return frozenset(flight.frame.camera_id for flight in self._flights) | self._held.keys()

    def _take(self, frame: SharedFrame) -> None:
        now_us = time.time_ns() // 1000
        self._lags_s.append((now_us - frame.captured_at_us) / 1e6)
        pipeline = self._pipeline(frame.camera_id)
        with self._metrics.looking:
            urgency = pipeline.look(frame)
        if math.isinf(urgency) and len(self._flights) >= self._depth:
            self._finish_oldest()
        if self._share.ask(frame.camera_id, urgency, now_us):
            self._held[frame.camera_id] = frame
            self._begin_waiting()
        else:
            self._hand_on(pipeline.followed(frame))

    def _begin_waiting(self) -> None:
        """Gives the free places to who waits; who has waited too long goes on without a look."""
        now_us = time.time_ns() // 1000
        while len(self._flights) < self._depth and (camera := self._share.grant(now_us)) is not None:
            with self._metrics.preparing:
                self._flights.append(self._pipeline(camera).begin(self._held.pop(camera)))
        for camera in self._share.give_up(now_us):
            self._hand_on(self._pipeline(camera).followed(self._held.pop(camera)))

    def _finish_ready(self) -> bool:
        """No camera has two in flight, so a small part need not wait for a whole frame that was begun before it."""
        ready = [flight for flight in self._flights if flight.pending.ready]
        for flight in ready:
            self._flights.remove(flight)
            self._finish(flight)
        return bool(ready)

    def drain(self) -> None:
        """Finishes what was begun and publishes what was held back."""
        while self._flights:
            self._finish_oldest()
            self._begin_waiting()
        self._publish(self._merger.flush())
        self._count_dropped()

    def _finish_oldest(self) -> None:
        self._finish(self._flights.popleft())

    def _finish(self, flight: InFlight) -> None:
        with self._metrics.tracking:
            analysed = self._pipeline(flight.frame.camera_id).finish(flight)
        self._finished += 1
        self._hand_on(analysed)

    def _hand_on(self, analysed: FrameAnalysed) -> None:
        camera = analysed.camera_id
        age_s = time.time() - analysed.captured_at_us / 1e6
        self._metrics.age.labels(camera).set(age_s)
        self._metrics.ages.observe(age_s)
        self._witness.analysed(analysed)
        self._publish(self._merger.add(analysed, time.monotonic()))

    def _adapt(self) -> None:
        """Stretches or relaxes the intervals between detector runs of all cameras alike, and says so."""
        refused, waited_s = self._share.taken()
        lags = sorted(self._lags_s)
        self._lags_s.clear()
        worst = lags[int(len(lags) * WORST_SHARE)] if lags else 0.0
        self._share.adapt(Load(waited_s, worst))
        self._metrics.detector_refused.inc(refused)
        self._metrics.stretch.set(self._share.stretch)
        if self._share.stretch >= OVERLOADED and not self._is_overloaded:
            self._is_overloaded = True
            log.warning(
                "overload: the detector looks at every camera less often",
                extra={
                    "stretch": round(self._share.stretch, 2),
                    "waited_s": round(waited_s, 3),
                    "lag_s": round(worst, 3),
                },
            )
        elif self._share.stretch <= RELIEVED and self._is_overloaded:
            self._is_overloaded = False
            log.info("the detector looks at every camera as often as wanted again")

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
        for camera in self._pipelines.keys() - self._sources.cameras - self._busy():
            del self._pipelines[camera]
            self._share.forget(camera)
            self._counted.pop(camera, None)
            self._metrics.forget(camera)

    def _count_dropped(self) -> None:
        for camera in self._sources.cameras:
            dropped = self._sources.dropped(camera)
            since = dropped - self._counted.get(camera, 0)
            self._metrics.dropped.labels(camera).inc(since)
            if since:
                self._witness.overload(camera, since, time.time_ns() // 1000)
            self._counted[camera] = dropped
