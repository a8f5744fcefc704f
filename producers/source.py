"""Opens a camera or a file with PyAV and yields its video packets; every fault of a vendor becomes one of ours.

Called by the pump. Nothing here keeps time: that is the clock's work.
"""

import errno
import io
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import av
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer
from av.video.stream import VideoStream

from producers.address import Address
from producers.camera_clock import clock_ahead_s
from producers.errors import (
    SourceEnded,
    SourceError,
    SourceLoginRefused,
    SourceStalled,
    SourceUnreachable,
    SourceWithoutVideo,
)
from producers.loss import Losses, losses
from producers.packets import H264, HEVC, MICROSECONDS, StreamFormat, parameter_set

TO_ANNEX_B: Final = {H264: "h264_mp4toannexb", HEVC: "hevc_mp4toannexb"}
NOBODY_THERE: Final = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN, errno.EIO})
ASSUMED_FPS: Final = Fraction(25)
VENDOR_ERRORS: Final = (av.error.FFmpegError, OSError, IndexError, ValueError, RuntimeError, MemoryError)
"""PyAV raises more than its own errors on garbage (FAULTS C3)."""


@dataclass(frozen=True, slots=True)
class SourcePacket:
    """One picture as the source sent it; times are the source's own, in microseconds, continuing over loops."""

    data: bytes
    pts_us: int
    dts_us: int
    is_keyframe: bool
    is_corrupt: bool
    format: StreamFormat


class Source:
    """An open camera or file.

    realtime   the source keeps the pace itself; a file must be paced by the caller
    first_us   the source's own time of its first picture
    clock_ahead_s  of the camera's own clock at the newest keyframe; None where it tells no time
    over_udp   what the network loses is noticed, and the picture marked that lacks it
    """

    def __init__(
        self,
        container: InputContainer,
        stream: VideoStream,
        *,
        realtime: bool,
        stall_timeout_s: float,
        over_udp: bool = False,
    ) -> None:
        self.realtime, self._over_udp = realtime, over_udp
        self.clock_ahead_s: float | None = None
        self._container, self._stream = container, stream
        self._stall_timeout_s = stall_timeout_s
        tick_us = (stream.time_base or Fraction(1, 90_000)) / MICROSECONDS
        self._span, self._parts = tick_us.numerator, tick_us.denominator
        self.first_us = self._microseconds(stream.start_time or 0)
        self._frame_us = round(1 / (stream.average_rate or ASSUMED_FPS) / MICROSECONDS)
        context = stream.codec_context
        self._codec, self._extradata = context.name, context.extradata or b""
        self._filter = _annex_b_filter(stream)
        outside = b"" if self._codec in TO_ANNEX_B else self._extradata
        parameters = parameter_set(self._codec, self._extradata) if self._filter is None else b""
        self.format = StreamFormat(self._codec, context.width, context.height, outside, parameters)

    def packets(self) -> Iterator[SourcePacket]:
        """The video's packets in decoding order; those of a file for ever.

        Raises  SourceStalled, SourceEnded, SourceUnreachable when the stream turns out to be unreadable
        """
        shift_us = 0
        while True:
            first_us: int | None = None
            end_us = shift_us
            for packet in self._pass(shift_us):
                if first_us is None:
                    first_us = packet.pts_us
                end_us = max(end_us, packet.pts_us + self._frame_us)
                yield packet
            if self.realtime:
                raise SourceEnded("the camera closed the connection")
            if first_us is None:
                raise SourceWithoutVideo("the file holds no pictures")
            shift_us += end_us - first_us
            self._rewind()

    def once(self, from_us: int) -> Iterator[SourcePacket]:
        """The packets of a file from the keyframe before `from_us` (the source's own time) to its end.

        Raises  SourceUnreachable
        """
        try:
            self._container.seek(max(0, from_us))
        except VENDOR_ERRORS:
            self._rewind()
        if self._filter is not None:
            self._filter.flush()
        yield from self._pass(0)

    def close(self) -> None:
        """Harmless when repeated."""
        self._container.close()

    def _pass(self, shift_us: int) -> Iterator[SourcePacket]:
        """The packets up to the end of the file or connection."""
        last_us = shift_us - self._frame_us
        with losses() if self._over_udp else nullcontext() as lost:
            yield from self._stamped(shift_us, last_us, lost)

    def _stamped(self, shift_us: int, last_us: int, lost: Losses | None) -> Iterator[SourcePacket]:
        packets = self._pictures()
        while True:
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                read = self._read(packet, shift_us, last_us, is_damaged=lost is not None and lost.taken())
            except VENDOR_ERRORS as error:
                raise _explained(error) from None  # the vendor's message holds the URL with its credentials
            last_us = read.pts_us
            yield read

    def _pictures(self) -> "Iterator[av.Packet[av.stream.Stream]]":
        heard_at = time.monotonic()
        for packet in self._container.demux():
            now = time.monotonic()
            if packet.stream_index == self._stream.index:
                heard_at = now
                if packet.size:
                    yield packet
            elif self.realtime and now - heard_at > self._stall_timeout_s:
                raise SourceStalled(f"no picture for {now - heard_at:.0f} s, only other data")

    def _read(
        self, packet: "av.Packet[av.stream.Stream]", shift_us: int, last_us: int, *, is_damaged: bool
    ) -> SourcePacket:
        pts = packet.pts if packet.pts is not None else packet.dts
        pts_us = shift_us + self._microseconds(pts) if pts is not None else last_us + self._frame_us
        dts_us = shift_us + self._microseconds(packet.dts) if packet.dts is not None else pts_us
        is_keyframe, is_corrupt = packet.is_keyframe, packet.is_corrupt or is_damaged
        data = self._annex_b(packet)
        if is_keyframe:
            data = self._with_parameters(data)
            self.clock_ahead_s = clock_ahead_s(packet) if self.realtime else None
        return SourcePacket(data, pts_us, dts_us, is_keyframe, is_corrupt, self.format)

    def _microseconds(self, ticks: int) -> int:
        """Rounded. In integers: twice a packet, a product of fractions would cost more than all else here."""
        return (2 * ticks * self._span + self._parts) // (2 * self._parts)

    def _annex_b(self, packet: "av.Packet[av.stream.Stream]") -> bytes:
        if self._filter is None:
            return bytes(packet)
        return b"".join(bytes(part) for part in self._filter.filter(packet))

    def _with_parameters(self, data: bytes) -> bytes:
        """A keyframe always carries its parameter sets; new ones mean another format (FAULTS C5)."""
        if self._codec not in TO_ANNEX_B:
            return data
        found = parameter_set(self._codec, data)
        if not found:
            return self._extradata + data if self._filter is None else data
        if not self.format.parameters:
            self.format = replace(self.format, parameters=found)
        elif found != self.format.parameters:
            self.format = _probed(data, replace(self.format, parameters=found))
        return data

    def _rewind(self) -> None:
        try:
            self._container.seek(0)
        except VENDOR_ERRORS as error:
            raise _explained(error) from None
        if self._filter is not None:
            self._filter.flush()


