"""Facts beside the frames of a recording: plates and faces, under the numbers that DETECTIONS give their tracks."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from domain.contracts.identifiers import TrackId
from domain.contracts.observations import FaceMatched, PlateRead
from infra.nats.batch import publish_each
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.observing import observation_message

log = logging.getLogger(__name__)

PATIENCE_S: Final = 5.0

Fact = PlateRead | FaceMatched


class Observed:
    """Facts wait here for the end of the picture that led to them."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Bridge, Fact]] = []

    def teller(self, bridge: Bridge) -> Callable[[Fact], None]:
        """What takes facts that `bridge` has the right to store."""
        return lambda fact: self._waiting.append((bridge, fact))

    def drop(self) -> None:
        """The picture was looked at once more: what it leads to was told by the run before."""
        self._waiting.clear()

    def tell(self, name: Callable[[TrackId], TrackId]) -> int:
        """Stores what waits, and returns how many facts could not be stored: they are tried again at the next call.

        name   of a track in DETECTIONS
        """
        while self._waiting:
            bridge, fact = self._waiting[0]
            message = observation_message(replace(fact, track_id=name(fact.track_id)))
            try:
                bridge.run(publish_each(bridge.nc, [message], PATIENCE_S))
            except NatsAdapterError as error:
                log.warning("facts wait", extra={"facts": len(self._waiting), "reason": str(error)})
                break
            del self._waiting[0]
        return len(self._waiting)
