"""The coverage book: what was analysed of each camera, minute by minute, until the minute is over and told.

The loop writes into it for every frame; the keeper of the coverage closes its minutes and keeps it over restarts.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.contracts.detections import FrameAnalysed, ModelRef, from_microseconds
from domain.contracts.identifiers import CameraId
from domain.contracts.observations import Coverage, Dropped, DropReason, Gap, GapReason
from inference.watched import Because, Interval, explained, extended, gaps, least_gap_us
from infra.capture_report import MINUTE_US, CapturedMinute, CaptureReport

GRACE_US: Final = 5_000_000
"""Frames of a minute may be analysed so long after its end."""

REPORT_LATE_US: Final = 3_000_000
"""A camera's process that has not written for so long does not run."""


@dataclass(frozen=True, slots=True)
class WatchedCamera:
    """A camera that is to be watched: since when (microseconds since 1970 UTC), and how often."""

    camera_id: CameraId
    since_us: int
    target_fps: float


@dataclass(frozen=True, slots=True)
class MinuteRecord:
    """What was analysed of one camera in one minute."""

    camera_id: CameraId
    minute: int
    analysed: int
    detected: int
    overload: int
    models: tuple[ModelRef, ...]
    spans: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class BookRecord:
    """The book between two processes.

    alive             when one ran, up to the moment of writing
    stalls            when the detector hung or failed, up to the start of the next process
    stalled_since_us  it does so now
    """

    alive: tuple[Interval, ...]
    closed_minute: int
    minutes: tuple[MinuteRecord, ...] = ()
    untold: tuple[Coverage, ...] = ()
    stalls: tuple[Interval, ...] = ()
    stalled_since_us: int | None = None


class _Minute:
    __slots__ = ("analysed", "detected", "models", "overload", "spans")

    def __init__(self) -> None:
        self.analysed = self.detected = self.overload = 0
        self.models: dict[ModelRef, None] = {}
        self.spans: list[Interval] = []


