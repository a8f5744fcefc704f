"""`captured_at`: the server's receive time of each packet, smooth and never backwards. Called by the pump thread."""

import logging
import time
from collections.abc import Callable
from typing import Final

log = logging.getLogger(__name__)

MOST_DRIFT_US: Final = 500_000
MOST_BACK_US: Final = 300_000  # where decoding times are missing they are presentation times, and B frames step back
LEAST_STEP_US: Final = 100  # still distinct after rounding to the 90 kHz of MP4


class ServerClock:
    """Wall time that never runs backwards: an administrator's step forward is followed, a step back is not."""

    def __init__(
        self,
        wall_ns: Callable[[], int] = time.time_ns,
        steady_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._wall_ns, self._steady_ns = wall_ns, steady_ns
        self._base_us = self._ahead_us()
        self._warned = False

    def now_us(self) -> int:
        """Microseconds since 1970 UTC."""
        ahead = self._ahead_us()
        if ahead - self._base_us > MOST_DRIFT_US:
            log.warning("server clock stepped forward", extra={"step_s": (ahead - self._base_us) / 1e6})
            self._base_us = ahead
        elif self._base_us - ahead > MOST_DRIFT_US and not self._warned:
            log.warning(
                "server clock stepped back: capture times go on without the step until the process restarts",
                extra={"step_s": (ahead - self._base_us) / 1e6},
            )
            self._warned = True
        return self._steady_ns() // 1000 + self._base_us

    def _ahead_us(self) -> int:
        return (self._wall_ns() - self._steady_ns()) // 1000


class CaptureClock:
    """Maps the stream's timestamps onto the server's clock.

    The mapping is an offset that is estimated at receipt. A packet is never captured after it was received, so one
    that comes earlier than expected lowers the offset; one that comes more than half a second late, or after its
    timestamps jumped, sets it anew.
    """

    def __init__(self) -> None:
        self._offset_us: int | None = None
        self._furthest_us = 0
        self._last_dts_us = 0
        self._last_decode_us = 0

    def due_us(self, pts_us: int) -> int | None:
        """When a packet of a file is to be played; None when it can go at once."""
        return None if self._offset_us is None else pts_us + self._offset_us

    def stamp(self, pts_us: int, dts_us: int, received_at_us: int) -> tuple[int, int]:
        """(captured_at_us, decode_at_us) of the next packet in decoding order.

        pts_us, dts_us   the stream's own presentation and decoding times, in microseconds
        decode_at_us     on the same clock, strictly increasing, never after captured_at_us
        """
        jumped = dts_us < self._last_dts_us - MOST_BACK_US
        self._last_dts_us = dts_us
        if self._offset_us is None or jumped:
            self._anchor(pts_us, received_at_us)
        elif pts_us >= self._furthest_us:
            self._furthest_us = pts_us
            late_us = received_at_us - (pts_us + self._offset_us)
            if late_us < 0 or late_us > MOST_DRIFT_US:
                self._anchor(pts_us, received_at_us)
        offset = self._offset_us or 0
        decode_at_us = max(min(dts_us, pts_us) + offset, self._last_decode_us + LEAST_STEP_US)
        self._last_decode_us = decode_at_us
        return max(pts_us + offset, decode_at_us), decode_at_us

    def restart(self) -> None:
        """A new connection: its timestamps have nothing to do with those before."""
        self._offset_us = None
        self._last_dts_us = 0

    def _anchor(self, pts_us: int, received_at_us: int) -> None:
        self._offset_us = received_at_us - pts_us
        self._furthest_us = pts_us
