"""What else is looked at in a recording: the same stages as in a live camera's pictures, each in its turn."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from prometheus_client import CollectorRegistry

from domain.contracts.identifiers import ZoneId
from domain.contracts.plant import MACHINE_KINDS
from inference.archive.observed import Observed
from inference.errors import InferenceError
from inference.faces import create, switched_on
from inference.faces.at_once import FacesAtOnce
from inference.faces.settings import FacesSettings
from inference.faces.stage import FaceStage
from inference.machines.stage import MachineStage
from inference.machines.store import Shelf
from inference.objects.stage import Objects
from inference.plates import options_of
from inference.plates.at_once import PlatesAtOnce
from inference.plates.settings import PlateSettings
from inference.plates.stage import PlateStage
from inference.scene import SceneStage
from inference.settings import InferenceSettings
from inference.zones import ZoneFacts
from infra.archive.plan import Plan
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError

log = logging.getLogger(__name__)

PLATES: Final = "plates"
FACES: Final = "faces"


class Looking:
    """The stages of one archive camera.

    observed   what plates and faces tell; the run stores it
    """

    def __init__(
        self, settings: InferenceSettings, plan: Plan, bridge: Bridge, zones: ZoneFacts, registry: CollectorRegistry
    ) -> None:
        self.observed = Observed()
        self._faces: FacesAtOnce | None = None
        self._faces_bridge: Bridge | None = None
        self._lacks_faces = False
        self._plates: PlatesAtOnce | None = None
        stages: list[SceneStage] = [*Objects(settings.home, zones).stages(plan.camera_id)]
        stages.append(_machines(settings, plan, zones))
        stages += self._face_stages(plan, registry)
        if plan.plates:
            reading = PlateSettings()
            self._plates = PlatesAtOnce(self.observed.teller(bridge), reading.days, registry)
            stages.append(PlateStage(self._plates, options_of(reading)))
        self.stages: Sequence[SceneStage] = tuple(stages)

    @property
    def lacking(self) -> tuple[str, ...]:
        """What was asked for and could not be done: its models cannot be had."""
        without_plates = self._plates is not None and self._plates.is_without_models
        return (*((PLATES,) if without_plates else ()), *((FACES,) if self._lacks_faces else ()))

    def finish(self) -> None:
        """After the last picture: what is known of those who are still to be seen goes to `observed`."""
        if self._plates is not None:
            self._plates.close()
        if self._faces is not None:
            self._faces.close()

    def close(self) -> None:
        """After `observed` was stored."""
        if self._faces_bridge is not None:
            self._faces_bridge.close()

    def _face_stages(self, plan: Plan, registry: CollectorRegistry) -> list[SceneStage]:
        """On cameras that the operator named, by their own name or that of the live camera which they are like."""
        opened = switched_on({plan.camera_id, plan.like})
        if opened is None:
            return []
        settings, self._faces_bridge = opened
        self._faces = self._face_looks(settings, self._faces_bridge, registry)
        if self._faces is None:
            return []
        return [FaceStage(self._faces, settings.faces_min_person_px, settings.faces_interval_s)]

    def _face_looks(self, settings: FacesSettings, bridge: Bridge, registry: CollectorRegistry) -> FacesAtOnce | None:
        try:
            matcher = create(settings, bridge)
        except (InferenceError, NatsAdapterError, OSError) as error:
            log.warning("faces cannot be compared", extra={"reason": str(error)})
            self._lacks_faces = True
            return None
        return FacesAtOnce(matcher, self.observed.teller(bridge), registry, timedelta(days=settings.faces_days))


def _machines(settings: InferenceSettings, plan: Plan, zones: ZoneFacts) -> MachineStage:
    """Classifiers are known by the zones that they were trained for."""
    originals = {ZoneId(copy): ZoneId(original) for copy, original in plan.copied}
    shelf = Shelf(settings.home)
    return MachineStage(
        lambda zone_id: shelf.of(originals.get(zone_id, zone_id)), lambda: zones.zones(plan.camera_id, MACHINE_KINDS)
    )
