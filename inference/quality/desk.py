"""The quality watches of all cameras: what the process opens at its start and closes at its end."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry

from domain.contracts.events import CameraConfigured, Envelope, ReferenceFrameSet, ZoneDrawn
from domain.contracts.identifiers import CameraId
from domain.contracts.subjects import CAMERA, ZONE
from inference.facts import FactsFollower
from inference.quality.keeper import QualityKeeper
from inference.quality.watch import QualityWatch
from inference.scene import SceneStage
from infra.nats.bridge import Bridge


class AcceptedViews:
    """When a person last said that a camera looks where it should, as events tell. May be asked from any thread."""

    def __init__(self) -> None:
        self._at: dict[CameraId, datetime] = {}

    def of(self, camera: CameraId) -> datetime | None:
        return self._at.get(camera)

    def apply(self, envelope: Envelope) -> None:
        match envelope.event:
            case CameraConfigured(camera_id=camera) | ZoneDrawn(camera_id=camera) | ReferenceFrameSet(camera_id=camera):
                self._at[camera] = max(envelope.at, self._at.get(camera, envelope.at))
            case _:
                pass


class QualityDesk:
    """home   of the plant; the watches' memory lies in `<home>/run/quality`"""

    def __init__(self, bridge: Bridge, home: Path, registry: CollectorRegistry) -> None:
        self._accepted = AcceptedViews()
        self._keeper = QualityKeeper(bridge, home / "run" / "quality", registry)
        self._followers = [FactsFollower(bridge, context, self._accepted.apply) for context in (CAMERA, ZONE)]
        self._keeper.start()
        for follower in self._followers:
            follower.start()

    def stages(self, camera: str) -> Sequence[SceneStage]:
        """What the pipeline of a camera adds to its frames."""
        id_ = CameraId(camera)
        return (QualityWatch(id_, self._keeper, lambda: self._accepted.of(id_), self._keeper.recall(id_)),)

    def close(self) -> None:
        """After the loop's last frame."""
        for follower in self._followers:
            follower.close()
        self._keeper.stop()
