"""Facts about cameras that inference needs, followed from EVENTS in a thread of its own."""

import logging
import threading
from typing import Final

from domain.contracts.codec import CodecError
from domain.contracts.events import CameraConfigured, CameraRegistered, CameraRetired, EventUnknown, decode_event
from domain.contracts.subjects import CAMERA, EVENTS, event_live_subject, event_subject
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage
from infra.nats.errors import ConnectionClosed, NatsAdapterError
from infra.nats.reader import StreamReader

log = logging.getLogger(__name__)

TOPIC_HEADER: Final = "ES-Topic"
WAIT_S: Final = 1.0


class CameraFacts:
    """Which cameras want their people looked at for protective equipment. `wants_ppe` may be asked from any thread."""

    def __init__(self, bridge: Bridge) -> None:
        self._ppe: frozenset[str] = frozenset()
        self._stopping = threading.Event()
        self._reader = StreamReader(bridge, EVENTS, event_subject(CAMERA, ">"), event_live_subject(CAMERA, ">"))
        self._thread = threading.Thread(target=self._follow, name="camera-facts", daemon=True)
        self._thread.start()

    def wants_ppe(self, camera_id: str) -> bool:
        """False for a camera that is not known yet."""
        return camera_id in self._ppe

    def close(self) -> None:
        self._stopping.set()
        self._reader.close()
        self._thread.join(2 * WAIT_S)

    def _follow(self) -> None:
        while not self._stopping.is_set():
            try:
                for message in self._reader.read(WAIT_S):
                    self._apply(message)
            except ConnectionClosed:
                return
            except NatsAdapterError as error:
                log.warning("cameras' settings cannot be followed", extra={"reason": str(error)})
                self._stopping.wait(WAIT_S)

    def _apply(self, message: StoredMessage) -> None:
        try:
            event = decode_event(message.headers[TOPIC_HEADER], message.data).event
        except (EventUnknown, CodecError, KeyError) as error:
            log.warning("event left aside", extra={"position": message.sequence, "reason": str(error)})
            return
        match event:
            case CameraRegistered() | CameraConfigured():
                others = self._ppe - {event.camera_id}
                self._ppe = others | {event.camera_id} if event.ppe else others
            case CameraRetired():
                self._ppe -= {event.camera_id}
            case _:
                pass
