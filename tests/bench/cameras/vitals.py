"""The processes' own measurements, as they publish them every two seconds, and the difference of two moments."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from nats.aio.client import Client
from nats.aio.msg import Msg
from prometheus_client.parser import text_string_to_metric_families

Labels = tuple[tuple[str, str], ...]
Samples = dict[tuple[str, Labels], float]

BUCKETS: Final = "kaska_frame_ages_seconds_bucket"


@dataclass
class Moment:
    """All samples of all processes, and when each process's were received (seconds of a monotonic clock)."""

    samples: dict[str, Samples] = field(default_factory=dict)
    at: dict[str, float] = field(default_factory=dict)


class VitalsWatch:
    """The newest text of every process; parsed only when asked for."""

    def __init__(self) -> None:
        self._texts: dict[str, tuple[float, str]] = {}

    async def follow(self, nc: Client) -> None:
        await nc.subscribe("vitals.>", cb=self._take)

    async def _take(self, message: Msg) -> None:
        self._texts[message.subject.partition(".")[2]] = (time.monotonic(), message.data.decode())

    def now(self) -> Moment:
        moment = Moment()
        for process, (at, text) in self._texts.items():
            moment.at[process] = at
            moment.samples[process] = _samples(text)
        return moment


@dataclass(frozen=True)
class Difference:
    """What grew between two moments; each process by its own clock, because they publish at different times."""

    before: Moment
    after: Moment

    def per_second(self, process: str, name: str, **labels: str) -> float:
        """Sum over the samples with these labels."""
        elapsed_s = self.after.at.get(process, 0.0) - self.before.at.get(process, 0.0)
        if elapsed_s <= 0 or process not in self.before.at:
            return 0.0
        return self._growth(process, name, labels) / elapsed_s

    def by(self, process: str, name: str, label: str) -> dict[str, float]:
        """Per second, for each value of a label."""
        values = {dict(labels)[label] for each, labels in self.after.samples.get(process, {}) if each == name}
        return {value: self.per_second(process, name, **{label: value}) for value in sorted(values)}

    def processes(self, prefix: str) -> list[str]:
        return sorted(process for process in self.after.samples if process.startswith(prefix))

    def age_s(self, share: float) -> float:
        """The age that so large a share of all frames did not exceed, interpolated inside its bucket."""
        grown = sorted((float(le), count) for le, count in self._buckets().items())
        total = grown[-1][1] if grown else 0.0
        if not total:
            return float("inf")
        low, below = 0.0, 0.0
        for limit, count in grown:
            if count >= share * total:
                if limit == float("inf"):
                    return low
                return low + (limit - low) * (share * total - below) / max(count - below, 1e-9)
            low, below = limit, count
        return low

    def _buckets(self) -> dict[str, float]:
        samples = self.after.samples.get("inference", {})
        limits = [dict(labels)["le"] for name, labels in samples if name == BUCKETS]
        return {le: self._growth("inference", BUCKETS, {"le": le}) for le in limits}

    def _growth(self, process: str, name: str, wanted: Mapping[str, str]) -> float:
        before, after = self.before.samples.get(process, {}), self.after.samples.get(process, {})
        asked = set(wanted.items())
        return sum(
            value - before.get((each, labels), 0.0)
            for (each, labels), value in after.items()
            if each == name and asked <= set(labels)
        )


def _samples(text: str) -> Samples:
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found[sample.name, tuple(sorted(sample.labels.items()))] = sample.value
    return found
