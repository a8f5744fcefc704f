"""One recording on demand on its way to the disk: the camera's own packets as fragmented MP4 (R38 to R40).

What has been written can be played whenever the process ends: a crash costs the last fragment at most.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from domain.contracts.recording import RecordingEnd
from producers.errors import RecordingImpossible
from producers.follower import RingFollower
from producers.muxing import Muxer
from producers.packets import HEVC, EncodedPacket, StreamFormat
from producers.ring import PacketRing
from producers.spool import HEVC_VIDEO

FRAGMENT_US: Final = 2_000_000
FRAGMENTED: Final = {
    "movflags": "empty_moov+default_base_moof+frag_keyframe+negative_cts_offsets",
    "frag_duration": str(FRAGMENT_US),
    "flush_packets": "1",
}
SILENCE_US: Final = 5_000_000
"""A camera that is silent at the end of the time: nothing more is waited for."""


@dataclass(frozen=True, slots=True)
class Span:
    """What a file holds: capture times of its first and last picture, microseconds since 1970 UTC."""

    captured_from_us: int
    captured_to_us: int
    codec: str

    @property
    def media_type(self) -> str:
        return HEVC_VIDEO if self.codec == HEVC else "video/mp4"


class Recorder:
    """Writes one file. Used by one thread.

    from_us    capture time to begin at, or as near as the ring has it
    until_us   may be brought forward while it goes on
    """

    def __init__(self, ring: PacketRing, path: Path, from_us: int, until_us: int) -> None:
        self._ring, self._path, self.until_us = ring, path, until_us
        self._follower = RingFollower(ring, from_us)
        self._muxer: Muxer | None = None
        self._format: StreamFormat | None = None
        self._span: Span | None = None

    def step(self, now_us: int) -> RecordingEnd | None:
        """Writes what has come. The end, when it is reached; STOPPED and TIME_OVER are the caller's to tell apart.

        Raises  CodecUnsupported, OSError, av.error.FFmpegError
        """
        for packet in self._follower.take():
            if packet.decode_at_us > self.until_us:
                return RecordingEnd.TIME_OVER
            if self._format is not None and packet.format != self._format:
                return RecordingEnd.FORMAT_CHANGED
            self._write(packet)
        return RecordingEnd.TIME_OVER if now_us > self.until_us + SILENCE_US else None

    def close(self) -> Span:
        """Finishes the file. Raises RecordingImpossible when no picture came, OSError."""
        muxer, self._muxer = self._muxer, None
        if muxer is not None:
            muxer.close()
        if self._span is None:
            raise RecordingImpossible("the camera sent no picture during the recording")
        return self._span

    def _write(self, packet: EncodedPacket) -> None:
        if self._muxer is None:
            self._muxer = Muxer(self._path, packet.format, packet.decode_at_us, FRAGMENTED)
            self._format = packet.format
            at_us = packet.captured_at_us
            self._span = Span(at_us, at_us, packet.format.codec)
            begun(self._path).write_text(json.dumps(asdict(self._span)), encoding="utf-8")
        self._muxer.write(packet)
        if self._span is not None and packet.captured_at_us > self._span.captured_to_us:
            self._span = Span(self._span.captured_from_us, packet.captured_at_us, self._span.codec)


def begun(path: Path) -> Path:
    """Beside a recording's file: what is known of it since its first picture."""
    return path.with_suffix(".begun")


def salvaged(path: Path) -> Span:
    """What an earlier run of the process wrote, cut to its last whole fragment.

    Raises  RecordingImpossible when there is none
    """
    try:
        first = Span(**json.loads(begun(path).read_text(encoding="utf-8")))
        end, ticks = _whole_fragments(path)
    except (OSError, ValueError, TypeError) as error:
        raise RecordingImpossible("the process ended before a picture was written") from error
    if ticks is None:
        raise RecordingImpossible("the process ended before a picture was written")
    os.truncate(path, end)
    return Span(first.captured_from_us, first.captured_from_us + ticks, first.codec)


def _whole_fragments(path: Path) -> tuple[int, int | None]:
    """Where the last whole fragment ends, and how many microseconds after the first picture it begins."""
    end, began_us, size = 0, None, path.stat().st_size
    at, moof = 0, b""
    with path.open("rb") as file:
        while at + 8 <= size:
            file.seek(at)
            header = file.read(16)
            length, kind = int.from_bytes(header[:4], "big"), header[4:8]
            if length == 1:
                length = int.from_bytes(header[8:16], "big")
            if length < 8 or at + length > size:
                break
            if kind == b"moof":
                file.seek(at)
                moof = file.read(length)
            elif kind == b"mdat" and moof:
                end, began_us = at + length, _decode_time_us(moof)
            at += length
    return end, began_us


TICKS_A_SECOND: Final = 90_000


def _decode_time_us(moof: bytes) -> int:
    """tfdt of a fragment."""
    at = moof.index(b"tfdt")
    wide = moof[at + 4] == 1
    ticks = int.from_bytes(moof[at + 8 : at + (16 if wide else 12)], "big")
    return round(ticks * 1_000_000 / TICKS_A_SECOND)
