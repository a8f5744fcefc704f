"""What the models saw on one camera, by capture time: the tracks at any moment between analysed frames."""

import threading
from bisect import bisect_right
from collections import deque
from dataclasses import replace
from typing import Final

from domain.contracts.detections import Box, FrameAnalysed, TrackObservation

KEPT_US: Final = 60_000_000
NEAR_US: Final = 400_000
"""A frame that is farther from the picture says nothing about it."""


class Seen:
    """One thread adds, another asks. kept_us: how far back."""

    def __init__(self, kept_us: int = KEPT_US) -> None:
        self._kept_us = kept_us
        self._frames: deque[FrameAnalysed] = deque()
        self._lock = threading.Lock()

    def add(self, frame: FrameAnalysed) -> None:
        """In the order of capture; one that is older than the newest is left out."""
        with self._lock:
            if self._frames and frame.captured_at_us <= self._frames[-1].captured_at_us:
                return
            self._frames.append(frame)
            while frame.captured_at_us - _last_us(self._frames[0]) > self._kept_us:
                self._frames.popleft()

    def at(self, at_us: int) -> tuple[TrackObservation, ...]:
        """The tracks at a capture time; between two frames a track is where it must have been."""
        with self._lock:
            frames = list(self._frames)
        after = bisect_right(frames, at_us, key=lambda frame: frame.captured_at_us)
        before = frames[after - 1] if after else None
        past = before if before is not None and at_us - _last_us(before) <= NEAR_US else None
        later = frames[after] if after < len(frames) and frames[after].captured_at_us - at_us <= NEAR_US else None
        if past is not None and at_us <= _last_us(past):
            return past.tracks
        if past is not None and later is not None:
            share = (at_us - _last_us(past)) / max(1, later.captured_at_us - _last_us(past))
            return _blended(past.tracks, later.tracks, share)
        nearest = past or later
        return () if nearest is None else nearest.tracks


def _last_us(frame: FrameAnalysed) -> int:
    return max(frame.captured_at_us, frame.last_captured_at_us)


def _blended(
    past: tuple[TrackObservation, ...], later: tuple[TrackObservation, ...], share: float
) -> tuple[TrackObservation, ...]:
    boxes = {track.track_id: track.box for track in later}
    return tuple(
        replace(track, box=_between(track.box, boxes[track.track_id], share)) if track.track_id in boxes else track
        for track in past
    )


def _between(one: Box, other: Box, share: float) -> Box:
    x1, y1, x2, y2 = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return (x1, y1, x2, y2)
