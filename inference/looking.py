"""What looks at the cameras' frames beside the detector, opened once for all. Called by `inference.__main__`."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry

from inference.cameras import CameraFacts
from inference.faces import open_faces
from inference.machines.stage import Machines
from inference.objects.stage import Objects
from inference.plates import open_plates
from inference.quality.desk import QualityDesk
from inference.scene import SceneStage
from inference.settings import InferenceSettings
from inference.zones import ZoneFacts
from infra.nats.bridge import Bridge


class Scenes:
    """quality   may be closed earlier than the others, and twice"""

    def __init__(
        self,
        settings: InferenceSettings,
        bridge: Bridge,
        facts: CameraFacts,
        zones: ZoneFacts,
        registry: CollectorRegistry,
    ) -> None:
        self._faces = open_faces(registry)
        self._plates = open_plates(bridge, facts.wants_plates, registry)
        self._machines, self._objects = Machines(settings.home, zones, registry), Objects(settings.home, zones)
        self.quality = QualityDesk(bridge, settings.home, registry)

    def stages(self, camera: str) -> Sequence[SceneStage]:
        every = (self._objects, self._machines, self._faces, self._plates, self.quality)
        return tuple(stage for each in every for stage in each.stages(camera))

    def close(self) -> None:
        self._faces.close()
        self._plates.close()
        self.quality.close()
