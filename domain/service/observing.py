"""Brings what the visits' fold found into OBSERVATIONS: each observation once, also over crashes of any length.

Observations wait here until the stream has them, and the loop takes no checkpoint meanwhile. After a crash the fold
finds again what it had found since the checkpoint; the stream's own memory of message ids is two minutes long, so those
that were stored since then are read from the stream and passed over.
"""

import logging
from collections.abc import Iterator
from typing import Final

from domain.contracts.observations import (
    Observation,
    identity_of,
)
from domain.contracts.subjects import OBSERVATIONS, observation_subject
from infra.eventstore.envelope import MESSAGE_ID
from infra.nats.batch import MAX_BATCH, publish_batch, publish_each
from infra.nats.bridge import Bridge
from infra.nats.direct import get_page
from infra.nats.errors import NatsAdapterError
from infra.observing import observation_message

log = logging.getLogger(__name__)

WRITTEN_HERE: Final = ("zone_visit", "vehicle_passage")
PATIENCE_S: Final = 2.0
"""The rules do not wait longer than this for a stream of facts that no decision rests on."""

FEW: Final = 48
"""Up to so many messages go faster one by one than as an atomic batch (docs/adr/0005)."""

PAGE: Final = 1000


class ObservationOutbox:
    """after      `position` in the checkpoint that the fold goes on from
    position   sequence in OBSERVATIONS of the newest visit or passage that is stored, 0 when there is none
    Raises     NatsAdapterError when the stream cannot be read
    """

    def __init__(self, bridge: Bridge, after: int) -> None:
        self._bridge = bridge
        self.position = after
        self._stored = dict(self._stored_since(after))
        self._waiting: list[Observation] = []

    @property
    def is_empty(self) -> bool:
        return not self._waiting

    def put(self, observation: Observation) -> bool:
        """False for one that was stored before the process began."""
        if self._stored.pop(identity_of(observation), None) is not None:
            return False
        self._waiting.append(observation)
        return True

    def flush(self) -> None:
        """Stores what waits, in its order; what could not be stored goes on waiting."""
        while self._waiting:
            part = [observation_message(observation) for observation in self._waiting[:MAX_BATCH]]
            publish = publish_each if len(part) <= FEW else publish_batch
            try:
                sequences = self._bridge.run(publish(self._bridge.nc, part, PATIENCE_S))
            except NatsAdapterError as error:
                log.warning("observations wait", extra={"messages": len(self._waiting), "reason": str(error)})
                return
            del self._waiting[: len(part)]
            self.position = max(self.position, *sequences)

    def _stored_since(self, position: int) -> Iterator[tuple[str, int]]:
        for kind in WRITTEN_HERE:
            subject, last = observation_subject("*", kind), position
            while True:
                page = self._bridge.run(get_page(self._bridge.nc, OBSERVATIONS, last + 1, PAGE, subject))
                for message in page.messages:
                    last = message.sequence
                    self.position = max(self.position, last)
                    yield message.headers[MESSAGE_ID], last
                if not page.messages or not page.pending:
                    break
