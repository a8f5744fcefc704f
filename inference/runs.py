"""Merges frames in which nothing was seen into one message per run, so that a quiet night costs almost nothing."""

from dataclasses import replace
from typing import Final

from domain.contracts.detections import FrameAnalysed
from domain.contracts.identifiers import CameraId

LONGEST_RUN_S: Final = 1.0
"""The rules learn from an empty run that somebody has left: it must not come late."""


class RunMerger:
    """Holds back the empty run of each camera until it must go out."""

    def __init__(self) -> None:
        self._runs: dict[CameraId, tuple[FrameAnalysed, float]] = {}

    def add(self, frame: FrameAnalysed, now: float) -> list[FrameAnalysed]:
        """What goes out because of this frame, in the order of capture.

        now   seconds of a monotonic clock
        """
        if frame.tracks:
            held = self._runs.pop(frame.camera_id, None)
            return [frame] if held is None else [held[0], frame]
        held = self._runs.get(frame.camera_id)
        if held is None:
            self._runs[frame.camera_id] = (frame, now)
            return []
        run, since = held
        if _continues(run, frame):
            self._runs[frame.camera_id] = (_extended(run, frame), since)
            return []
        self._runs[frame.camera_id] = (frame, now)
        return [run]

    def due(self, now: float) -> list[FrameAnalysed]:
        """Runs that have been held back for long enough."""
        ready = [camera for camera, (_, since) in self._runs.items() if now - since >= LONGEST_RUN_S]
        return [self._runs.pop(camera)[0] for camera in ready]

    def flush(self) -> list[FrameAnalysed]:
        """All that is held back, at the end."""
        held = [run for run, _ in self._runs.values()]
        self._runs.clear()
        return held


def _continues(run: FrameAnalysed, frame: FrameAnalysed) -> bool:
    same_kind = (run.width, run.height, run.models) == (frame.width, frame.height, frame.models)
    return same_kind and frame.frame > run.frame and frame.captured_at_us >= run.last_captured_at_us


def _extended(run: FrameAnalysed, frame: FrameAnalysed) -> FrameAnalysed:
    return replace(
        run,
        frames=run.frames + frame.frames,
        last_captured_at_us=frame.captured_at_us,
        predicted=run.predicted and frame.predicted,
    )
