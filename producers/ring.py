"""The last seconds of encoded video in memory, from which photos and clips are cut.

The pump adds, the threads of the evidence take; whole groups of pictures leave together, so that what is kept always
begins with a keyframe.
"""

import threading
from collections import deque
from collections.abc import Sequence
from itertools import takewhile

from producers.errors import MomentNotCovered
from producers.packets import EncodedPacket

NEAR_US = 2_000_000
"""How far the nearest picture may be from a moment for the moment to count as covered."""


class PacketRing:
    """keep_us      the video that is kept at least, as far as most_bytes allows
    most_bytes   a group of pictures that alone is larger is not kept
    """

    def __init__(self, keep_us: int, most_bytes: int) -> None:
        self._keep_us, self._most_bytes = keep_us, most_bytes
        self._packets: deque[EncodedPacket] = deque()
        self._keyframes_us: deque[int] = deque()
        self._bytes = 0
        self._lock = threading.Lock()
        self._added = threading.Condition(self._lock)

    def add(self, packet: EncodedPacket) -> None:
        with self._lock:
            if packet.is_keyframe:
                self._keyframes_us.append(packet.decode_at_us)
            elif not self._packets:
                return
            self._packets.append(packet)
            self._bytes += len(packet.data)
            while len(self._keyframes_us) > 1 and packet.decode_at_us - self._keyframes_us[1] >= self._keep_us:
                self._drop_group()
            while self._bytes > self._most_bytes:
                self._drop_group()
            self._added.notify_all()

    @property
    def seconds(self) -> float:
        """Length of what is kept."""
        with self._lock:
            if not self._packets:
                return 0.0
            return (self._packets[-1].decode_at_us - self._packets[0].decode_at_us) / 1e6

    @property
    def newest_us(self) -> int:
        """Capture time of the newest packet; 0 when there is none."""
        with self._lock:
            return self._packets[-1].captured_at_us if self._packets else 0

    @property
    def newest_decode_us(self) -> int:
        """Decoding time of the newest packet; 0 when there is none."""
        with self._lock:
            return self._newest_decode_us()

    @property
    def codec(self) -> str | None:
        """Of the newest packet; None when there is none."""
        with self._lock:
            return self._packets[-1].format.codec if self._packets else None

    def since(self, decode_at_us: int) -> Sequence[EncodedPacket]:
        """The packets behind a decoding time, in order; those that left the ring before are missed."""
        with self._lock:
            found = list(takewhile(lambda packet: packet.decode_at_us > decode_at_us, reversed(self._packets)))
        return found[::-1]

    def wait_behind(self, decode_at_us: int, timeout_s: float) -> Sequence[EncodedPacket]:
        """As `since`, once there is something; empty when nothing has come in time."""
        with self._added:
            self._added.wait_for(lambda: self._newest_decode_us() > decode_at_us, timeout_s)
        return self.since(decode_at_us)

    def newest_keyframe_us(self, at_us: int | None = None) -> int | None:
        """Decoding time of the newest keyframe, or of the newest at or before a time (else of the oldest kept)."""
        with self._lock:
            kept = [each for each in self._keyframes_us if at_us is None or each <= at_us]
            if kept:
                return kept[-1]
            return self._keyframes_us[0] if self._keyframes_us else None

    def around(self, moment_us: int, before_us: int, after_us: int) -> Sequence[EncodedPacket]:
        """The packets from the last keyframe at or before `moment_us - before_us` to `moment_us + after_us`.

        Begins later when the ring does, or when the format was another one before; ends earlier when the video does.
        Raises  MomentNotCovered
        """
        with self._lock:
            kept = list(self._packets)
        at = _index_of(kept, moment_us)
        start = _start(kept, at, moment_us - before_us)
        chosen = []
        for packet in kept[start:]:
            if packet.decode_at_us > moment_us + after_us or packet.format != kept[at].format:
                break
            chosen.append(packet)
        return chosen

    def _newest_decode_us(self) -> int:
        return self._packets[-1].decode_at_us if self._packets else 0

    def _drop_group(self) -> None:
        self._keyframes_us.popleft()
        upto = self._keyframes_us[0] if self._keyframes_us else None
        while self._packets and (upto is None or self._packets[0].decode_at_us < upto):
            self._bytes -= len(self._packets.popleft().data)


def _index_of(kept: Sequence[EncodedPacket], moment_us: int) -> int:
    """The packet captured nearest to the moment."""
    if not kept:
        raise MomentNotCovered("no video is kept: the camera has not been connected since this process started")
    if moment_us < kept[0].captured_at_us:
        behind = (kept[0].captured_at_us - moment_us) / 1e6
        raise MomentNotCovered(f"the video that is kept begins {behind:.1f} s after the moment")
    at = min(range(len(kept)), key=lambda i: abs(kept[i].captured_at_us - moment_us))
    distance_us = abs(kept[at].captured_at_us - moment_us)
    if distance_us > NEAR_US:
        raise MomentNotCovered(f"the camera sent no picture within {distance_us / 1e6:.1f} s of the moment")
    return at


def _start(kept: Sequence[EncodedPacket], at: int, from_us: int) -> int:
    """Index of the keyframe to begin with: the last one at or before `from_us`, else the first of the same format."""
    start = at
    for i in range(at, -1, -1):
        packet = kept[i]
        if packet.format != kept[at].format:
            break
        if packet.is_keyframe:
            start = i
            if packet.captured_at_us <= from_us:
                break
    return start
