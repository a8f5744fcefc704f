"""H.264 and HEVC into MP4 without re-encoding: what clips, recordings and live segments share."""

from fractions import Fraction
from typing import Any, Final

import av
from av.container import OutputContainer
from av.stream import Stream

from producers.errors import CodecUnsupported
from producers.packets import H264, HEVC, EncodedPacket, StreamFormat, to_av

TIME_BASE: Final = Fraction(1, 90_000)
REMUXED: Final = frozenset({H264, HEVC})


class Muxer:
    """One file or one run of fragments.

    target    a path, or an object with `write`
    base_us   the moment that becomes time 0
    Raises    CodecUnsupported for other codecs; av.error.FFmpegError and OSError from the disk
    """

    def __init__(self, target: Any, described: StreamFormat, base_us: int, options: dict[str, str]) -> None:
        if described.codec not in REMUXED:
            raise CodecUnsupported(f"the camera sends {described.codec}, only H.264 and H.265 are stored as they come")
        self._base_us = base_us
        self._container: OutputContainer = av.open(target, "w", format="mp4", options=options)
        self._stream: Stream = self._container.add_mux_stream(
            described.codec, width=described.width, height=described.height, time_base=TIME_BASE
        )

    def write(self, packet: EncodedPacket, duration_us: int = 0) -> None:
        """duration_us is needed for the last packet of a file only."""
        fresh = to_av(packet, self._base_us)
        fresh.duration = duration_us
        fresh.stream = self._stream  # type: ignore[assignment]  # a stream without codec context serves as well
        self._container.mux_one(fresh)

    def close(self) -> None:
        self._container.close()
