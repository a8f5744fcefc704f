"""What a camera sends: codec, size, rate and bit rate of its main stream, as they come (R22, R42; FAULTS C5)."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from domain.contracts.stream_facts import StreamFacts
from infra.stream_report import StreamReport, write_stream_report
from producers.packets import EncodedPacket, StreamFormat

log = logging.getLogger(__name__)

PERIOD_S: Final = 10.0


class StreamMeter:
    """Counted by the pump's thread, read by the main one: a packet that is counted in between falls in the next period.

    clock   seconds, steady
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pictures = self._bytes = 0
        self._format: StreamFormat | None = None
        self._since, self._counted = clock(), (0, 0)
        self.facts: StreamFacts | None = None

    def count(self, packet: EncodedPacket) -> None:
        self._pictures += 1
        self._bytes += len(packet.data)
        self._format = packet.format

    def measured(self) -> bool:
        """Whether a period is over, and `facts` are those of it: None when nothing came."""
        spent_s = self._clock() - self._since
        if spent_s < PERIOD_S:
            return False
        pictures, amount = self._pictures - self._counted[0], self._bytes - self._counted[1]
        self._since, self._counted = self._clock(), (self._pictures, self._bytes)
        self._tell_change(self.facts)
        self.facts = None
        if pictures and self._format is not None:
            seen = self._format
            rate, kbit_s = round(pictures / spent_s, 1), round(amount * 8 / 1000 / spent_s)
            self.facts = StreamFacts(seen.codec, seen.width, seen.height, rate, kbit_s)
        return True

    def _tell_change(self, before: StreamFacts | None) -> None:
        now = self._format
        if before is None or now is None:
            return
        was, becomes = (before.codec, before.width, before.height), (now.codec, now.width, now.height)
        if was != becomes:
            log.warning("the camera sends another format", extra={"before": was, "now": becomes})


class StreamTeller:
    """Writes the report of one camera for inference. Belongs to the main thread."""

    def __init__(self, directory: Path, camera_id: str, meter: StreamMeter) -> None:
        self._directory, self._camera_id, self._meter = directory, camera_id, meter

    def tell(self) -> None:
        if not self._meter.measured():
            return
        try:
            report = StreamReport(time.time_ns() // 1000, self._meter.facts)
            write_stream_report(self._directory, self._camera_id, report)
        except OSError as error:
            log.warning("what the camera sends cannot be told", extra={"reason": str(error)})
