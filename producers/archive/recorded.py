"""Recordings as the video that evidence is cut from: what the packet ring is for a camera. Called by the cutter."""

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from infra.archive.plan import Piece, Plan
from producers.address import resolve
from producers.clock import LEAST_STEP_US
from producers.errors import MomentNotCovered, SourceError
from producers.packets import EncodedPacket, is_reference
from producers.source import Source, SourcePacket, open_source

OPEN_S: Final = 10.0
NEAR_US: Final = 2_000_000
SPARE_US: Final = 500_000
"""B frames come after pictures that are shown later: so much more is read than is wanted."""


class RecordedVideo:
    """Opens the recording of a moment anew each time: incidents are rare, and files are many."""

    def __init__(self, plan: Plan, most_pixels: int) -> None:
        self._pieces, self._most_pixels = plan.pieces, most_pixels

    def around(self, moment_us: int, before_us: int, after_us: int) -> Sequence[EncodedPacket]:
        """The packets from the last keyframe at or before `moment_us - before_us` to `moment_us + after_us`.

        Of one recording: it neither begins before that of the moment does nor goes on in the next.
        Raises  MomentNotCovered
        """
        for piece in self._covering(moment_us):
            try:
                return self._packets(piece, moment_us, before_us, after_us)
            except SourceError as error:
                raise MomentNotCovered(f"the recording of the moment cannot be read any more: {error}") from error
        raise MomentNotCovered("no recording covers the moment")

    def _covering(self, moment_us: int) -> Iterator[Piece]:
        for piece in self._pieces:
            if piece.start_us <= moment_us <= piece.start_us + piece.duration_us + NEAR_US:
                yield piece

    def _packets(self, piece: Piece, moment_us: int, before_us: int, after_us: int) -> Sequence[EncodedPacket]:
        address = resolve(f"file://{quote(piece.path)}")
        source = open_source(address, open_timeout_s=OPEN_S, stall_timeout_s=OPEN_S, most_pixels=self._most_pixels)
        try:
            shift_us = piece.start_us - source.first_us
            return _chosen(
                source, shift_us, moment_us, max(piece.start_us, moment_us - before_us), moment_us + after_us
            )
        finally:
            source.close()


def _chosen(source: Source, shift_us: int, moment_us: int, from_us: int, to_us: int) -> Sequence[EncodedPacket]:
    """One format only, beginning with the keyframe nearest before `from_us`."""
    found: list[EncodedPacket] = []
    for packet in source.once(from_us - shift_us):
        stamped = _stamped(packet, shift_us, found[-1].decode_at_us if found else 0)
        if not found and not stamped.is_keyframe:
            continue
        if stamped.is_keyframe and stamped.captured_at_us <= from_us:
            found = []
        if found and stamped.format != found[0].format:
            if stamped.captured_at_us > moment_us:
                break
            found = []
        if stamped.decode_at_us > to_us + SPARE_US:
            break
        if stamped.decode_at_us <= to_us and (found or stamped.is_keyframe):
            found.append(stamped)
    if not found or min(abs(each.captured_at_us - moment_us) for each in found) > NEAR_US:
        raise MomentNotCovered("the recording has no picture at the moment")
    return found


def _stamped(packet: SourcePacket, shift_us: int, last_decode_us: int) -> EncodedPacket:
    captured_at_us = packet.pts_us + shift_us
    decode_at_us = max(min(packet.dts_us + shift_us, captured_at_us), last_decode_us + LEAST_STEP_US)
    return EncodedPacket(
        packet.data,
        max(captured_at_us, decode_at_us),
        decode_at_us,
        packet.is_keyframe,
        is_reference(packet.format.codec, packet.data),
        packet.is_corrupt,
        False,
        packet.format,
    )