def open_source(address: Address, *, open_timeout_s: float, stall_timeout_s: float, most_pixels: int) -> Source:
    """Connects and reads the stream's description. Raises SourceUnreachable."""
    options = address.options | {"max_pixels": str(most_pixels)}
    if not address.is_file:
        options["timeout"] = str(round(open_timeout_s * 1_000_000))
    try:
        container = av.open(address.url, "r", options=options, timeout=(open_timeout_s, stall_timeout_s))
    except VENDOR_ERRORS as error:
        raise _explained(error, opening=True) from None
    try:
        stream = _video_of(container, most_pixels)
        return Source(
            container,
            stream,
            realtime=not address.is_file,
            stall_timeout_s=stall_timeout_s,
            over_udp=address.is_udp,
        )
    except SourceError:
        container.close()
        raise
    except VENDOR_ERRORS as error:
        container.close()
        raise _explained(error, opening=True) from None


def _video_of(container: InputContainer, most_pixels: int) -> VideoStream:
    if not container.streams.video:
        raise SourceWithoutVideo("the source has no video")
    stream = container.streams.video[0]
    context = stream.codec_context
    if context is None:
        raise SourceWithoutVideo("no decoder for the source's video")
    if context.width < 16 or context.height < 16:
        raise SourceWithoutVideo("the source does not tell the size of its picture")
    if context.width * context.height > most_pixels:
        raise SourceWithoutVideo(f"{context.width}x{context.height} is more than {most_pixels} pixels")
    return stream


def _annex_b_filter(stream: VideoStream) -> BitStreamFilterContext | None:
    """Length-prefixed H.264 and HEVC (their extradata begins with version 1) become Annex B."""
    name = TO_ANNEX_B.get(stream.codec_context.name)
    extradata = stream.codec_context.extradata or b""
    return BitStreamFilterContext(name, stream) if name and extradata[:1] == b"\x01" else None


def _probed(keyframe: bytes, described: StreamFormat) -> StreamFormat:
    """The format with the picture size that the keyframe itself tells."""
    with suppress(*VENDOR_ERRORS), av.open(io.BytesIO(keyframe), "r", described.codec) as probe:
        context = probe.streams.video[0].codec_context
        return replace(described, width=context.width, height=context.height)
    return described


def _explained(error: Exception, *, opening: bool = False) -> SourceError:
    """Our error for a vendor's, without its text."""
    code = getattr(error, "errno", None)
    if isinstance(error, av.error.ExitError) or code == errno.ETIMEDOUT:
        return SourceUnreachable("no answer in time") if opening else SourceStalled("no data in time")
    if isinstance(error, av.error.EOFError | ConnectionError):
        return SourceUnreachable("connection refused") if opening else SourceEnded("the connection broke")
    if isinstance(error, av.error.HTTPUnauthorizedError | av.error.HTTPForbiddenError):
        return SourceLoginRefused("the camera refused the user name or password")
    reason = getattr(error, "strerror", None) or type(error).__name__
    answers = opening and code not in NOBODY_THERE
    return (SourceWithoutVideo if answers else SourceUnreachable)(f"unreadable: {reason}")
