"""The pump: reads one camera for ever and gives every packet its time, the ring, the live view and the sampler.

It owns the connection. A fault of the camera ends in a pause and a new connection, never in the end of the process.
"""

import logging
import threading
import time

from domain.contracts.observations import GapReason
from producers.address import Address, resolve
from producers.backoff import Backoff
from producers.clock import CaptureClock, ServerClock
from producers.errors import SourceEnded, SourceError, SourceStalled
from producers.live import Live
from producers.meters import Meters, Rate
from producers.packets import EncodedPacket, is_reference
from producers.ring import PacketRing
from producers.sampler import Sampler
from producers.settings import ProducerSettings
from producers.source import Source, SourcePacket, open_source

log = logging.getLogger(__name__)

LONGEST_GAP_S = 10.0
"""A file whose times jump forward by more goes on after so long."""

SILENT_S = 2.0
"""A connected camera without a picture for so long counts as frozen."""

STEADY_PACKETS = 50
"""A connection that brought so many pictures counts as a good one: the next pause is short again."""


class Pump:
    """source        of the camera, without credentials
    credentials   "user:password" or None
    """

    def __init__(
        self,
        settings: ProducerSettings,
        source: str,
        credentials: str | None,
        *,
        ring: PacketRing,
        live: Live,
        sampler: Sampler,
        meters: Meters,
    ) -> None:
        self._settings, self._source, self._credentials = settings, source, credentials
        self._ring, self._live, self._sampler, self._meters = ring, live, sampler, meters
        self._server_clock = ServerClock()
        self._clock = CaptureClock()
        self._rate = Rate()
        self._backoff = Backoff(settings.backoff_first_s, settings.backoff_most_s)
        self._connected = False
        self._connected_at = 0.0
        self._lost_by = GapReason.RECONNECTING
        self._spent_s = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pump", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """A camera that is silent at this moment holds its thread up to the stall time-out: it is left behind."""
        self._stop.set()
        self._thread.join(timeout_s)
        self._live.close()

    def measure(self) -> None:
        """Brings the gauges up to date; called every second or so."""
        silent_s = self._rate.silent_s()
        up = self._connected and silent_s is not None and silent_s < self._settings.stall_timeout_s
        self._meters.stream_up.set(int(up))
        self._meters.stream_fps.set(self._rate.value())
        self._meters.ring_seconds.set(self._ring.seconds)

    def trouble(self) -> GapReason | None:
        """Why no pictures come at this moment; None while they do."""
        if not self._connected:
            return self._lost_by
        silent_s, connected_s = self._rate.silent_s(), time.monotonic() - self._connected_at
        without_s = connected_s if silent_s is None else min(silent_s, connected_s)
        return GapReason.FROZEN if without_s > SILENT_S else None

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._connect_and_read()
            except SourceError as error:
                self._lost_by = _reason_of(error)
                pause_s = self._backoff.pause_s()
                self._meters.reconnects.inc()
                log.warning(
                    "camera lost",
                    extra={
                        "source": self._source,
                        "kind": type(error).__name__,
                        "reason": str(error),
                        "pause_s": pause_s,
                    },
                )
                self._stop.wait(pause_s)

    def _connect_and_read(self) -> None:
        address = resolve(self._source, self._credentials)
        source = self._open(address)
        log.info("camera connected", extra={"source": address.shown, "format": _shown(source)})
        self._connected_at = time.monotonic()
        self._connected = True
        try:
            self._read(source)
        finally:
            self._connected = False
            source.close()

    def _open(self, address: Address) -> Source:
        return open_source(
            address,
            open_timeout_s=self._settings.open_timeout_s,
            stall_timeout_s=self._settings.stall_timeout_s,
            most_pixels=self._settings.most_pixels,
        )

    def _read(self, source: Source) -> None:
        self._clock.restart()
        starts_session = True
        for count, packet in enumerate(source.packets()):
            if not source.realtime:
                self._wait_for(packet)
            if self._stop.is_set():
                return
            if starts_session and not packet.is_keyframe:
                continue
            self._hand_out(self._stamped(packet, starts_session=starts_session))
            starts_session = False
            if count == STEADY_PACKETS:
                self._backoff.succeeded()

    def _wait_for(self, packet: SourcePacket) -> None:
        due_us = self._clock.due_us(packet.pts_us)
        if due_us is not None:
            ahead_us = due_us - self._server_clock.now_us()
            if ahead_us > 0:
                self._stop.wait(min(ahead_us / 1e6, LONGEST_GAP_S))

    def _stamped(self, packet: SourcePacket, *, starts_session: bool) -> EncodedPacket:
        now_us = self._server_clock.now_us()
        captured_at_us, decode_at_us = self._clock.stamp(packet.pts_us, packet.dts_us, now_us)
        return EncodedPacket(
            packet.data,
            captured_at_us,
            decode_at_us,
            packet.is_keyframe,
            is_reference(packet.format.codec, packet.data),
            packet.is_corrupt,
            starts_session,
            packet.format,
        )

    def _hand_out(self, packet: EncodedPacket) -> None:
        self._rate.tick()
        self._meters.tally.captured += 1
        self._ring.add(packet)
        self._live.write(packet)
        self._sampler.offer(packet)
        spent_s = time.thread_time()
        self._meters.receiving.inc(spent_s - self._spent_s)
        self._spent_s = spent_s


def _reason_of(error: SourceError) -> GapReason:
    match error:
        case SourceStalled():
            return GapReason.FROZEN
        case SourceEnded():
            return GapReason.RECONNECTING
        case _:
            return GapReason.CAMERA_UNREACHABLE


def _shown(source: Source) -> str:
    return f"{source.format.codec} {source.format.width}x{source.format.height}"
