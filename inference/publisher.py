"""Stores FrameAnalysed in DETECTIONS: in order, each once, whatever the server does."""

import logging
import threading
import time
from collections import deque
from typing import Final

from domain.contracts.detections import FrameAnalysed, encode
from domain.contracts.subjects import detections_subject
from inference.metrics import Metrics
from infra.nats.batch import MAX_BATCH, Outgoing, publish_batch, publish_each
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError

log = logging.getLogger(__name__)

RETRY_PAUSE_S: Final = 0.5
DRAIN_S: Final = 5.0
FEW: Final = 48
"""Up to so many messages go faster one by one than as an atomic batch (docs/adr/0005)."""


class Publisher:
    """A thread with a queue. A message that was taken in is never dropped while the process lives.

    batch_s   how long the first message of a batch waits for others
    limit     messages that may wait; `full` then tells the caller to take no more frames
    """

    def __init__(self, bridge: Bridge, metrics: Metrics, batch_s: float, limit: int) -> None:
        self._bridge, self._metrics = bridge, metrics
        self._batch_s, self._limit = batch_s, limit
        self._waiting: deque[Outgoing] = deque()
        self._news = threading.Condition()
        self._stop_at: float | None = None
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()

    @property
    def full(self) -> bool:
        return len(self._waiting) >= self._limit

    def put(self, frame: FrameAnalysed) -> None:
        """Takes a message in, also when full: detections are never dropped."""
        with self._metrics.encoding:
            message = to_message(frame)
        with self._news:
            self._waiting.append(message)
            self._news.notify()

    def close(self) -> int:
        """Publishes what waits, for up to DRAIN_S; returns how many messages could not be stored."""
        with self._news:
            self._stop_at = time.monotonic() + DRAIN_S
            self._news.notify()
        self._thread.join(DRAIN_S + 1.0)
        if self._waiting:
            log.error("detections not stored", extra={"messages": len(self._waiting)})
        return len(self._waiting)

    def _run(self) -> None:
        while batch := self._next_batch():
            if not self._published(batch):
                return
            for _ in batch:
                self._waiting.popleft()
            self._metrics.published.inc(len(batch))
            self._metrics.waiting.set(len(self._waiting))

    def _next_batch(self) -> list[Outgoing]:
        """Empty when the end has come. Messages stay in the queue until they are stored."""
        with self._news:
            self._news.wait_for(lambda: self._waiting or self._stop_at is not None)
            self._news.wait_for(lambda: len(self._waiting) >= MAX_BATCH or self._stop_at is not None, self._batch_s)
            return [self._waiting[i] for i in range(min(MAX_BATCH, len(self._waiting)))]

    def _published(self, batch: list[Outgoing]) -> bool:
        """Tries until the server has stored the batch; False when the process ends before that."""
        while True:
            try:
                publish = publish_each if len(batch) <= FEW else publish_batch
                self._bridge.run(publish(self._bridge.nc, batch))
            except NatsAdapterError as error:
                self._metrics.waiting.set(len(self._waiting))
                log.warning("detections wait", extra={"messages": len(self._waiting), "reason": str(error)})
            else:
                return True
            with self._news:
                left = RETRY_PAUSE_S if self._stop_at is None else self._stop_at - time.monotonic()
                if left <= 0:
                    return False
                self._news.wait(min(left, RETRY_PAUSE_S))


def to_message(frame: FrameAnalysed) -> Outgoing:
    """The stream drops a repeat by the message id: a camera captures one frame at one microsecond."""
    message_id = f"{frame.camera_id}:{frame.captured_at_us}"
    return Outgoing(detections_subject(frame.camera_id), encode(frame), {"Nats-Msg-Id": message_id})
