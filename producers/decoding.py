"""A decoder for a format, independent of any connection. Used by the sampler and by the photo."""

from typing import Final

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from producers.packets import EncodedPacket, StreamFormat, to_av

MOST_PIXELS: Final = 50_000_000


def open_decoder(
    described: StreamFormat, most_pixels: int = MOST_PIXELS, *, smooths_blocks: bool = True
) -> VideoCodecContext:
    """One thread and no frame threading: a frame comes out as soon as it went in, and cores go to other cameras.

    smooths_blocks   False leaves the codec's loop filter out: a quarter less work, and blocks can be seen in a picture
                     that is not scaled down afterwards (43 to 50 dB apart at full size)
    """
    context = av.CodecContext.create(described.codec, "r")
    if not isinstance(context, VideoCodecContext):
        raise TypeError(f"{described.codec} is not a video codec")
    context.thread_count = 1
    context.options = {"max_pixels": str(most_pixels)} | ({} if smooths_blocks else {"skip_loop_filter": "all"})
    if described.extradata:
        context.extradata = described.extradata
        context.width, context.height = described.width, described.height
    return context


def decode(context: VideoCodecContext, packet: EncodedPacket | None) -> list[VideoFrame] | None:
    """Frames that came out, their pts the capture time in microseconds; None when the packet could not be decoded.

    packet   None drains the decoder
    """
    try:
        return context.decode(None if packet is None else to_av(packet))
    except (av.error.FFmpegError, ValueError):
        return None
