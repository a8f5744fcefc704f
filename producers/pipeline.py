"""The pump: gives every packet of the camera's main stream to the ring and the analysis."""

import time
from collections.abc import Callable
from typing import Protocol

from domain.contracts.observations import GapReason
from producers.clock import ServerClock
from producers.described import StreamMeter
from producers.meters import Meters
from producers.packets import EncodedPacket
from producers.receiver import Receiver
from producers.ring import PacketRing
from producers.settings import ProducerSettings


class Analysis(Protocol):
    """Takes every packet that may be analysed, and never waits: the sampler, or the choice between two streams."""

    def offer(self, packet: EncodedPacket) -> None: ...


class Pump:
    """source        of the camera, without credentials
    credentials   see Receiver
    """

    def __init__(
        self,
        settings: ProducerSettings,
        source: str,
        credentials: Callable[[], str | None],
        *,
        ring: PacketRing,
        sampler: Analysis,
        meters: Meters,
        server_clock: ServerClock | None = None,
    ) -> None:
        self._ring, self._sampler, self._meters = ring, sampler, meters
        self.stream = StreamMeter()
        self._spent_s = 0.0
        self._receiver = Receiver(
            settings,
            source,
            credentials,
            self._hand_out,
            name="pump",
            reconnects=meters.reconnects,
            server_clock=server_clock,
        )

    def start(self) -> None:
        self._receiver.start()

    def stop(self, timeout_s: float) -> None:
        """A camera that is silent at this moment holds its thread up to the stall time-out: it is left behind."""
        self._receiver.stop(timeout_s)

    def measure(self) -> None:
        """Brings the gauges up to date; called every second or so."""
        self._meters.stream_up.set(int(self._receiver.is_up))
        self._meters.stream_fault("main", self._receiver.fault)
        self._meters.clock_ahead.set(self._receiver.clock_ahead_s or 0.0)
        self._meters.stream_fps.set(self._receiver.rate.value())
        self._meters.ring_seconds.set(self._ring.seconds)

    def trouble(self) -> GapReason | None:
        """Why no pictures come at this moment; None while they do."""
        return self._receiver.trouble()

    def _hand_out(self, packet: EncodedPacket) -> None:
        self.stream.count(packet)
        self._ring.add(packet)
        self._sampler.offer(packet)
        spent_s = time.thread_time()
        self._meters.receiving.inc(spent_s - self._spent_s)
        self._spent_s = spent_s
