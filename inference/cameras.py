"""Facts about cameras that inference needs, followed from EVENTS in a thread of its own."""

import logging
import threading
from typing import Final

from domain.contracts.codec import CodecError
from domain.contracts.detections import to_microseconds
from domain.contracts.events import CameraConfigured, CameraRegistered, CameraRetired, EventUnknown, decode_event
from domain.contracts.identifiers import CameraId
from domain.contracts.subjects import CAMERA, EVENTS, event_live_subject, event_subject
from inference.book import WatchedCamera
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage
from infra.nats.errors import ConnectionClosed, NatsAdapterError
from infra.nats.reader import StreamReader

log = logging.getLogger(__name__)

TOPIC_HEADER: Final = "ES-Topic"
WAIT_S: Final = 1.0


class CameraFacts:
    """Which cameras are to be watched, and which want their people looked at for protective equipment.

    May be asked from any thread.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._ppe: frozenset[str] = frozenset()
        self._watched: dict[CameraId, WatchedCamera] = {}
        self._has_read_all = False
        self._stopping = threading.Event()
        self._reader = StreamReader(bridge, EVENTS, event_subject(CAMERA, ">"), event_live_subject(CAMERA, ">"))
        self._thread = threading.Thread(target=self._follow, name="camera-facts", daemon=True)
        self._thread.start()

    def wants_ppe(self, camera_id: str) -> bool:
        """False for a camera that is not known yet."""
        return camera_id in self._ppe

    def watched(self) -> tuple[WatchedCamera, ...] | None:
        """None while not all facts have been read since the start."""
        return tuple(self._watched.values()) if self._has_read_all else None

    def close(self) -> None:
        self._stopping.set()
        self._reader.close()
        self._thread.join(2 * WAIT_S)

    def _follow(self) -> None:
        while not self._stopping.is_set():
            try:
                messages = self._reader.read(WAIT_S)
                for message in messages:
                    self._apply(message)
                self._has_read_all = self._has_read_all or not messages
            except ConnectionClosed:
                return
            except NatsAdapterError as error:
                log.warning("cameras' settings cannot be followed", extra={"reason": str(error)})
                self._stopping.wait(WAIT_S)

    def _apply(self, message: StoredMessage) -> None:
        try:
            envelope = decode_event(message.headers[TOPIC_HEADER], message.data)
        except (EventUnknown, CodecError, KeyError) as error:
            log.warning("event left aside", extra={"position": message.sequence, "reason": str(error)})
            return
        event = envelope.event
        match event:
            case CameraRegistered() | CameraConfigured():
                known = self._watched.get(event.camera_id)
                since_us = known.since_us if known else to_microseconds(envelope.at)
                watched = WatchedCamera(event.camera_id, since_us, event.target_fps)
                self._watched = self._watched | {event.camera_id: watched}
                others = self._ppe - {event.camera_id}
                self._ppe = others | {event.camera_id} if event.ppe else others
            case CameraRetired():
                self._watched = {id_: camera for id_, camera in self._watched.items() if id_ != event.camera_id}
                self._ppe -= {event.camera_id}
            case _:
                pass
