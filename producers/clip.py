"""The clip of a moment: packets from the ring, remuxed into an MP4 that a browser plays. Called by the evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from producers.muxing import Muxer
from producers.packets import EncodedPacket

FASTSTART: Final = {"movflags": "faststart"}  # the index comes first, so that playing starts before the last byte
ASSUMED_FRAME_US: Final = 40_000


@dataclass(frozen=True, slots=True)
class Clip:
    """captured_from_us and captured_to_us are capture times of its first and last picture."""

    path: Path
    captured_from_us: int
    captured_to_us: int


def cut(packets: Sequence[EncodedPacket], path: Path) -> Clip:
    """Writes the packets as they are, without re-encoding; time 0 is the first picture.

    packets   from the ring, beginning with a keyframe
    Raises    CodecUnsupported
    """
    first = packets[0]
    muxer = Muxer(path, first.format, first.captured_at_us, FASTSTART)
    try:
        for packet, following in pairwise(packets):
            muxer.write(packet, following.decode_at_us - packet.decode_at_us)
        muxer.write(packets[-1], _last_duration_us(packets))
    finally:
        muxer.close()
    times = [packet.captured_at_us for packet in packets]
    return Clip(path, min(times), max(times))


def _last_duration_us(packets: Sequence[EncodedPacket]) -> int:
    if len(packets) < 2:
        return ASSUMED_FRAME_US
    return packets[-1].decode_at_us - packets[-2].decode_at_us
