"""Live view as files: H.264 as fMP4 HLS under `<home>/live/<camera>/`, without re-encoding.

The list is written here and not by FFmpeg, because every segment carries the program date and time of its first
picture on the clock of `captured_at`: the browser draws boxes by it. Called for every packet, while somebody watches.
"""

import logging
import math
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av

from domain.contracts.detections import from_microseconds
from producers.errors import CodecUnsupported
from producers.muxing import Muxer
from producers.packets import H264, EncodedPacket, StreamFormat

log = logging.getLogger(__name__)

PLAYLIST: Final = "index.m3u8"
LONGEST_US: Final = 2_000_000  # a camera with rarer keyframes is cut between them
RETRY_US: Final = 5_000_000
FRAGMENTED: Final = {
    "movflags": "empty_moov+default_base_moof+frag_keyframe+skip_trailer+negative_cts_offsets",
    "frag_duration": str(LONGEST_US),
    "flush_packets": "1",
}


@dataclass(frozen=True, slots=True)
class Segment:
    name: str
    init: str
    captured_at_us: int
    duration_us: int
    discontinuity: bool


class _Sink:
    """Collects what the muxer writes until somebody takes it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


class Live:
    """A fault of the disk stops the live view for some seconds and nothing else."""

    def __init__(self, directory: Path, segment_us: int, segments: int) -> None:
        self._directory, self._segment_us, self._keep = directory, segment_us, segments
        self._run: _Run | None = None
        self._segments: deque[Segment] = deque()
        self._is_begun = False
        self._sequence = 0
        self._discontinuities = 0
        self._inits: dict[bytes, str] = {}
        self._headers = 0
        self._retry_at_us = 0
        self._unsupported: StreamFormat | None = None

    def write(self, packet: EncodedPacket) -> None:
        """Never raises, never waits for anything but the disk's cache."""
        if packet.decode_at_us < self._retry_at_us or packet.format is self._unsupported:
            return
        try:
            self._write(packet)
        except CodecUnsupported as error:
            self._unsupported = packet.format
            log.warning("no live view", extra={"reason": str(error)})
        except (OSError, av.error.FFmpegError) as error:
            self._run = None
            self._retry_at_us = packet.decode_at_us + RETRY_US
            log.warning("live view interrupted", extra={"reason": error.strerror or type(error).__name__})

    def close(self) -> None:
        """Takes the live view away, so that no browser waits for more. It may begin again with the next packet."""
        self._run = self._unsupported = None
        self._segments.clear()
        self._inits.clear()
        self._is_begun, self._retry_at_us = False, 0
        self._clear()

    def _write(self, packet: EncodedPacket) -> None:
        if self._run is not None and (packet.starts_session or packet.format != self._run.format):
            self._finish(self._run)
        if self._run is None:
            if packet.format.codec != H264:
                raise CodecUnsupported(f"the camera sends {packet.format.codec}, browsers play H.264 only")
            if not packet.is_keyframe:
                return
            self._run = self._begin(packet)
        run = self._run
        run.muxer.write(packet)
        run.last_us = packet.decode_at_us + run.shift_us
        if data := run.sink.take():
            self._received(run, packet, data)

    def _begin(self, packet: EncodedPacket) -> "_Run":
        if not self._is_begun:
            self._clear()
            self._directory.mkdir(parents=True, exist_ok=True)
            # A segment is at least a second long as a rule: numbers that start from the time grow over restarts.
            # Discontinuities start from 0: hls.js walks over all numbers below, which hung the browser for minutes.
            self._sequence = max(self._sequence, packet.captured_at_us // 1_000_000)
            self._is_begun = True
        return _Run(packet, discontinuity=bool(self._segments))

    def _received(self, run: "_Run", packet: EncodedPacket, data: bytes) -> None:
        """`data` is the header, or the fragment of all packets before `packet`."""
        if not run.init:
            run.init = self._init_name(data)
            return
        run.pending += data
        elapsed_us = packet.decode_at_us + run.shift_us - run.segment_from_us
        if elapsed_us >= self._segment_us * 9 // 10:
            self._publish(run, elapsed_us)
            run.segment_from_us += elapsed_us

    def _init_name(self, header: bytes) -> str:
        if header not in self._inits:
            name = f"init-{self._headers}.mp4" if self._headers else "init.mp4"
            (self._directory / name).write_bytes(header)
            self._inits[header] = name
            self._headers += 1
        return self._inits[header]

    def _publish(self, run: "_Run", duration_us: int) -> None:
        name = f"seg-{self._sequence}.m4s"
        (self._directory / name).write_bytes(run.pending)
        self._sequence += 1
        self._segments.append(Segment(name, run.init, run.segment_from_us, duration_us, run.discontinuity))
        run.pending, run.discontinuity = b"", False
        while len(self._segments) > self._keep:
            self._forget(self._segments.popleft())
        fresh = self._directory / "index.fresh"
        first = self._sequence - len(self._segments)
        fresh.write_text(playlist(self._segments, first, self._discontinuities), encoding="ascii")
        fresh.replace(self._directory / PLAYLIST)

    def _forget(self, segment: Segment) -> None:
        self._discontinuities += segment.discontinuity
        (self._directory / segment.name).unlink(missing_ok=True)
        used = {each.init for each in self._segments} | ({self._run.init} if self._run else set())
        if segment.init not in used:  # a camera may come back with another header each time
            self._inits = {header: name for header, name in self._inits.items() if name != segment.init}
            (self._directory / segment.init).unlink(missing_ok=True)

    def _finish(self, run: "_Run") -> None:
        """Closes a connection's last segment; its end is not known exactly."""
        self._run = None
        run.muxer.close()
        run.pending += run.sink.take()
        if run.init and run.pending:
            self._publish(run, max(run.last_us - run.segment_from_us, 1))

    def _clear(self) -> None:
        (self._directory / PLAYLIST).unlink(missing_ok=True)
        for pattern in ("seg-*.m4s", "init*.mp4", "index.fresh"):
            for path in self._directory.glob(pattern):
                path.unlink(missing_ok=True)


class _Run:
    """One muxer's life: a connection, or a part of it with one format."""

    def __init__(self, first: EncodedPacket, *, discontinuity: bool) -> None:
        self.format = first.format
        self.sink = _Sink()
        self.muxer = Muxer(self.sink, first.format, first.decode_at_us, FRAGMENTED)
        # The muxer moves decoding times so that those of keyframes equal their presentation times.
        self.shift_us = first.captured_at_us - first.decode_at_us
        self.segment_from_us = self.last_us = first.captured_at_us
        self.init = ""
        self.pending = b""
        self.discontinuity = discontinuity


def playlist(segments: "deque[Segment]", first: int, discontinuities: int) -> str:
    """first is the media sequence number of the first segment."""
    longest = max(math.ceil(s.duration_us / 1e6) for s in segments)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{longest}",
        f"#EXT-X-MEDIA-SEQUENCE:{first}",
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{discontinuities}",
    ]
    init = ""
    for segment in segments:
        if segment.discontinuity:
            lines.append("#EXT-X-DISCONTINUITY")
        if segment.init != init:
            init = segment.init
            lines.append(f'#EXT-X-MAP:URI="{init}"')
        at = from_microseconds(segment.captured_at_us).isoformat(timespec="milliseconds")
        lines += (
            f"#EXT-X-PROGRAM-DATE-TIME:{at.replace('+00:00', 'Z')}",
            f"#EXTINF:{segment.duration_us / 1e6:.6f},",
            segment.name,
        )
    return "\n".join(lines) + "\n"
