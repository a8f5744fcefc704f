"""A stored video encoded anew as H.264, with what the models saw drawn in on request. Runs in a process of its own."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.container import InputContainer, OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from infra.frames import Pixels

WIDEST: Final = 1920
MOST_PIXELS: Final = 50_000_000
ASSUMED_FPS: Final = Fraction(25)
OPTIONS: Final = {"preset": "superfast", "crf": "23", "bf": "0"}
READ: Final = {"protocol_whitelist": "file", "format_whitelist": "mov,mp4", "max_pixels": str(MOST_PIXELS)}

Paint = Callable[[Pixels, int], None]
"""Given (h, w, 3) uint8 BGR and microseconds since the first picture."""


class NoVideo(ValueError):
    """The stored file holds no video that can be decoded."""


def encode(source: Path, target: Path, paint: Paint | None = None) -> None:
    """Writes an MP4 that every browser plays; times are those of the source, its first picture at 0.

    Raises  NoVideo, av.error.FFmpegError, OSError
    """
    with av.open(str(source), "r", options=READ) as container:
        if not container.streams.video:
            raise NoVideo("no video in the file")
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        with av.open(str(target), "w", format="mp4", options={"movflags": "faststart"}) as out:
            _encode(container, stream, out, paint)


def _encode(container: InputContainer, stream: VideoStream, out: OutputContainer, paint: Paint | None) -> None:
    base = stream.time_base or Fraction(1, 90_000)
    encoder: VideoStream | None = None
    first: int | None = None
    last = -1
    for frame in container.decode(stream):
        if frame.pts is None or frame.is_corrupt:
            continue
        first = frame.pts if first is None else first
        if frame.pts - first <= last:
            continue
        last = frame.pts - first
        if encoder is None:
            encoder = _encoder(out, stream, frame, base)
        fitted = _painted(frame, encoder, paint, round(last * base * 1_000_000))
        fitted.pts, fitted.time_base, fitted.pict_type = last, base, 0
        out.mux(encoder.encode(fitted))
    if encoder is None:
        raise NoVideo("no picture of the file can be decoded")
    out.mux(encoder.encode())


def _encoder(out: OutputContainer, stream: VideoStream, frame: VideoFrame, base: Fraction) -> VideoStream:
    rate = stream.average_rate or ASSUMED_FPS
    added = out.add_stream("libx264", rate=rate, options=OPTIONS | {"g": str(max(1, round(rate)))})
    if not isinstance(added, VideoStream):
        raise TypeError("libx264 is a video encoder")
    scale = min(1.0, WIDEST / frame.width)
    added.width, added.height = round(frame.width * scale / 2) * 2, round(frame.height * scale / 2) * 2
    added.pix_fmt, added.time_base = "yuv420p", base
    added.codec_context.time_base = base
    added.codec_context.thread_count = 1
    return added


def _painted(frame: VideoFrame, encoder: VideoStream, paint: Paint | None, at_us: int) -> VideoFrame:
    if paint is None:
        return frame.reformat(encoder.width, encoder.height, "yuv420p", dst_color_range="MPEG")
    picture = frame.reformat(encoder.width, encoder.height, "bgr24").to_ndarray().astype(np.uint8, copy=False)
    paint(picture, at_us)
    return VideoFrame.from_ndarray(picture, format="bgr24").reformat(format="yuv420p")
