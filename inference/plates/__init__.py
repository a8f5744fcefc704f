"""Number plates of vehicles (R84), an optional part of inference: it works for cameras that ask for it (docs/adr/0017).

`open_plates` is all that others call. Without such a camera no model is loaded, fetched or run.
"""

from collections.abc import Callable

from prometheus_client import CollectorRegistry

from inference.plates.desk import PlateDesk, PlateOutbox
from inference.plates.settings import PlateSettings
from inference.plates.stage import PlateOptions, PlateStage
from inference.scene import SceneStage
from infra.nats.bridge import Bridge


class Plates:
    """The desk of a process, and the stages of its cameras."""

    def __init__(self, desk: PlateDesk, wanted: Callable[[str], bool], options: PlateOptions) -> None:
        self._desk, self._wanted, self._options = desk, wanted, options
        self._desk.start()

    def stages(self, camera_id: str) -> tuple[SceneStage, ...]:
        return (PlateStage(self._desk, self._options, lambda: self._wanted(camera_id)),)

    def close(self) -> None:
        self._desk.close()


def open_plates(bridge: Bridge, wanted: Callable[[str], bool], registry: CollectorRegistry) -> Plates:
    """wanted   whether a camera's plates are to be read; asked for every frame, because settings change"""
    settings = PlateSettings()
    outbox = PlateOutbox(bridge)
    desk = PlateDesk(outbox.put, settings.days, registry, idle=outbox.flush)
    return Plates(desk, wanted, options_of(settings))


def options_of(settings: PlateSettings) -> PlateOptions:
    return PlateOptions(settings.min_vehicle_px, settings.margin, settings.interval_s)
