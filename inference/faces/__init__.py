"""Faces, an optional module behind one adapter (R85, docs/adr/0018): off unless the operator switches it on."""

import logging
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from prometheus_client import CollectorRegistry, Gauge
from pydantic import ValidationError

from domain.contracts.observations import FaceMatched
from inference.faces.matcher import FaceMatcher
from inference.faces.settings import FacesSettings
from inference.faces.sightings import Sightings
from inference.faces.stage import FaceStage
from inference.faces.worker import FaceWorker
from inference.scene import SceneStage
from infra.faces import EnrolledFaces, FacesKind
from infra.nats.batch import publish_each
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.observing import observation_message

log = logging.getLogger(__name__)

PUBLISH_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Faces:
    """The module in a running process, switched on or off."""

    settings: FacesSettings | None = None
    worker: FaceWorker | None = None
    bridge: Bridge | None = None

    def stages(self, camera: str) -> tuple[SceneStage, ...]:
        """What looks at a camera's faces: nothing for a camera that was not named."""
        if self.settings is None or self.worker is None or camera not in self.settings.cameras:
            return ()
        return (FaceStage(self.worker, self.settings.faces_min_person_px, self.settings.faces_interval_s),)

    def close(self) -> None:
        if self.worker is not None:
            self.worker.close()
        if self.bridge is not None:
            self.bridge.close()


def open_faces(registry: CollectorRegistry) -> Faces:
    """The module. What is asked for and cannot be is said in the log, and the analysis goes on without it."""
    opened = switched_on()
    if opened is None:
        return Faces()
    settings, bridge = opened
    compared = Gauge("kaska_face_camera", "1 where faces are compared", ["camera"], registry=registry)
    for camera in settings.cameras:
        compared.labels(camera).set(1)
    sightings = Sightings(timedelta(days=settings.faces_days))
    worker = FaceWorker(lambda: create(settings, bridge), lambda facts: publish(bridge, facts), registry, sightings)
    return Faces(settings, worker, bridge)


def switched_on(cameras: AbstractSet[str] | None = None) -> tuple[FacesSettings, Bridge] | None:
    """Settings and connection; None when the operator did not ask for faces, or for those of no such camera.

    cameras   the names that a camera has; None: any camera
    """
    try:
        settings = FacesSettings()
        if settings.faces is FacesKind.OFF:
            return None
        named = settings.cameras if cameras is None else settings.cameras & cameras
        if not named:
            log.warning("faces are compared on no camera: KASKA_FACES_CAMERAS names none")
            return None
        bridge = Bridge(settings.faces_nats_url.get_secret_value(), name="faces")
    except (ValidationError, NatsAdapterError) as error:
        log.warning("faces are not compared", extra={"reason": str(error)})
        return None
    log.warning("faces are compared", extra={"how": settings.faces.value, "cameras": sorted(named)})
    return settings, bridge


def create(settings: FacesSettings, bridge: Bridge) -> FaceMatcher:
    """The adapter that the settings name; only its libraries are imported. Raises InferenceError, OSError."""
    if settings.faces is FacesKind.SERVICE:
        from inference.faces.service import ServiceMatcher  # noqa: PLC0415

        return ServiceMatcher(settings.faces_url, settings.token)
    from inference.faces.gallery import Gallery  # noqa: PLC0415
    from inference.faces.local import FaceModels, LocalMatcher  # noqa: PLC0415
    from infra.persons.keys import Keys  # noqa: PLC0415

    keys = Keys(bridge, settings.master_key_file)
    return LocalMatcher(FaceModels(), Gallery(keys, EnrolledFaces(settings.home)))


def publish(bridge: Bridge, facts: list[FaceMatched]) -> None:
    """Stores them in OBSERVATIONS, each once. Raises NatsAdapterError."""
    bridge.run(publish_each(bridge.nc, [observation_message(fact) for fact in facts], PUBLISH_S))
