"""Encoded video as it travels inside the process: immutable, with its time, independent of its connection."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import av

MICROSECONDS: Final = Fraction(1, 1_000_000)

START_CODE: Final = b"\x00\x00\x01"
H264: Final = "h264"
HEVC: Final = "hevc"
H264_SLICES: Final = frozenset({1, 2, 5})
PARAMETER_SETS: Final = {H264: frozenset({7}), HEVC: frozenset({33})}


@dataclass(frozen=True, slots=True)
class StreamFormat:
    """What a decoder or a muxer must know. H.264 and HEVC travel as Annex B with their parameter sets in the packets.

    codec           FFmpeg's name
    width, height   pixels
    extradata       what other codecs keep outside their packets; empty for H.264 and HEVC
    parameters      the sequence parameter set: equal formats can be joined in one file
    """

    codec: str
    width: int
    height: int
    extradata: bytes = b""
    parameters: bytes = b""


@dataclass(frozen=True, slots=True)
class EncodedPacket:
    """One picture, encoded.

    captured_at_us   presentation time on the server's clock, microseconds since 1970 UTC
    decode_at_us     decoding time on the same clock, strictly increasing
    is_reference     other pictures are predicted from it; True where the codec does not tell cheaply
    is_corrupt       the transport has damaged it
    starts_session   first packet after a (re)connection; always a keyframe
    """

    data: bytes
    captured_at_us: int
    decode_at_us: int
    is_keyframe: bool
    is_reference: bool
    is_corrupt: bool
    starts_session: bool
    format: StreamFormat


def to_av(packet: EncodedPacket, base_us: int = 0) -> "av.Packet[av.VideoStream]":
    """A fresh packet for a decoder or muxer, its times in microseconds after `base_us`."""
    fresh: av.Packet[av.VideoStream] = av.Packet(packet.data)  # type: ignore[assignment]
    fresh.time_base = MICROSECONDS
    fresh.pts = packet.captured_at_us - base_us
    fresh.dts = packet.decode_at_us - base_us
    fresh.is_keyframe = packet.is_keyframe
    return fresh


def is_reference(codec: str, data: bytes) -> bool:
    """Whether an H.264 access unit is predicted from (nal_ref_idc of its first slice); True for other codecs."""
    if codec != H264:
        return True
    at = data.find(START_CODE)
    while at >= 0 and at + 3 < len(data):
        header = data[at + 3]
        if header & 31 in H264_SLICES:
            return header & 0x60 != 0
        at = data.find(START_CODE, at + 3)
    return True


def parameter_set(codec: str, data: bytes) -> bytes:
    """The sequence parameter set in an Annex B access unit; empty when there is none or the codec has no such thing.

    A change of it is a change of resolution or profile.
    """
    wanted = PARAMETER_SETS.get(codec)
    if wanted is None:
        return b""
    at = data.find(START_CODE)
    while at >= 0 and at + 3 < len(data):
        end = data.find(START_CODE, at + 3)
        if _unit_type(codec, data[at + 3]) in wanted:
            return data[at + 3 : end if end >= 0 else len(data)].rstrip(b"\x00")
        at = end
    return b""


def _unit_type(codec: str, header: int) -> int:
    return header & 31 if codec == H264 else header >> 1 & 63
