"""Follows the packet ring from a thread of its own: what is encoded or recorded on demand holds up nobody."""

from producers.packets import EncodedPacket
from producers.ring import PacketRing


class RingFollower:
    """from_us   capture time to begin at, or as near as the ring has it; None: with the newest keyframe"""

    def __init__(self, ring: PacketRing, from_us: int | None = None) -> None:
        self._ring, self._from_us = ring, from_us
        self._last_us: int | None = None

    def take(self) -> list[EncodedPacket]:
        """The packets since the last call. The first that is ever taken is a keyframe."""
        if self._last_us is None:
            keyframe_us = self._ring.newest_keyframe_us(self._from_us)
            if keyframe_us is None:
                return []
            self._last_us = keyframe_us - 1
        found = list(self._ring.since(self._last_us))
        if found:
            self._last_us = found[-1].decode_at_us
        return found

    def skip_to_now(self) -> None:
        """What waits is left out: `take` goes on with the newest keyframe."""
        self._from_us = self._last_us = None
