"""Follows the facts of one context of EVENTS in a thread of its own, from the first one on."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from domain.contracts.codec import CodecError
from domain.contracts.events import Envelope, EventUnknown, decode_event
from domain.contracts.subjects import EVENTS, event_live_subject, event_subject
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage
from infra.nats.errors import ConnectionClosed, NatsAdapterError
from infra.nats.reader import StreamReader

log = logging.getLogger(__name__)

TOPIC_HEADER: Final = "ES-Topic"
WAIT_S: Final = 1.0


class FactsFollower:
    """Calls `apply` with each fact, in its thread and in the order of the stream. `start` it once."""

    def __init__(self, bridge: Bridge, context: str, apply: Callable[[Envelope], None]) -> None:
        self.has_read_all = False
        self._context, self._apply = context, apply
        self._stopping = threading.Event()
        self._reader = StreamReader(bridge, EVENTS, event_subject(context, ">"), event_live_subject(context, ">"))
        self._thread = threading.Thread(target=self._follow, name=f"{context}-facts", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stopping.set()
        self._reader.close()
        self._thread.join(2 * WAIT_S)

    def _follow(self) -> None:
        while not self._stopping.is_set():
            try:
                messages = self._reader.read(WAIT_S)
                for message in messages:
                    self._take(message)
                self.has_read_all = self.has_read_all or not messages
            except ConnectionClosed:
                return
            except NatsAdapterError as error:
                log.warning("facts cannot be followed", extra={"context": self._context, "reason": str(error)})
                self._stopping.wait(WAIT_S)

    def _take(self, message: StoredMessage) -> None:
        try:
            envelope = decode_event(message.headers[TOPIC_HEADER], message.data)
        except (EventUnknown, CodecError, KeyError) as error:
            log.warning("event left aside", extra={"position": message.sequence, "reason": str(error)})
            return
        self._apply(envelope)
