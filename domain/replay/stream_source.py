"""Recorded detections from the stream DETECTIONS itself, by direct get: the server keeps nothing for it."""

import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from nats.aio.client import Client

from domain.contracts.identifiers import CameraId
from domain.contracts.subjects import ALL_DETECTIONS, DETECTIONS, detections_subject
from domain.replay.recording import Chunk, Hole, Span, captured_us
from infra.nats.bridge import Bridge
from infra.nats.bulk import Columns, get_columns
from infra.nats.direct import get_page
from infra.nats.requests import ask

PAGE = 1000
STATE = f"$JS.API.STREAM.INFO.{DETECTIONS}"


@dataclass(frozen=True, slots=True)
class Extent:
    """What the stream holds now: positions first..last, none when last < first; the cameras that are in it."""

    first: int
    last: int
    cameras: tuple[CameraId, ...]


class StreamRecording:
    """DETECTIONS from one position to another.

    after  position of the last message that is not wanted
    until  position of the last one that is; None = the last that the stream has at the first read
    """

    def __init__(self, bridge: Bridge, after: int = 0, until: int | None = None) -> None:
        self._bridge, self._after, self._until = bridge, after, until
        self.holes: list[Hole] = []
        self.end = after

    def chunks(self, span: Span) -> Iterator[Chunk]:
        """Raises NoAnswer, Rejected."""
        first, last = self._edges(span)
        if first > self._after + 1:
            self.holes.append((self._after + 1, first - 1))
        self.end = max(self._after, last)
        for page in self._pages(first, last, _subject(span)):
            if span.to_us is not None and all((captured_us(data) or 0) >= span.to_us for data in page.payloads):
                self.end = page.sequences[0] - 1
                return
            yield _wanted(page, span)

    def bounds(self, span: Span) -> tuple[int, int]:
        """Raises NoAnswer, Rejected."""
        first, last = self._edges(span)
        return first, last if span.to_us is None else self._first_since(span.to_us, first, last) - 1

    def _edges(self, span: Span) -> tuple[int, int]:
        extent = extent_of(self._bridge)
        first, last = max(self._after + 1, extent.first), min(extent.last, self._until or extent.last)
        return first if span.from_us is None else self._first_since(span.from_us, first, last), last

    def _first_since(self, us: int, first: int, last: int) -> int:
        return self._bridge.run(first_captured_since(self._bridge.nc, us, first, last), timeout=60)

    def _pages(self, first: int, last: int, subject: str) -> Iterator[Columns]:
        """Pages up to position `last`; the next one is on its way while one is worked on."""
        nc = self._bridge.nc
        coming = self._bridge.submit(get_columns(nc, DETECTIONS, first, PAGE, subject))
        try:
            while first <= last:
                page = coming.result()
                if not page.sequences:
                    return
                first = page.sequences[-1] + 1
                if first <= last:
                    coming = self._bridge.submit(get_columns(nc, DETECTIONS, first, PAGE, subject))
                kept = bisect_right(page.sequences, last)
                if kept:
                    yield Columns(page.sequences[:kept], page.subjects[:kept], page.payloads[:kept])
        finally:
            coming.cancel()


def _wanted(page: Columns, span: Span) -> Chunk:
    """The page without other cameras."""
    cameras = [camera_of(subject) for subject in page.subjects]
    if span.cameras is None or span.cameras.issuperset(cameras):
        return Chunk(page.sequences, cameras, page.payloads)
    rows = zip(page.sequences, cameras, page.payloads, strict=True)
    kept = [row for row in rows if row[1] in span.cameras]
    return Chunk([row[0] for row in kept], [row[1] for row in kept], [row[2] for row in kept])


def camera_of(subject: str) -> CameraId:
    return CameraId(subject.partition(".")[2])


def extent_of(bridge: Bridge) -> Extent:
    """Raises NoAnswer."""
    request = json.dumps({"subjects_filter": ALL_DETECTIONS}).encode()
    state = json.loads(bridge.run(ask(bridge.nc, STATE, request)).data)["state"]
    cameras = sorted(camera_of(subject) for subject in state.get("subjects") or {})
    return Extent(int(state["first_seq"]), int(state["last_seq"]), tuple(cameras))


async def first_captured_since(nc: Client, us: int, first: int, last: int) -> int:
    """The first position in first..last whose frame was captured at `us` or later; last + 1 when there is none.

    Halves the stretch: right where capture times rise with positions, as they do but for moments.
    """
    low, high = first, last + 1
    while low < high:
        middle = (low + high) // 2
        found = await _readable(nc, middle, high)
        if found is None or found[1] >= us:
            high = middle
        else:
            low = found[0] + 1
    return low


async def _readable(nc: Client, first: int, end: int) -> tuple[int, int] | None:
    """Position and capture time of the first readable message in first..end (excluded)."""
    while first < end:
        page = await get_page(nc, DETECTIONS, first, 1, ALL_DETECTIONS)
        if not page.messages or page.messages[0].sequence >= end:
            return None
        message = page.messages[0]
        at_us = captured_us(message.data)
        if at_us is not None:
            return message.sequence, at_us
        first = message.sequence + 1
    return None


def _subject(span: Span) -> str:
    if span.cameras is not None and len(span.cameras) == 1:
        return detections_subject(next(iter(span.cameras)))
    return ALL_DETECTIONS
