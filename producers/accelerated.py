"""The decoder of the analysis: on a graphics processor where one is chosen, on the processor where that one fails.

What is predicted from damage an accelerator does not notice inside a picture (FAULTS C3): over TCP there is none.
"""

import logging
from collections.abc import Callable
from enum import StrEnum
from typing import Final

import av
from av.codec.hwaccel import HWAccel
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from producers.decoding import decode, open_decoder
from producers.packets import EncodedPacket, StreamFormat

log = logging.getLogger(__name__)

FAILED_KEYFRAMES: Final = 2
"""One may be damaged; when two in a row fail it is the device."""


class Accelerator(StrEnum):
    """Names of FFmpeg; which of them there are depends on its build."""

    NONE = "none"
    CUDA = "cuda"
    VAAPI = "vaapi"
    QSV = "qsv"


OnDevice = Callable[[StreamFormat, int, Accelerator], VideoCodecContext]


class DeviceUnusable(Exception):
    """There is no such accelerator here, or it does not decode this codec."""


class AnalysisDecoder:
    """Of one format.

    smooths_blocks   see open_decoder; only the processor's decoder can leave it out
    on_device        opens the format on the accelerator, raises DeviceUnusable
    """

    def __init__(
        self,
        described: StreamFormat,
        most_pixels: int,
        *,
        smooths_blocks: bool = True,
        accelerator: Accelerator = Accelerator.NONE,
        on_device: OnDevice | None = None,
    ) -> None:
        self._format, self._most_pixels, self._smooths_blocks = described, most_pixels, smooths_blocks
        self._failed_keyframes = 0
        self.has_fallen_back = False
        chosen = None
        if accelerator is not Accelerator.NONE:
            chosen = self._accelerated(accelerator, on_device or open_on_device)
        self.is_accelerated = chosen is not None
        self._decoder = chosen or self._of_processor()

    def decode(self, packet: EncodedPacket) -> list[VideoFrame] | None:
        """See `producers.decoding.decode`. After a change of device nothing is whole up to the next keyframe."""
        frames = decode(self._decoder, packet)
        if self.is_accelerated and packet.is_keyframe:
            self._failed_keyframes = self._failed_keyframes + 1 if frames is None else 0
            if self._failed_keyframes >= FAILED_KEYFRAMES:
                log.critical("the accelerator decodes no more: the processor takes over")
                self.is_accelerated, self.has_fallen_back = False, True
                self._decoder = self._of_processor()
                return decode(self._decoder, packet)
        return frames

    def _of_processor(self) -> VideoCodecContext:
        return open_decoder(self._format, self._most_pixels, smooths_blocks=self._smooths_blocks)

    def _accelerated(self, accelerator: Accelerator, on_device: OnDevice) -> VideoCodecContext | None:
        try:
            return on_device(self._format, self._most_pixels, accelerator)
        except DeviceUnusable as error:
            self.has_fallen_back = True
            log.warning(
                "the accelerator cannot be used: the processor decodes",
                extra={"accelerator": accelerator.value, "codec": self._format.codec, "reason": str(error)},
            )
            return None


def open_on_device(described: StreamFormat, most_pixels: int, accelerator: Accelerator) -> VideoCodecContext:
    """A decoder whose pictures come back into memory. Raises DeviceUnusable."""
    try:
        settings = HWAccel(accelerator.value, allow_software_fallback=False)
        context = av.CodecContext.create(described.codec, "r", hwaccel=settings)
    except (av.error.FFmpegError, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise DeviceUnusable(f"{type(error).__name__}: {error}") from None
    if not isinstance(context, VideoCodecContext) or not context.is_hwaccel:
        raise DeviceUnusable(f"this FFmpeg does not decode {described.codec} there")
    context.thread_count = 1
    context.options = {"max_pixels": str(most_pixels)}
    if described.extradata:
        context.extradata = described.extradata
    return context