class CoverageBook:
    """now_us   when this process begins; earlier   what the one before left, if it ran a moment ago"""

    def __init__(self, now_us: int, earlier: BookRecord | None = None) -> None:
        self._lock = threading.Lock()
        self._minutes: dict[tuple[CameraId, int], _Minute] = {}
        self._alive: list[Interval] = [(now_us, now_us)]
        self._closed = now_us // MINUTE_US - 1
        self._stalls: list[Interval] = []
        self._stalled_since_us: int | None = None
        if earlier is not None:
            self._continue(earlier, now_us)

    def analysed(self, frame: FrameAnalysed) -> None:
        """A frame was analysed; of a minute that is closed it comes too late to be counted."""
        with self._lock:
            minute = self._of(frame.camera_id, frame.captured_at_us)
            minute.analysed += 1
            minute.detected += not frame.predicted
            extended(minute.spans, frame.captured_at_us)
            for model in frame.models:
                minute.models[model] = None

    def overload(self, camera: str, frames: int, now_us: int) -> None:
        """Frames came and were too old before there was time for them."""
        with self._lock:
            self._of(CameraId(camera), now_us).overload += frames

    def stalled(self, since_us: int) -> None:
        """Since then the detector has given nothing; this process ends because of it."""
        with self._lock:
            self._stalled_since_us = since_us

    def close(
        self, now_us: int, cameras: Sequence[WatchedCamera], reports: Mapping[CameraId, CaptureReport]
    ) -> list[Coverage]:
        """The coverage of the minutes that are over and not told yet, of every camera that was to be watched."""
        with self._lock:
            self._live_until(now_us)
            found = []
            for minute in range(self._closed + 1, (now_us - GRACE_US) // MINUTE_US):
                if self._ran_in(minute):
                    found += [
                        self._coverage(camera, minute, now_us, reports.get(camera.camera_id))
                        for camera in cameras
                        if camera.since_us < (minute + 1) * MINUTE_US
                    ]
                self._closed = minute
            self._forget()
            return found

    def note_alive(self, now_us: int) -> None:
        with self._lock:
            self._live_until(now_us)

    def record(self, untold: Sequence[Coverage]) -> BookRecord:
        """untold   closed minutes that OBSERVATIONS does not have yet"""
        with self._lock:
            minutes = tuple(
                MinuteRecord(
                    camera,
                    minute,
                    kept.analysed,
                    kept.detected,
                    kept.overload,
                    tuple(kept.models),
                    tuple(kept.spans),
                )
                for (camera, minute), kept in self._minutes.items()
            )
            stalls = tuple(self._stalls)
            return BookRecord(tuple(self._alive), self._closed, minutes, tuple(untold), stalls, self._stalled_since_us)

    def _continue(self, earlier: BookRecord, now_us: int) -> None:
        self._alive = [*earlier.alive, (now_us, now_us)]
        self._closed = min(earlier.closed_minute, now_us // MINUTE_US)
        since_us = earlier.stalled_since_us
        self._stalls = [*earlier.stalls, *([(since_us, now_us)] if since_us is not None else [])]
        for each in earlier.minutes:
            minute = self._minutes[each.camera_id, each.minute] = _Minute()
            minute.analysed, minute.detected, minute.overload = each.analysed, each.detected, each.overload
            minute.models, minute.spans = dict.fromkeys(each.models), list(each.spans)

    def _live_until(self, now_us: int) -> None:
        self._alive[-1] = (self._alive[-1][0], max(now_us, self._alive[-1][1]))

    def _of(self, camera: CameraId, at_us: int) -> _Minute:
        return self._minutes.setdefault((camera, at_us // MINUTE_US), _Minute())

    def _ran_in(self, minute: int) -> bool:
        return any(since < (minute + 1) * MINUTE_US and until >= minute * MINUTE_US for since, until in self._alive)

    def _forget(self) -> None:
        """The minute before the next one to close stays: a pause may reach over the border."""
        self._minutes = {key: kept for key, kept in self._minutes.items() if key[1] >= self._closed}
        self._alive = [*(each for each in self._alive[:-1] if each[1] >= self._closed * MINUTE_US), self._alive[-1]]
        self._stalls = [each for each in self._stalls if each[1] >= self._closed * MINUTE_US]

    def _coverage(self, camera: WatchedCamera, minute: int, now_us: int, report: CaptureReport | None) -> Coverage:
        start_us, end_us = minute * MINUTE_US, (minute + 1) * MINUTE_US
        asked = max(start_us, camera.since_us), end_us
        kept = self._minutes.get((camera.camera_id, minute)) or _Minute()
        spans = [
            span
            for beside in (minute - 1, minute, minute + 1)
            for span in (self._minutes.get((camera.camera_id, beside)) or _Minute()).spans
        ]
        capture = report.of_minute(minute) if report else CapturedMinute(minute, 0)
        stalls = [Because(since, until, GapReason.DETECTOR) for since, until in self._stalls]
        because = [*stalls, *self._not_running(asked), *_not_captured(asked, report)]
        dropped = [*capture.dropped, *([Dropped(DropReason.OVERLOAD, kept.overload)] if kept.overload else [])]
        found = gaps(spans, asked, max(end_us, now_us), least_gap_us(camera.target_fps))
        pieces = [piece for gap in found for piece in explained(gap, because, _suspected(dropped))]
        return Coverage(
            camera_id=camera.camera_id,
            minute=from_microseconds(start_us),
            since=from_microseconds(asked[0]),
            target_fps=camera.target_fps,
            expected=round(camera.target_fps * (asked[1] - asked[0]) / 1e6),
            captured=capture.captured,
            analysed=kept.analysed,
            detected=kept.detected,
            dropped=tuple(dropped),
            models=tuple(kept.models),
            gaps=tuple(Gap(from_microseconds(p.since_us), from_microseconds(p.until_us), p.reason) for p in pieces),
        )

    def _not_running(self, asked: Interval) -> list[Because]:
        """When no process of the analysis ran."""
        edges = [asked[0], *(at for interval in self._alive for at in interval), asked[1]]
        pairs = zip(edges[::2], edges[1::2], strict=True)
        return [Because(since, until, GapReason.PROCESS_DOWN) for since, until in pairs if since < until]


def _not_captured(asked: Interval, report: CaptureReport | None) -> list[Because]:
    """What the camera's process says, and when it said nothing."""
    if report is None:
        return [Because(*asked, GapReason.PROCESS_DOWN)]
    silent = []
    if report.since_us > asked[0]:
        silent.append(Because(asked[0], report.since_us, GapReason.PROCESS_DOWN))
    if report.written_us + REPORT_LATE_US < asked[1]:
        silent.append(Because(report.written_us, asked[1], GapReason.PROCESS_DOWN))
    return [*silent, *(Because(each.since_us, each.until_us, each.reason) for each in report.troubles)]


def _suspected(dropped: Sequence[Dropped]) -> GapReason:
    """Where all ran and pictures came: what became of them."""
    frames = {each.reason: each.frames for each in dropped}
    damaged = frames.get(DropReason.DAMAGED, 0) + frames.get(DropReason.DECODE_ERROR, 0)
    late = frames.get(DropReason.QUEUE_FULL, 0) + frames.get(DropReason.OVERLOAD, 0)
    if not damaged and not late:
        return GapReason.NO_FRAMES
    return GapReason.DAMAGED if damaged >= late else GapReason.OVERLOAD
