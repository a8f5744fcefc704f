"""Which of a camera's two streams is analysed: the second, small one while it sends, else the main one.

The main stream is then received for photos, clips and the live view, and not decoded. Both streams have the times of
their receipt on one clock; what is left between them is the difference of their delays in the camera and on the way.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from prometheus_client import Gauge

from producers.packets import EncodedPacket

log = logging.getLogger(__name__)

SILENT_S: Final = 2.0
"""Without a packet of the second stream for so long the main one is decoded."""

FIRST_S: Final = 6.0
"""So long the second stream is waited for at the start, so that pictures of one size are analysed throughout."""

STEADY_S: Final = 3.0
"""A second stream that came back is believed after so long."""


class Sampling(Protocol):
    """The part of the sampler that is needed here."""

    def offer(self, packet: EncodedPacket) -> None: ...

    def narrow(self, width: int) -> None: ...


class SecondStream:
    """Called by the pumps of both streams.

    up   1 while the second stream is analysed
    """

    def __init__(self, sampler: Sampling, up: Gauge, clock: Callable[[], float] = time.monotonic) -> None:
        self._sampler, self._up, self._clock = sampler, up, clock
        self._lock = threading.Lock()
        self._heard_at = self._steady_since = clock()
        self._uses_second = self._is_fresh = True
        self._has_come = False
        up.set(1)

    def offer(self, packet: EncodedPacket) -> None:
        """A packet of the main stream."""
        with self._lock:
            now = self._clock()
            patience_s = SILENT_S if self._has_come else FIRST_S
            if self._uses_second and now - self._heard_at > patience_s:
                self._switch(to_second=False)
            if not self._uses_second:
                self._hand_on(packet)

    def offer_second(self, packet: EncodedPacket) -> None:
        """A packet of the second stream."""
        with self._lock:
            now = self._clock()
            if now - self._heard_at > SILENT_S:
                self._steady_since = now
            self._heard_at, self._has_come = now, True
            if not self._uses_second and now - self._steady_since >= STEADY_S and packet.is_keyframe:
                self._switch(to_second=True)
            if self._uses_second:
                self._sampler.narrow(packet.format.width)
                self._hand_on(packet)

    def _switch(self, *, to_second: bool) -> None:
        self._uses_second, self._is_fresh = to_second, True
        self._up.set(int(to_second))
        if to_second:
            log.info("the second stream is analysed again")
        else:
            log.warning("the second stream is silent: the main one is analysed")

    def _hand_on(self, packet: EncodedPacket) -> None:
        """The first packet after a change is a keyframe, and begins a session for the decoder."""
        if self._is_fresh:
            if not packet.is_keyframe:
                return
            packet, self._is_fresh = replace(packet, starts_session=True), False
        self._sampler.offer(packet)
