"""The photo of a moment: one frame decoded from the ring at full resolution, as JPEG. Called by the evidence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from producers.decoding import decode, open_decoder
from producers.errors import PhotoImpossible
from producers.packets import MICROSECONDS, EncodedPacket

QUALITY: Final = 3  # MPEG quantiser, of 1 (best) to 31: no visible artefacts
LAMBDA: Final = 118  # FFmpeg's FF_QP2LAMBDA


@dataclass(frozen=True, slots=True)
class Photo:
    """captured_at_us is the capture time of the frame that was taken."""

    jpeg: bytes
    captured_at_us: int
    width: int
    height: int


def photograph(packets: Sequence[EncodedPacket], moment_us: int) -> Photo:
    """The undamaged frame captured nearest to the moment.

    packets   from the ring around the moment, beginning with a keyframe
    Raises    PhotoImpossible
    """
    nearest: VideoFrame | None = None
    for frame in _whole(packets):
        if nearest is not None and _distance(frame, moment_us) > _distance(nearest, moment_us):
            break
        nearest = frame
    if nearest is None:
        raise PhotoImpossible("no undamaged picture could be decoded around the moment")
    return Photo(encode_jpeg(nearest), nearest.pts or 0, nearest.width, nearest.height)


def _distance(frame: VideoFrame, moment_us: int) -> int:
    return abs((frame.pts or 0) - moment_us)


def _whole(packets: Sequence[EncodedPacket]) -> Iterator[VideoFrame]:
    """Without the damaged ones and those that are predicted from them, up to the next keyframe."""
    incomplete = {packet.captured_at_us for packet in packets if packet.is_corrupt}
    is_damaged = False
    for frame in _frames(packets):
        if frame.is_corrupt or frame.pts in incomplete:
            is_damaged = True
        elif frame.key_frame:
            is_damaged = False
        if not is_damaged:
            yield frame


def _frames(packets: Sequence[EncodedPacket]) -> Iterator[VideoFrame]:
    context = open_decoder(packets[0].format)
    for packet in packets:
        yield from decode(context, packet) or ()
    yield from decode(context, None) or ()


def encode_jpeg(frame: VideoFrame) -> bytes:
    """The frame in its own size."""
    picture = frame.reformat(format="yuvj420p", dst_color_range="JPEG")
    picture.pts = 0
    encoder = av.CodecContext.create("mjpeg", "w")
    if not isinstance(encoder, VideoCodecContext):
        raise PhotoImpossible("this build of FFmpeg has no JPEG encoder")
    encoder.width, encoder.height, encoder.pix_fmt = picture.width, picture.height, "yuvj420p"
    encoder.time_base = MICROSECONDS
    encoder.qscale = True
    encoder.global_quality = QUALITY * LAMBDA
    return b"".join(bytes(packet) for packet in encoder.encode(picture))
