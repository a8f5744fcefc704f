"""Facts about cameras that inference needs, followed from EVENTS."""

from domain.contracts.detections import to_microseconds
from domain.contracts.events import CameraConfigured, CameraRegistered, CameraRetired, Envelope
from domain.contracts.identifiers import CameraId
from domain.contracts.plant import ARCHIVE_SCHEME
from domain.contracts.subjects import CAMERA
from inference.book import WatchedCamera
from inference.facts import FactsFollower
from infra.nats.bridge import Bridge


class CameraFacts:
    """Which cameras are to be watched, and what they want: protective equipment of people, plates of vehicles.

    May be asked from any thread.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._ppe: frozenset[str] = frozenset()
        self._plates: frozenset[str] = frozenset()
        self._watched: dict[CameraId, WatchedCamera] = {}
        self._follower = FactsFollower(bridge, CAMERA, self._apply)
        self._follower.start()

    def wants_ppe(self, camera_id: str) -> bool:
        """False for a camera that is not known yet."""
        return camera_id in self._ppe

    def wants_plates(self, camera_id: str) -> bool:
        """False for a camera that is not known yet."""
        return camera_id in self._plates

    def watched(self) -> tuple[WatchedCamera, ...] | None:
        """None while not all facts have been read since the start."""
        return tuple(self._watched.values()) if self._follower.has_read_all else None

    def close(self) -> None:
        self._follower.close()

    def _apply(self, envelope: Envelope) -> None:
        event = envelope.event
        match event:
            case CameraRegistered() | CameraConfigured() if event.source.startswith(ARCHIVE_SCHEME):
                return
            case CameraRegistered() | CameraConfigured():
                known = self._watched.get(event.camera_id)
                since_us = known.since_us if known else to_microseconds(envelope.at)
                watched = WatchedCamera(event.camera_id, since_us, event.target_fps)
                self._watched = self._watched | {event.camera_id: watched}
                others = self._ppe - {event.camera_id}
                self._ppe = others | {event.camera_id} if event.ppe else others
                others = self._plates - {event.camera_id}
                self._plates = others | {event.camera_id} if event.plates else others
            case CameraRetired():
                self._watched = {id_: camera for id_, camera in self._watched.items() if id_ != event.camera_id}
                self._ppe -= {event.camera_id}
                self._plates -= {event.camera_id}
            case _:
                pass
