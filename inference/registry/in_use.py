"""Which models cameras are really looked at with, as a measurement: counted when asked, so that nothing piles up."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from domain.contracts.detections import ModelRef
from domain.contracts.learning import ModelKind

NAME: Final = "kaska_models_in_use"


class InUse(Collector):
    """users   the kind and the model of each camera's detectors, asked at each collection"""

    def __init__(self, users: Callable[[], Sequence[tuple[ModelKind, ModelRef]]]) -> None:
        self._users = users

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily(NAME, "cameras that have this model", labels=["kind", "model", "digest"])
        for (kind, model), cameras in Counter(self._users()).items():
            family.add_metric([kind.value, model.id, model.digest], cameras)
        yield family
