"""A decoder for a format, independent of any connection. Used by the sampler and by the photo."""

from typing import Final

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from producers.packets import H264, PARAMETER_SETS, EncodedPacket, StreamFormat, to_av

MOST_PIXELS: Final = 50_000_000

NOTICES_DAMAGE: Final = "aggressive"
"""What no sane encoder writes marks a frame as damaged: of 100 streams with flipped bytes it found 28 frames more that
showed garbage, all there were, and none in twelve whole streams of other cameras (FAULTS C3)."""


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
    context.options = (
        {"max_pixels": str(most_pixels)}
        | ({"err_detect": NOTICES_DAMAGE} if described.codec == H264 else {})
        | ({} if smooths_blocks else {"skip_loop_filter": "all"})
    )
    if described.codec not in PARAMETER_SETS:  # the others tell their size in their packets
        context.width, context.height = described.width, described.height
    if described.extradata:
        context.extradata = described.extradata
    return context


def decode(context: VideoCodecContext, packet: EncodedPacket | None) -> list[VideoFrame] | None:
    """Frames that came out, their pts the capture time in microseconds; None when the packet could not be decoded.

    packet   None drains the decoder
    """
    try:
        return context.decode(None if packet is None else to_av(packet))
    except (av.error.FFmpegError, ValueError):
        return None
