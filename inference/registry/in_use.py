"""Which models cameras are really looked at with, and which should be and are not: counted when asked."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from domain.contracts.detections import ModelRef
from domain.contracts.identifiers import CameraId, ModelId
from domain.contracts.learning import ModelKind

NAME: Final = "kaska_models_in_use"
NOT_LOADED: Final = "kaska_model_not_loaded"
"""Read by the gateway, which warns of it where the camera is shown."""


class InUse(Collector):
    """users   the kind and the model of each camera's detectors, asked at each collection"""

    def __init__(self, users: Callable[[], Sequence[tuple[ModelKind, ModelRef]]]) -> None:
        self._users = users

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily(NAME, "cameras that have this model", labels=["kind", "model", "digest"])
        for (kind, model), cameras in Counter(self._users()).items():
            family.add_metric([kind.value, model.id, model.digest], cameras)
        yield family


class NotLoaded(Collector):
    """missing   the camera, and the kind and name of the model that is in force there and did not load"""

    def __init__(self, missing: Callable[[], Iterable[tuple[CameraId, ModelKind, ModelId]]]) -> None:
        self._missing = missing

    def collect(self) -> Iterator[GaugeMetricFamily]:
        text = "1 while a model in force did not load and another one is used"
        family = GaugeMetricFamily(NOT_LOADED, text, labels=["camera", "kind", "model"])
        for camera, kind, model in sorted(set(self._missing())):
            family.add_metric([camera, kind.value, model], 1.0)
        yield family
