"""Decides which packets are worth decoding and which frames are worth analysing. Pure, except for what it remembers."""

from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Final

from producers.packets import EncodedPacket

WINDOW_US: Final = 6_000_000
LEAST_WINDOW_US: Final = 2_000_000
ENOUGH: Final = 0.95  # a mode that yields so much of the wanted rate is enough
EARLY: Final = 0.25  # of an interval: a frame so little before its turn is taken, or jitter would halve the rate


class Decode(Enum):
    """What of the stream is decoded: the least that still gives the wanted rate."""

    ALL = "all"
    REFERENCES = "references"
    KEYFRAMES = "keyframes"


@dataclass(frozen=True, slots=True)
class _Seen:
    at_us: int
    is_keyframe: bool
    is_reference: bool


class PacketChooser:
    """Non-reference frames are skipped when the reference frames alone reach the target, and so on.

    The mode changes at keyframes only, so that what is decoded never misses what it is predicted from.
    """

    def __init__(self, target_fps: float) -> None:
        self.mode = Decode.ALL
        self._target_fps = target_fps
        self._seen: deque[_Seen] = deque()

    def wants(self, packet: EncodedPacket) -> bool:
        if packet.is_keyframe:
            self.mode = self._mode(packet.decode_at_us)
        self._seen.append(_Seen(packet.decode_at_us, packet.is_keyframe, packet.is_reference))
        while packet.decode_at_us - self._seen[0].at_us > WINDOW_US:
            self._seen.popleft()
        match self.mode:
            case Decode.ALL:
                return True
            case Decode.REFERENCES:
                return packet.is_reference
            case Decode.KEYFRAMES:
                return packet.is_keyframe

    def restart(self) -> None:
        """Another connection or format may have another rate."""
        self._seen.clear()
        self.mode = Decode.ALL

    def _mode(self, now_us: int) -> Decode:
        """By the rates over the groups of pictures that are complete."""
        if not self._seen or now_us - self._seen[0].at_us < LEAST_WINDOW_US:
            return Decode.ALL
        span_s = (now_us - self._seen[0].at_us) / 1e6
        wanted = self._target_fps * span_s * ENOUGH
        if sum(seen.is_keyframe for seen in self._seen) >= wanted:
            return Decode.KEYFRAMES
        if sum(seen.is_reference for seen in self._seen) >= wanted:
            return Decode.REFERENCES
        return Decode.ALL


class FrameChooser:
    """Samples decoded frames by their time, evenly, at no more than `target_fps`."""

    def __init__(self, target_fps: float) -> None:
        self._interval_us = round(1_000_000 / target_fps)
        self._early_us = round(self._interval_us * EARLY)
        self._due_us = 0

    def is_due(self, captured_at_us: int) -> bool:
        """Whether a frame of that time would be taken. May be asked from another thread than `wants`."""
        return captured_at_us >= self._due_us - self._early_us

    def wants(self, captured_at_us: int) -> bool:
        if not self.is_due(captured_at_us):
            return False
        self._due_us += self._interval_us
        if self._due_us <= captured_at_us:
            self._due_us = captured_at_us + self._interval_us
        return True
