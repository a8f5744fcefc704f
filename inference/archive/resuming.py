"""An analysis that was interrupted goes on without telling anything twice.

What is in DETECTIONS stays. The pictures of the last seconds before the end of it are looked at once more without being
told, so that the tracker knows again who is there; whom DETECTIONS call by another number keeps that number.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from domain.contracts.detections import Box, FrameAnalysed, TrackObservation, decode
from domain.contracts.identifiers import CameraId, TrackId
from domain.contracts.subjects import DETECTIONS, detections_subject
from inference.trackers.identity import SECOND_BITS
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage, get_last, get_page

WARM_US: Final = 10_000_000
"""Longer than any track is remembered without being seen, and than the background needs to settle."""

LEAST_OVERLAP: Final = 0.5
FIRST_LOOK_BACK: Final = 1_000
MOST_AHEAD_S: Final = 60
"""A tracker's start may lie so far behind its pictures; numbers of machines and things lie much further."""
PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Known:
    """until_us   capture time of the last picture that is in DETECTIONS
    frames     the messages of the seconds before it, oldest first
    is_closed  the rules were told that nothing more was seen
    """

    until_us: int
    frames: tuple[FrameAnalysed, ...]
    is_closed: bool

    @property
    def next_start_s(self) -> int:
        """A start second for a tracker whose numbers nobody has had."""
        now_s = self.until_us // 1_000_000
        starts = {int(track.track_id) >> SECOND_BITS for frame in self.frames for track in frame.tracks}
        return max(now_s, *(start + 1 for start in starts if start <= now_s + MOST_AHEAD_S), 0)


def read_known(bridge: Bridge, camera_id: CameraId) -> Known | None:
    """What DETECTIONS hold of the camera; None when nothing. Raises NatsAdapterError, DetectionsUnreadable."""
    last = bridge.run(get_last(bridge.nc, DETECTIONS, detections_subject(camera_id)))
    if last is None:
        return None
    newest = decode(camera_id, last.data)
    is_closed = newest.frames == 0
    until_us = newest.captured_at_us - 1 if is_closed else newest.last_captured_at_us
    back = FIRST_LOOK_BACK
    while True:
        frames = [decode(camera_id, each.data) for each in _since(bridge, camera_id, max(1, last.sequence - back))]
        if back >= last.sequence or (frames and frames[0].captured_at_us <= until_us - WARM_US):
            break
        back *= 8
    recent = (each for each in frames if each.captured_at_us > until_us - WARM_US and each.frames)
    return Known(until_us, tuple(recent), is_closed)


@dataclass(slots=True)
class Renaming:
    """The numbers that the tracker gives now, and those that the same objects have in DETECTIONS."""

    known: Known
    _by_time: Mapping[int, FrameAnalysed] = field(init=False)
    _votes: dict[TrackId, Counter[TrackId]] = field(init=False, default_factory=lambda: defaultdict(Counter))
    _names: dict[TrackId, TrackId] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._by_time = {each.captured_at_us: each for each in self.known.frames}

    def compare(self, frame: FrameAnalysed) -> None:
        """A picture of the time that is known already, looked at once more."""
        told = self._by_time.get(frame.captured_at_us)
        if told is None:
            return
        for track in frame.tracks:
            best = max(told.tracks, key=lambda other: _overlap(track.box, other.box), default=None)
            if best is None or best.object_class is not track.object_class:
                continue
            if _overlap(track.box, best.box) >= LEAST_OVERLAP:
                self._votes[track.track_id][best.track_id] += 1

    def renamed(self, frame: FrameAnalysed) -> FrameAnalysed:
        """A picture that is not known yet, with the numbers of DETECTIONS."""
        if self._names is None:
            self._names = _decided(self._votes)
        if not any(track.track_id in self._names for track in frame.tracks):
            return frame
        tracks = (_named(track, self.name(track.track_id)) for track in frame.tracks)
        return replace(frame, tracks=tuple(sorted(tracks, key=lambda track: track.track_id)))

    def name(self, track_id: TrackId) -> TrackId:
        """Of a track in DETECTIONS; its own before the first picture that is not known yet."""
        return (self._names or {}).get(track_id, track_id)


def _decided(votes: Mapping[TrackId, Counter[TrackId]]) -> dict[TrackId, TrackId]:
    """Each number is given once: to whom most pictures speak for."""
    claims = sorted(((n, new, old) for new, each in votes.items() for old, n in each.items()), reverse=True)
    names: dict[TrackId, TrackId] = {}
    taken: set[TrackId] = set()
    for _, new, old in claims:
        if new not in names and old not in taken:
            names[new] = old
            taken.add(old)
    return names


def _named(track: TrackObservation, name: TrackId) -> TrackObservation:
    return track if track.track_id == name else replace(track, track_id=name)


def _overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    inside = width * height
    return inside / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inside)


def _since(bridge: Bridge, camera_id: CameraId, sequence: int) -> Sequence[StoredMessage]:
    found: list[StoredMessage] = []
    while True:
        page = bridge.run(get_page(bridge.nc, DETECTIONS, sequence, PAGE, detections_subject(camera_id)))
        found += page.messages
        if not page.messages or not page.pending:
            return found
        sequence = page.messages[-1].sequence + 1
