"""Moves nothing, copies: whole past days of DETECTIONS into the archive, before the stream forgets them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day

import polars as pl

from domain.contracts.archives import ArchivedDay, CameraFile
from domain.contracts.detections import from_microseconds, to_microseconds
from domain.contracts.identifiers import CameraId
from domain.replay.archive import SCHEMA, Archive, frame_of
from domain.replay.recording import Span, captured_us
from domain.replay.stream_source import Extent, StreamRecording, extent_of, first_captured_since
from infra.nats.bridge import Bridge

SETTLED = timedelta(minutes=10)
"""A day is archived when it has been over for so long."""

Progress = Callable[[str, CameraId], None]
"""Told of each day and camera before its file is made."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    day: date
    after: int
    until: int


def archive_days(bridge: Bridge, archive: Archive, now: datetime, progress: Progress) -> list[ArchivedDay]:
    """Archives each day that is over and not archived yet; returns them, oldest first.

    A day ends where a frame of a later day is in the stream. Interrupted, it begins again with the unsealed day.
    Raises  NatsAdapterError, ArchiveUnavailable, ArchiveDamaged
    """
    sealed = archive.days()
    made: list[ArchivedDay] = []
    while True:
        extent = extent_of(bridge)
        stretch = _next_day(bridge, extent, (sealed + made)[-1:], now)
        if stretch is None:
            return made
        made.append(_archived(bridge, archive, stretch, extent.cameras, progress))


def _next_day(bridge: Bridge, extent: Extent, before: list[ArchivedDay], now: datetime) -> _Stretch | None:
    after = max([day.until for day in before] + [extent.first - 1])
    at_us = _first_captured_us(bridge, after)
    if at_us is None:
        return None
    day = from_microseconds(at_us).date()
    if before:
        day = max(day, date.fromisoformat(before[0].day) + timedelta(days=1))
    midnight = datetime.combine(day + timedelta(days=1), time_of_day(), UTC)
    if midnight + SETTLED > now:
        return None
    finding = first_captured_since(bridge.nc, to_microseconds(midnight), after + 1, extent.last)
    until = bridge.run(finding, timeout=60) - 1
    return None if until in (after, extent.last) else _Stretch(day, after, until)


def _first_captured_us(bridge: Bridge, after: int) -> int | None:
    for chunk in StreamRecording(bridge, after).chunks(Span()):
        for payload in chunk.payloads:
            at_us = captured_us(payload)
            if at_us is not None:
                return at_us
    return None


def _archived(
    bridge: Bridge, archive: Archive, stretch: _Stretch, cameras: tuple[CameraId, ...], progress: Progress
) -> ArchivedDay:
    name = stretch.day.isoformat()
    files: list[CameraFile] = []
    captured: list[int] = []
    for camera_id in cameras:
        progress(name, camera_id)
        messages = _messages(bridge, stretch, camera_id)
        if messages.height:
            files.append(archive.save(name, camera_id, messages))
            times = messages["captured_at_us"].drop_nulls()
            captured += [int(us) for us in (times.min(), times.max()) if isinstance(us, int)]
    day = ArchivedDay(name, stretch.after, stretch.until, min(captured), max(captured), tuple(files))
    archive.seal(day)
    return day


def _messages(bridge: Bridge, stretch: _Stretch, camera_id: CameraId) -> pl.DataFrame:
    """A camera's messages of the stretch; a part per page, so that Python's objects never fill the memory."""
    parts = [SCHEMA.to_frame()]
    recording = StreamRecording(bridge, stretch.after, stretch.until)
    for chunk in recording.chunks(Span(cameras=frozenset({camera_id}))):
        times = [captured_us(payload) for payload in chunk.payloads]
        parts.append(frame_of([*zip(chunk.sequences, chunk.cameras, times, chunk.payloads, strict=True)]))
    return pl.concat(parts)
