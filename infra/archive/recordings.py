"""Recordings on disk: which they are, when they were made, and how times inside a file become capture times."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from fractions import Fraction
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from infra.archive import ArchiveError

SUFFIXES: Final = frozenset({".mp4", ".mkv", ".avi", ".mov", ".ts", ".mts", ".webm", ".flv", ".mpg", ".mpeg", ".m4v"})
OPEN_OPTIONS: Final = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv",
    "max_pixels": "50000000",
}
MOST_FILES: Final = 10_000
VENDOR_ERRORS: Final = (av.error.FFmpegError, OSError, IndexError, ValueError, RuntimeError, MemoryError)
"""PyAV raises more than its own errors on garbage (FAULTS C3)."""

STAMP: Final = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?([0-2]\d|3[01])"
    r"[-_ T.]?([01]\d|2[0-3])[-_.]?([0-5]\d)[-_.]?([0-5]\d)(?!\d)"
)
"""A date and a time as recorders write them into names: 20260312_080000, 2026-03-12_08-00-00, 20260312T080000."""


@dataclass(frozen=True, slots=True)
class Recording:
    """start_us      capture time of the first picture, microseconds since 1970 UTC
    duration_us   as the container says; 0 when it does not
    fps           pictures per second, on the average
    """

    path: Path
    start_us: int
    duration_us: int
    fps: float
    width: int
    height: int
    codec: str

    @property
    def end_us(self) -> int:
        return self.start_us + self.duration_us


def recordings_in(path: Path, at: datetime | None, tz: str) -> tuple[Recording, ...]:
    """The recording, or all of a folder, in the order of their times.

    at      when the first picture was captured; several follow one another without a gap, in the order of their names.
            None: each file's name says it, in the plant's time zone `tz`, or else its container
    Raises  ArchiveError
    """
    files = _files(path)
    found = [_probed(file) for file in files]
    if at is not None:
        return _one_after_another(found, round(at.timestamp() * 1_000_000))
    timed = [replace(each, start_us=_start_of(each.path, ZoneInfo(tz))) for each in found]
    return tuple(sorted(timed, key=lambda each: (each.start_us, each.path.name)))


def open_recording(path: Path) -> tuple[InputContainer, VideoStream]:
    """A local file, by local formats only: nothing in it makes the reader open anything else. Raises ArchiveError."""
    try:
        container = av.open(f"file:{path}", "r", options=OPEN_OPTIONS)
    except VENDOR_ERRORS as error:
        raise ArchiveError(f"{path.name} is not a video: {_words(error)}.") from error
    stream = container.streams.video[0] if container.streams.video else None
    if (
        stream is None
        or stream.codec_context is None
        or min(stream.codec_context.width, stream.codec_context.height) < 16
    ):
        container.close()
        raise ArchiveError(f"{path.name} holds no video that can be decoded.")
    return container, stream


def first_us(stream: VideoStream) -> int:
    """The file's own time of its first picture, in microseconds: what stands for `Recording.start_us`."""
    return in_us(stream.start_time or 0, stream.time_base)


def in_us(ticks: int, time_base: Fraction | None) -> int:
    return round(ticks * (time_base or Fraction(1, 90_000)) * 1_000_000)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path.absolute()]
    if not path.is_dir():
        raise ArchiveError(f"{path} is neither a file nor a folder.")
    files = sorted(file.absolute() for file in path.iterdir() if file.suffix.lower() in SUFFIXES and file.is_file())
    if not files:
        raise ArchiveError(f"There is no video in {path}; known are {', '.join(sorted(SUFFIXES))}.")
    if len(files) > MOST_FILES:
        raise ArchiveError(f"{len(files)} files in {path}; at most {MOST_FILES} are possible at once.")
    return files


def _probed(path: Path) -> Recording:
    container, stream = open_recording(path)
    try:
        if stream.duration is not None:
            duration_us = in_us(stream.duration, stream.time_base)
        else:
            duration_us = container.duration or 0
        context = stream.codec_context
        rate = stream.average_rate or Fraction(25)
        return Recording(path, 0, duration_us, float(rate), context.width, context.height, context.name)
    finally:
        container.close()


def _one_after_another(found: Sequence[Recording], start_us: int) -> tuple[Recording, ...]:
    placed = []
    for each in found:
        placed.append(replace(each, start_us=start_us))
        start_us += each.duration_us
    return tuple(placed)


def _start_of(path: Path, tz: tzinfo) -> int:
    """By the file's name or container. Its date on the disk is that of the last copy and says nothing."""
    named = STAMP.search(path.stem)
    if named is not None:
        year, month, day, hour, minute, second = (int(part) for part in named.groups())
        try:
            return round(datetime(year, month, day, hour, minute, second, tzinfo=tz).timestamp() * 1_000_000)
        except ValueError:
            raise ArchiveError(f"{path.name}: there is no such day as in its name; say --at.") from None
    container, stream = open_recording(path)
    try:
        written = stream.metadata.get("creation_time") or container.metadata.get("creation_time")
    finally:
        container.close()
    try:
        started = datetime.fromisoformat(written) if written else None
    except ValueError:
        started = None
    if started is None or started.year < 2000:
        raise ArchiveError(f"Nothing in {path.name} says when it was recorded; say --at 2026-03-12T08:00:00.")
    return round((started if started.tzinfo else started.replace(tzinfo=UTC)).timestamp() * 1_000_000)


def _words(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or type(error).__name__)
