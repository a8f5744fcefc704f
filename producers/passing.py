"""The camera's own pictures for browsers, as they are, while somebody watches: from the packet ring, not re-encoded."""

import threading
from typing import Final

from producers.live import Live
from producers.ring import PacketRing

PATIENCE_S: Final = 0.5


class Passing:
    """From `start` to `stop`. Begins with what is kept of the last `before_us`, so that a player has a list at once."""

    def __init__(self, ring: PacketRing, live: Live, before_us: int) -> None:
        self._ring, self._live = ring, live
        self._last_us = (ring.newest_keyframe_us(ring.newest_decode_us - before_us) or 0) - 1
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="passing", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._stop.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                for packet in self._ring.wait_behind(self._last_us, PATIENCE_S):
                    self._live.write(packet)
                    self._last_us = packet.decode_at_us
        finally:
            self._live.close()
