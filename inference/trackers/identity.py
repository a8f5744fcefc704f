"""Track ids that stay unique when a tracker starts again."""

from typing import Final

SECOND_BITS: Final = 20
"""A tracker may number 2**20 objects; the rest of the 63 bits holds the second in which it started."""


class Starts:
    """Hands out the start seconds of one process's trackers: never the same twice, never earlier than before."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, now_us: int) -> int:
        """now_us   microseconds since 1970 UTC"""
        self._last = max(self._last + 1, now_us // 1_000_000)
        return self._last


def first_id(start_second: int) -> int:
    """The id of a tracker's object number 0; the others count on from it."""
    return start_second << SECOND_BITS
