"""One camera's way from pixels to FrameAnalysed: detect, drop what is unsound, track, look at protective equipment.

With `Attention` a frame need not go to the detector: its tracks are followed in the picture, and the fact says so.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from domain.contracts.detections import Box, FrameAnalysed, ModelRef, ObjectClass, TrackObservation
from domain.contracts.identifiers import CameraId, TrackId
from inference.attention import Attention
from inference.detections import Tracks, sound
from inference.errors import DetectorFailed, InferenceError
from inference.metrics import Metrics
from inference.parts import Part
from inference.ppe import PpeStage
from inference.protocols import Detector, Pending, Tracker
from inference.scene import SceneStage, seen_by
from inference.wearing import Attributes
from infra.frames import SharedFrame

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class InFlight:
    """A frame that the detector is working on, or a part of it."""

    frame: SharedFrame
    pending: Pending
    started_at: float
    part: Part | None


class CameraPipeline:
    """Keeps what must be remembered of a camera from frame to frame.

    ppe           None where no model for protective equipment is loaded
    wants_ppe     asked for every frame: the camera's settings may change
    wants_weapons asked for every run of the detector: where no rule asks for them they are no fact (R87)
    max_boxes     a frame never yields more tracks
    attention     None where every frame goes to the detector
    scenes        what else looks at the camera's frames
    """

    def __init__(
        self,
        detector: Detector,
        tracker: Tracker,
        metrics: Metrics,
        *,
        ppe: PpeStage | None = None,
        wants_ppe: Callable[[], bool] = lambda: False,
        wants_weapons: Callable[[], bool] = lambda: False,
        max_boxes: int = 300,
        attention: Attention | None = None,
        scenes: Sequence[SceneStage] = (),
    ) -> None:
        self._attention, self._scenes = attention, scenes
        self._detector, self._tracker, self._ppe = detector, tracker, ppe
        self._wants_ppe, self._wants_weapons = wants_ppe, wants_weapons
        self._metrics, self._max_boxes = metrics, max_boxes

    def look(self, frame: SharedFrame) -> float:
        """How urgently the frame should be begun, due from 1 on; whoever does not begin it must take it as followed."""
        if self._attention is None:
            return math.inf
        started_at = time.perf_counter()
        urgency = self._attention.look(frame)
        self._metrics.looked.observe(time.perf_counter() - started_at)
        return urgency

    def followed(self, frame: SharedFrame) -> FrameAnalysed:
        """The frame that was looked at, without the detector."""
        if self._attention is None:
            raise RuntimeError("without attention every frame must go to the detector")
        self._metrics.analysed.labels(frame.camera_id).inc()
        return self._analysed(frame, (self._detector.model,), self._attention.tracks, None, predicted=True)

    def begin(self, frame: SharedFrame) -> InFlight:
        """Starts detection; frames are to be begun and finished in the order of their capture."""
        part = None if self._attention is None else self._attention.part()
        if part is None:
            return InFlight(frame, asked(lambda: self._detector.submit(frame.pixels)), time.perf_counter(), None)
        window = frame.pixels[part.top : part.bottom, part.left : part.right]
        size = None if part.is_all_of((frame.width, frame.height)) else part.size
        return InFlight(frame, asked(lambda: self._detector.submit(window, size)), time.perf_counter(), part)

    def finish(self, flight: InFlight) -> FrameAnalysed:
        """Waits for the detector and does the rest."""
        frame, metrics, attention, part = flight.frame, self._metrics, self._attention, flight.part
        width, height = frame.width, frame.height
        found = asked(flight.pending.result)
        detected_at = time.perf_counter()
        metrics.detected.observe(detected_at - flight.started_at)
        if not self._wants_weapons():
            found = found.pick(found.codes != ObjectClass.WEAPON)
        seen_width, seen_height = (width, height) if part is None else (part.width, part.height)
        found, dropped = sound(found, seen_width, seen_height, self._max_boxes)
        for reason, count in dropped.items():
            metrics.boxes_dropped.labels(frame.camera_id, reason).inc(count)
        if attention is not None and part is not None:
            found = part.joined(found, attention.tracks, width, height)
        followed = attention.tracks if attention else None
        tracks = self._tracker.update(found, frame.captured_at_us, followed, frame.pixels)
        metrics.tracked.observe(time.perf_counter() - detected_at)
        models: tuple[ModelRef, ...] = (self._detector.model,)
        attributes = self._attributes(frame, tracks)
        if attributes is not None and self._ppe is not None:
            models = (*models, *self._ppe.models)
        reason = "every"
        if attention is not None:
            reason = attention.reason.label
            attention.found(found, tracks, part, frame.captured_at_us)
        metrics.detector_runs.labels(frame.camera_id, reason).inc()
        metrics.analysed.labels(frame.camera_id).inc()
        return self._analysed(frame, models, tracks, attributes, predicted=False)

    def _analysed(
        self,
        frame: SharedFrame,
        models: tuple[ModelRef, ...],
        tracks: Tracks,
        attributes: list[Attributes] | None,
        *,
        predicted: bool,
    ) -> FrameAnalysed:
        seen = seen_by(self._scenes, frame, tracks)
        return FrameAnalysed(
            camera_id=CameraId(frame.camera_id),
            frame=frame.frame,
            captured_at_us=frame.captured_at_us,
            width=frame.width,
            height=frame.height,
            models=(models[0], *seen.models, *models[1:]),
            tracks=(*observations(tracks, attributes, frame.width, frame.height), *seen.tracks),
            last_captured_at_us=frame.captured_at_us,
            predicted=predicted,
        )

    def _attributes(self, frame: SharedFrame, tracks: Tracks) -> list[Attributes] | None:
        if self._ppe is None or not self._wants_ppe() or not len(tracks):
            return None
        started_at = time.perf_counter()
        attributes = self._ppe.look(frame.pixels, tracks, frame.captured_at_us)
        if attributes is not None:
            self._metrics.equipped.observe(time.perf_counter() - started_at)
        return attributes


def asked(work: Callable[[], T]) -> T:
    """What the detector answers; every backend has errors of its own (FAULTS C13). Raises InferenceError."""
    try:
        return work()
    except InferenceError:
        raise
    except Exception as error:
        raise DetectorFailed(f"{type(error).__name__}: {error}") from error


def observations(
    tracks: Tracks, attributes: list[Attributes] | None, width: int, height: int
) -> tuple[TrackObservation, ...]:
    """Tracks in the words of the contract: boxes in 0..1 of the frame, in the order of their ids."""
    relative = tracks.boxes / np.array([width, height, width, height], np.float32)
    boxes = np.clip(relative, 0.0, 1.0).tolist()
    return tuple(
        TrackObservation(
            track_id=TrackId(int(tracks.ids[i])),
            object_class=ObjectClass(int(tracks.codes[i])),
            score=float(tracks.scores[i]),
            box=_box(boxes[i]),
            attributes=attributes[i] if attributes is not None else (),
        )
        for i in np.argsort(tracks.ids, kind="stable")
    )


def _box(corners: list[float]) -> Box:
    x1, y1, x2, y2 = corners
    return (x1, y1, x2, y2)
