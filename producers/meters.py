"""The measurements of one camera's process. Rates and totals only: nothing per frame is logged."""

import time
from collections import deque
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge

from infra.charge import Charge
from infra.stream_faults import METRIC, StreamFault
from producers.capture import Tally

WINDOW_S: Final = 5.0


class Meters:
    """Created once per process; shared by its threads."""

    def __init__(self, registry: CollectorRegistry, camera_id: str) -> None:
        def counter(name: str, text: str) -> Counter:
            return Counter(name, text, ["camera"], registry=registry).labels(camera_id)

        def gauge(name: str, text: str) -> Gauge:
            return Gauge(name, text, ["camera"], registry=registry).labels(camera_id)

        self.stream_up = gauge("kaska_stream_up", "1 while the camera's pictures arrive")
        self.stream_fps = gauge("kaska_stream_fps", "pictures per second that arrive")
        self.decoded = counter("kaska_frames_decoded", "pictures that were decoded")
        self.shared = counter("kaska_frames_shared", "pictures that were handed to inference")
        self.dropped = counter("kaska_frames_dropped", "pictures that were skipped because the decoder was behind")
        self.damaged = counter("kaska_frames_damaged", "pictures that were damaged and therefore not analysed")
        self.reconnects = counter("kaska_reconnects", "connections that were lost or could not be made")
        self.second_reconnects = counter("kaska_second_reconnects", "connections of the second stream that were lost")
        self.second_up = gauge("kaska_second_stream_up", "1 while the second, small stream is the one that is analysed")
        self.decoder_fallback = gauge("kaska_decoder_fallback", "1 while the processor decodes for an accelerator")
        self.clock_ahead = gauge(
            "kaska_camera_clock_ahead_seconds", "of the camera's own clock before the server's; 0 where it tells none"
        )
        self.ring_seconds = gauge("kaska_packet_ring_seconds", "video kept in memory for photos and clips")
        self.spooled = gauge("kaska_evidence_spooled_bytes", "evidence that waits for the object store")
        self._evidence = Counter(
            "kaska_evidence", "photos, clips and slices", ["camera", "kind", "outcome"], registry=registry
        )
        self._login_withheld = Gauge(
            "kaska_login_withheld",
            "1 while the login that is kept belongs to another address",
            ["camera", "stream"],
            registry=registry,
        )
        self._stream_fault = Gauge(
            METRIC, "1 while a stream does not come for this reason", ["camera", "stream", "fault"], registry=registry
        )
        self._faults: dict[str, StreamFault] = {}
        cpu = Counter(
            "kaska_producer_cpu_seconds",
            "processor time by what it was spent on",
            ["camera", "stage"],
            registry=registry,
        )
        self.receiving = cpu.labels(camera_id, "receive")
        self.decoding = Charge(cpu.labels(camera_id, "decode"))
        self.scaling = Charge(cpu.labels(camera_id, "scale"))
        self.tally = Tally()
        self._camera_id = camera_id
        for child in (self.stream_up, self.stream_fps, self.second_up, self.ring_seconds):
            child.set(0)

    def evidence(self, kind: str, outcome: str) -> None:
        """outcome: attached, missed, retried or refused."""
        self._evidence.labels(self._camera_id, kind, outcome).inc()

    def stream_fault(self, stream: str, fault: StreamFault | None) -> None:
        """stream: main or second."""
        before = self._faults.pop(stream, None)
        if before is not None:
            self._stream_fault.labels(self._camera_id, stream, before).set(0)
        if fault is not None:
            self._faults[stream] = fault
            self._stream_fault.labels(self._camera_id, stream, fault).set(1)

    def login_withheld(self, stream: str, *, is_withheld: bool) -> None:
        """stream: main or second."""
        self._login_withheld.labels(self._camera_id, stream).set(float(is_withheld))


class Rate:
    """Events per second over the last seconds; written by one thread, read by another."""

    def __init__(self, window_s: float = WINDOW_S) -> None:
        self._window_s = window_s
        self._times: deque[float] = deque()

    def tick(self) -> None:
        now = time.monotonic()
        self._times.append(now)
        while now - self._times[0] > self._window_s:
            self._times.popleft()

    def value(self) -> float:
        times = list(self._times)
        now = time.monotonic()
        recent = [t for t in times if now - t <= self._window_s]
        if len(recent) < 2 or now - recent[-1] > self._window_s / 2:
            return 0.0
        return (len(recent) - 1) / (recent[-1] - recent[0]) if recent[-1] > recent[0] else 0.0

    def silent_s(self) -> float | None:
        """Seconds since the last event; None when there was none."""
        try:
            return time.monotonic() - self._times[-1]
        except IndexError:
            return None
