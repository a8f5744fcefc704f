"""Reads one stream for ever and hands on every packet with its capture time. A camera has one or two.

It owns the connection. A fault of the camera ends in a pause and a new connection, never in the end of the process.
"""

import logging
import threading
import time
from collections.abc import Callable

from prometheus_client import Counter

from domain.contracts.observations import GapReason
from infra.addresses import AddressRefused
from infra.dialling import Networks, connections_to, dialled
from infra.stream_faults import StreamFault
from producers.address import Address, resolve
from producers.backoff import Backoff
from producers.clock import CaptureClock, ServerClock
from producers.errors import SourceEnded, SourceError, SourceRefused, SourceStalled, SourceUnreachable
from producers.faults import fault_of
from producers.meters import Rate
from producers.packets import EncodedPacket, is_reference
from producers.settings import ProducerSettings
from producers.source import Source, SourcePacket, open_source

log = logging.getLogger(__name__)

LONGEST_GAP_S = 10.0
"""A file whose times jump forward by more goes on after so long."""

SILENT_S = 2.0
"""A connected camera without a picture for so long counts as frozen."""

STEADY_PACKETS = 50
"""A connection that brought so many pictures counts as a good one: the next pause is short again."""


class Receiver:
    """source        of the camera, without credentials
    credentials   "user:password" or None; asked for at each connection, so that another password needs no restart
    hand_out      called with every packet, from the receiver's thread; must not wait
    server_clock  two streams of one camera share it, so that their times agree
    clock_ahead_s  see Source
    fault         why no pictures came at the last attempt; None from the first picture on
    """

    def __init__(
        self,
        settings: ProducerSettings,
        source: str,
        credentials: Callable[[], str | None],
        hand_out: Callable[[EncodedPacket], None],
        *,
        name: str,
        reconnects: Counter,
        server_clock: ServerClock | None = None,
    ) -> None:
        self._settings, self._source, self._credentials = settings, source, credentials
        self._hand_out, self._reconnects = hand_out, reconnects
        self._networks = Networks.parsed(settings.camera_networks, loopback=settings.camera_loopback)
        self._server_clock = server_clock or ServerClock()
        self._clock = CaptureClock()
        self.rate = Rate()
        self._backoff = Backoff(settings.backoff_first_s, settings.backoff_most_s)
        self._connected = False
        self._connected_at = 0.0
        self._lost_by = GapReason.RECONNECTING
        self.fault: StreamFault | None = None
        self.clock_ahead_s: float | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """A camera that is silent at this moment holds its thread up to the stall time-out: it is left behind."""
        self._stop.set()
        self._thread.join(timeout_s)

    @property
    def is_up(self) -> bool:
        """Whether pictures come."""
        silent_s = self.rate.silent_s()
        return self._connected and silent_s is not None and silent_s < self._settings.stall_timeout_s

    def trouble(self) -> GapReason | None:
        """Why no pictures come at this moment; None while they do."""
        if not self._connected:
            return self._lost_by
        silent_s, connected_s = self.rate.silent_s(), time.monotonic() - self._connected_at
        without_s = connected_s if silent_s is None else min(silent_s, connected_s)
        return GapReason.FROZEN if without_s > SILENT_S else None

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._connect_and_read()
            except SourceError as error:
                self._lost_by, self.fault = _reason_of(error), fault_of(error)
                pause_s = self._backoff.pause_s()
                log.warning(
                    "camera lost",
                    extra={
                        "source": self._source,
                        "kind": type(error).__name__,
                        "reason": str(error),
                        "pause_s": pause_s,
                    },
                )
                self._reconnects.inc()  # what is counted can be read in the log
                self._stop.wait(pause_s)

    def _connect_and_read(self) -> None:
        address = self._dialled()
        source = self._open(address)
        log.info("camera connected", extra={"source": address.shown, "format": _shown(source)})
        self._connected_at = time.monotonic()
        self._connected = True
        try:
            self._read(source)
        finally:
            self._connected = False
            source.close()

    def _dialled(self) -> Address:
        """The camera's address as it is now, judged. Raises SourceError."""
        address = resolve(self._source, self._credentials())
        try:
            return dialled(address, self._networks)
        except AddressRefused as refusal:
            raise SourceRefused(str(refusal)) from None
        except OSError as error:
            raise SourceUnreachable(f"the camera's name is not known: {error.strerror or error}") from None

    def _open(self, address: Address) -> Source:
        before = 0 if address.is_file else connections_to(address)
        source = open_source(
            address,
            open_timeout_s=self._settings.open_timeout_s,
            stall_timeout_s=self._settings.stall_timeout_s,
            most_pixels=self._settings.most_pixels,
        )
        if not address.is_file and connections_to(address) <= before:
            source.close()
            raise SourceRefused("the camera sends us to another address: redirections are not followed")
        return source

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
            self.rate.tick()
            self._hand_out(self._stamped(packet, starts_session=starts_session))
            if starts_session:
                starts_session, self.fault = False, None
            if packet.is_keyframe:
                self.clock_ahead_s = source.clock_ahead_s
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
