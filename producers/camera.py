"""The facts about one camera, read from EVENTS and followed: how to reach it and how to watch it."""

import logging
from dataclasses import dataclass

from domain.contracts.codec import CodecError
from domain.contracts.events import CameraConfigured, CameraRegistered, CameraRetired, EventUnknown, decode_event
from domain.contracts.identifiers import CameraId
from domain.contracts.subjects import CAMERA, EVENTS, event_live_subject, event_subject
from infra.logins import place_of
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage
from infra.nats.reader import StreamReader
from producers.evidence import TOPIC_HEADER

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CameraFacts:
    """source           without credentials, as analysis_source: the second stream, if there is one
    analysis_width   pixels
    has_moved        one of them was at another place before: see `infra.logins`
    """

    source: str
    target_fps: float
    analysis_width: int
    analysis_source: str | None = None
    has_moved: bool = False


class CameraWatch:
    """Used by the main thread."""

    def __init__(self, bridge: Bridge, camera_id: CameraId) -> None:
        subject, live = event_subject(CAMERA, camera_id), event_live_subject(CAMERA, camera_id)
        self._reader = StreamReader(bridge, EVENTS, subject, live)
        self._facts: CameraFacts | None = None
        self._places: tuple[set[str], set[str]] = (set(), set())

    def facts(self) -> CameraFacts | None:
        """What is known now, after all that has been recorded; None before registration and after retirement."""
        while messages := self._reader.read(0):
            for message in messages:
                self._apply(message)
        return self._facts

    def changed(self, timeout_s: float) -> bool:
        """Whether the facts become others than before within timeout_s."""
        before = self._facts
        for message in self._reader.read(timeout_s):
            self._apply(message)
        return self._facts != before

    def close(self) -> None:
        self._reader.close()

    def _apply(self, message: StoredMessage) -> None:
        name = message.headers.get(TOPIC_HEADER, "")
        try:
            event = decode_event(name, message.data).event
        except (EventUnknown, CodecError):
            log.exception("a fact about the camera cannot be read", extra={"at": message.sequence, "topic": name})
            return
        match event:
            case CameraRegistered() | CameraConfigured():
                self._facts = CameraFacts(
                    event.source,
                    event.target_fps,
                    event.analysis_width,
                    event.analysis_source,
                    self._has_moved(event),
                )
            case CameraRetired():
                self._facts = None

    def _has_moved(self, event: CameraRegistered | CameraConfigured) -> bool:
        for places, address in zip(self._places, (event.source, event.analysis_source), strict=True):
            if address is not None:
                places.add(place_of(address))
        return any(len(places) > 1 for places in self._places)
