"""Follows a stream in its order from a thread: pages by direct get, woken by the stream's own republished subject."""

import logging
import threading
import time
from typing import Final

from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from infra.nats.bridge import Bridge
from infra.nats.direct import SEQUENCE_HEADER, Page, StoredMessage, get_page
from infra.nats.errors import HistoryShortened, NatsAdapterError, NoAnswer
from infra.nats.streams import last_sequence

log = logging.getLogger(__name__)

LOOK_AGAIN_S: Final = 5.0
"""Wake-ups that were lost while the connection was down are made up for at once; this is for any other."""

RETRY_S: Final = 1.0
LEAST_PATIENCE_S: Final = 1.0
"""Even when the caller does not want to wait for news."""

REPLICA_LAG_S: Final = 0.01
REPLICA_TRIES: Final = 50


class StreamReader:
    """Messages of `stream` on `subject` after a position, each once, in order.

    live_subject  where the stream republishes them (with or without payload), or somebody tells of those that are worth
                  a read of their own, with `Nats-Sequence`: only wakes the reader; others come with a later one
    after         stream sequence of the last message that the caller has already dealt with; 0 = from the beginning
    Not for several threads at once. Keeps no state on the server: the position is the caller's to store.
    Raises  HistoryShortened, also later and from `read`, when the stream ends before the position
    """

    def __init__(
        self,
        bridge: Bridge,
        stream: str,
        subject: str,
        live_subject: str,
        after: int = 0,
    ) -> None:
        self._bridge, self._stream, self._subject = bridge, stream, subject
        self._position = after
        self._announced = after
        self._wake = threading.Event()
        self._wake.set()
        self._look_at = 0.0
        self._reconnected = threading.Event()
        self._reconnected.set()
        bridge.on_reconnect(self._on_reconnect)
        self._subscription: Subscription | None = bridge.run(self._listen(live_subject))

    @property
    def position(self) -> int:
        """Stream sequence of the last message that `read` returned, or `after`."""
        return self._position

    def read(self, timeout_s: float, limit: int = 1000) -> list[StoredMessage]:
        """The next up to `limit` (1..1000) messages; an empty list when none came within timeout_s.

        While the server is away it waits like for a message, and goes on within a second of its return.
        """
        deadline = time.monotonic() + timeout_s
        while self._subscription is not None:
            if self._wake.is_set() or time.monotonic() >= self._look_at:
                self._wake.clear()
                page = self._next_page(limit, deadline)
                self._look_at = time.monotonic() + (RETRY_S if page is None else LOOK_AGAIN_S)
                if page is not None and page.messages:
                    self._position = page.messages[-1].sequence
                    self._wake.set()  # there may be more, stored after the page was made
                    return page.messages
            left = min(deadline, self._look_at) - time.monotonic()
            if deadline <= time.monotonic():
                return []
            self._wake.wait(max(0.0, left))
        return []

    def close(self) -> None:
        """Stops listening and ends a `read` that waits in another thread; harmless when repeated."""
        subscription, self._subscription = self._subscription, None
        if subscription is None:
            return
        self._wake.set()
        self._bridge.forget(self._on_reconnect)
        try:
            self._bridge.run(subscription.unsubscribe())
        except NatsAdapterError:
            log.info("reader closed after its connection", extra={"stream": self._stream})

    def _next_page(self, limit: int, deadline: float) -> Page | None:
        """None when nobody answers."""
        try:
            self._check_history()
            page = self._page(limit, deadline)
            for _ in range(REPLICA_TRIES):  # the leader has announced what the replica that answered lacks
                if page.messages or self._announced <= self._position:
                    return page
                time.sleep(REPLICA_LAG_S)
                page = self._page(limit, deadline)
        except NoAnswer:
            log.warning("stream does not answer", extra={"stream": self._stream, "position": self._position})
            return None
        self._announced = self._position
        return page

    def _page(self, limit: int, deadline: float) -> Page:
        patience = min(max(deadline - time.monotonic(), LEAST_PATIENCE_S), self._bridge.timeout_s)
        asking = get_page(self._bridge.nc, self._stream, self._position + 1, limit, self._subject, timeout_s=patience)
        return self._bridge.run(asking)

    def _check_history(self) -> None:
        if not self._reconnected.is_set():
            return
        last = self._bridge.run(last_sequence(self._bridge.nc, self._stream))
        if last < self._position:
            raise HistoryShortened(
                f"stream {self._stream} ends at {last}, but {self._position} was already read from it: "
                "acknowledged messages are gone; restore the stream from a copy"
            )
        self._reconnected.clear()

    async def _listen(self, live_subject: str) -> Subscription:
        subscription = await self._bridge.nc.subscribe(live_subject, cb=self._on_live)
        await self._bridge.nc.flush()
        return subscription

    async def _on_live(self, message: Msg) -> None:
        self._announced = max(self._announced, int((message.headers or {}).get(SEQUENCE_HEADER, 0)))
        self._wake.set()

    def _on_reconnect(self) -> None:
        self._reconnected.set()
        self._wake.set()
