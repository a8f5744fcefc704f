"""Frames into H.264 that every browser plays, with their capture times kept. Used by the live views on demand."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from infra.scaling import analysed_size
from producers.packets import H264, MICROSECONDS, EncodedPacket, StreamFormat, parameter_set


@dataclass(frozen=True, slots=True)
class Picture:
    """What is encoded.

    width         pixels at most; narrower pictures stay as they are
    fps           at most
    kilobits_s    at most, on average over a second
    """

    width: int
    fps: float
    kilobits_s: int


Paint = Callable[[VideoFrame, int], VideoFrame]
"""Given a yuv420p frame and its capture time in microseconds."""

OPTIONS: Final = {"preset": "superfast", "tune": "zerolatency", "crf": "26", "sc_threshold": "0", "bf": "0"}


class Encoder:
    """One run: a new one for another size. A keyframe each second, one thread, each frame out as soon as it is in."""

    def __init__(self, frame: VideoFrame, picture: Picture, *, starts_session: bool) -> None:
        self.source_size = (frame.width, frame.height)
        self._width, self._height = analysed_size(frame.width, frame.height, picture.width)
        self._starts_session = starts_session
        self._format: StreamFormat | None = None
        self._last_us = 0
        self._context = self._opened(picture)

    def encode(self, frame: VideoFrame, paint: Paint | None = None) -> list[EncodedPacket]:
        """frame   its pts is the capture time in microseconds; one that is not later than the last is left out
        paint   draws on the picture in its final size
        """
        at_us = frame.pts or 0
        if at_us <= self._last_us:
            return []
        self._last_us = at_us
        fitted = frame.reformat(self._width, self._height, "yuv420p", dst_color_range="MPEG")
        if paint is not None:
            fitted = paint(fitted, at_us)
        fitted.pts, fitted.time_base, fitted.pict_type = at_us, MICROSECONDS, 0
        return [self._packet(packet) for packet in self._context.encode(fitted)]

    def _opened(self, picture: Picture) -> VideoCodecContext:
        context = av.CodecContext.create("libx264", "w")
        if not isinstance(context, VideoCodecContext):
            raise TypeError("this build of FFmpeg has no H.264 encoder")
        context.width, context.height, context.pix_fmt = self._width, self._height, "yuv420p"
        context.time_base = MICROSECONDS
        context.framerate = Fraction(picture.fps).limit_denominator(1000)
        context.thread_count = 1
        rate = f"{picture.kilobits_s}k"
        context.options = OPTIONS | {"g": str(max(1, round(picture.fps))), "maxrate": rate, "bufsize": rate}
        return context

    def _packet(self, packet: "av.Packet[av.VideoStream]") -> EncodedPacket:
        data, at_us = bytes(packet), packet.pts or 0
        if self._format is None:
            self._format = StreamFormat(H264, self._width, self._height, b"", parameter_set(H264, data))
        starts, self._starts_session = self._starts_session, False
        return EncodedPacket(data, at_us, at_us, packet.is_keyframe, True, False, starts, self._format)
