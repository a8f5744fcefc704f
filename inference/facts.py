"""Follows the facts of one context of EVENTS in a thread of its own, from the first one on."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from domain.contracts.codec import CodecError
from domain.contracts.events import Envelope, EventUnknown, decode_event
from domain.contracts.subjects import EVENTS, event_live_subject, event_subject
from infra.eventstore.envelope import TOPIC
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage
from infra.nats.errors import ConnectionClosed, NatsAdapterError
from infra.nats.reader import StreamReader

log = logging.getLogger(__name__)

WAIT_S: Final = 1.0


class FactsFollower:
    """Calls `apply` with each fact, in its thread and in the order of the stream. `start` it once.

    at_rest   called there too, each second in which there is no news, for the first time when all facts have been read
    """

    def __init__(
        self,
        bridge: Bridge,
        context: str,
        apply: Callable[[Envelope], None],
        at_rest: Callable[[], None] = lambda: None,
    ) -> None:
        self.has_read_all = False
        self._context, self._apply, self._at_rest = context, apply, at_rest
        self._stopping = threading.Event()
        self._reader = StreamReader(bridge, EVENTS, event_subject(context, ">"), event_live_subject(context, ">"))
        self._thread = threading.Thread(target=self._follow, name=f"{context}-facts", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stopping.set()
        self._reader.close()
        if self._thread.is_alive():
            self._thread.join(2 * WAIT_S)

    def _follow(self) -> None:
        wait_s = 0.0
        while not self._stopping.is_set():
            try:
                messages = self._reader.read(wait_s)
            except ConnectionClosed:
                return
            except NatsAdapterError as error:
                log.warning("facts cannot be followed", extra={"context": self._context, "reason": str(error)})
                self._stopping.wait(WAIT_S)
                continue
            for message in messages:
                self._take(message)
            wait_s = 0.0 if messages else WAIT_S
            if not messages:
                self.has_read_all = True
                self._at_rest()

    def _take(self, message: StoredMessage) -> None:
        try:
            envelope = decode_event(message.headers[TOPIC], message.data)
        except (EventUnknown, CodecError, KeyError) as error:
            log.warning("event left aside", extra={"position": message.sequence, "reason": str(error)})
            return
        self._apply(envelope)
