"""What the processes say of themselves on vitals.>: the newest text of each, and values read from it."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from nats.aio.client import Client
from nats.aio.msg import Msg
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from domain.contracts.subjects import ALL_VITALS

log = logging.getLogger(__name__)

FRESH_S = 10.0
_FORGET_S = 3600.0
_LONGEST_TEXT = 1_000_000
_MOST_PROCESSES = 1000
_PREFIX = ALL_VITALS.removesuffix(">")


@dataclass(frozen=True)
class Report:
    """One process's newest measurements. heard_at: seconds of the board's clock."""

    process: str
    text: str
    heard_at: float

    @cached_property
    def families(self) -> list[Metric]:
        """Raises ValueError when the text is not Prometheus text."""
        return list(text_string_to_metric_families(self.text))

    def value(self, sample: str) -> float | None:
        """The first value of the sample, None when the process does not report it."""
        for family in self.families:
            for found in family.samples:
                if found.name == sample:
                    return found.value
        return None


def _is_one(process: str, name: str) -> bool:
    return process == name or process.startswith(f"{name}.")


class VitalsBoard:
    """Listens on vitals.> and remembers."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._reports: dict[str, Report] = {}

    async def listen(self, nc: Client) -> None:
        await nc.subscribe(ALL_VITALS, cb=self._hear)

    def fresh(self) -> list[Report]:
        """Reports not older than 10 s, by name of the process."""
        oldest = self._clock() - FRESH_S
        return [r for _, r in sorted(self._reports.items()) if r.heard_at >= oldest]

    def fresh_one(self, process: str) -> Report | None:
        report = self._reports.get(process)
        return report if report and report.heard_at >= self._clock() - FRESH_S else None

    def fresh_of(self, process: str) -> list[Report]:
        """That of the process, or those of several nodes' processes of this name, as `inference.north` (ADR 21)."""
        return [report for report in self.fresh() if _is_one(report.process, process)]

    def missing(self, processes: Iterable[str]) -> list[str]:
        """Those of `processes` that were not heard within 10 s; of nodes' processes those heard in the hour before."""
        heard_in_the_hour = self._clock() - _FORGET_S
        found: list[str] = []
        for name in processes:
            fresh = {report.process for report in self.fresh_of(name)}
            late = [r.process for r in self._reports.values() if r.heard_at >= heard_in_the_hour]
            gone = sorted(each for each in late if each.startswith(f"{name}.") and each not in fresh)
            found += gone or ([] if fresh else [name])
        return found

    async def _hear(self, message: Msg) -> None:
        process = message.subject.removeprefix(_PREFIX)
        if len(message.data) > _LONGEST_TEXT or len(self._reports) >= _MOST_PROCESSES:
            log.warning("vitals not taken", extra={"sender": process, "bytes": len(message.data)})
            self._forget()
            return
        self._reports[process] = Report(process, message.data.decode("utf-8", "replace"), self._clock())

    def _forget(self) -> None:
        oldest = self._clock() - _FORGET_S
        self._reports = {name: r for name, r in self._reports.items() if r.heard_at >= oldest}
