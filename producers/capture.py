"""Keeps account of how the camera's pictures come, minute by minute, for the coverage that inference publishes."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from domain.contracts.observations import Dropped, DropReason, GapReason
from infra.capture_report import (
    MINUTE_US,
    CapturedMinute,
    CaptureReport,
    Trouble,
    joined,
    read_report,
    write_report,
)

log = logging.getLogger(__name__)

KEPT_MINUTES: Final = 4
RESTARTED_WITHIN_US: Final = KEPT_MINUTES * MINUTE_US


@dataclass(slots=True)
class Tally:
    """Totals since the start of the process. Each has one thread that writes it: the pump or the decoder."""

    captured: int = 0
    queue_full: int = 0
    damaged: int = 0
    decode_error: int = 0

    def dropped(self) -> dict[DropReason, int]:
        return {
            DropReason.QUEUE_FULL: self.queue_full,
            DropReason.DAMAGED: self.damaged,
            DropReason.DECODE_ERROR: self.decode_error,
        }


class CaptureLedger:
    """Writes the camera's report at every `tick`. Belongs to the main thread.

    now_us   microseconds since 1970 UTC. What an earlier process of the camera wrote a moment ago is continued: the
             time between is one without a process.
    """

    def __init__(self, directory: Path, camera_id: str, tally: Tally, now_us: int) -> None:
        self._directory, self._camera_id, self._tally = directory, camera_id, tally
        self._last_us = self._since_us = now_us
        self._minutes: dict[int, tuple[int, dict[DropReason, int]]] = {}
        self._troubles: tuple[Trouble, ...] = ()
        self._counted, self._counted_drops = tally.captured, tally.dropped()
        self._is_writable = True
        earlier = read_report(directory, camera_id)
        if earlier is not None and 0 <= now_us - earlier.written_us < RESTARTED_WITHIN_US:
            self._continue(earlier, now_us)

    def tick(self, now_us: int, trouble: GapReason | None) -> None:
        """trouble   why no pictures come at this moment, None when they do"""
        minute = self._last_us // MINUTE_US
        captured, drops = self._minutes.get(minute, (0, {}))
        captured += self._tally.captured - self._counted
        now_dropped = self._tally.dropped()
        for reason, total in now_dropped.items():
            drops[reason] = drops.get(reason, 0) + total - self._counted_drops[reason]
        self._minutes[minute] = (captured, drops)
        self._counted, self._counted_drops = self._tally.captured, now_dropped
        if trouble is not None:
            self._troubles = joined((*self._troubles, Trouble(self._last_us, now_us, trouble)))
        self._last_us = now_us
        self._forget(now_us)
        self._write()

    def report(self) -> CaptureReport:
        minutes = tuple(
            CapturedMinute(minute, captured, tuple(Dropped(reason, n) for reason, n in drops.items() if n))
            for minute, (captured, drops) in sorted(self._minutes.items())
        )
        return CaptureReport(self._since_us, self._last_us, minutes, self._troubles)

    def _continue(self, earlier: CaptureReport, now_us: int) -> None:
        self._since_us = earlier.since_us
        self._minutes = {
            each.minute: (each.captured, {d.reason: d.frames for d in each.dropped}) for each in earlier.minutes
        }
        down = Trouble(earlier.written_us, now_us, GapReason.PROCESS_DOWN)
        self._troubles = joined((*earlier.troubles, down))

    def _forget(self, now_us: int) -> None:
        oldest = now_us // MINUTE_US - KEPT_MINUTES
        self._minutes = {minute: kept for minute, kept in self._minutes.items() if minute > oldest}
        self._troubles = tuple(each for each in self._troubles if each.until_us > oldest * MINUTE_US)

    def _write(self) -> None:
        try:
            write_report(self._directory, self._camera_id, self.report())
        except OSError as error:
            if self._is_writable:
                log.warning("the account of captured pictures cannot be written", extra={"reason": str(error)})
            self._is_writable = False
        else:
            self._is_writable = True
