"""The thread that compares faces: detection never waits for it, and its trouble is nobody else's."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter

from domain.contracts.observations import FaceMatched
from inference.errors import InferenceError
from inference.faces.comparing import Comparing
from inference.faces.matcher import FaceMatcher
from inference.faces.sightings import Sightings
from inference.faces.stage import Look
from infra.nats.errors import NatsAdapterError

log = logging.getLogger(__name__)

MOST_WAITING: Final = 8
MOST_UNTOLD: Final = 1000
RETRY_S: Final = 1.0
REOPEN_S: Final = 60.0


class FaceWorker:
    """Takes looks, publishes what they settle.

    open_matcher   called in the thread; may take long (weights are fetched) and is tried again when it fails
    publish        stores facts. Raises NatsAdapterError
    """

    def __init__(
        self,
        open_matcher: Callable[[], FaceMatcher],
        publish: Callable[[list[FaceMatched]], None],
        registry: CollectorRegistry,
        sightings: Sightings | None = None,
    ) -> None:
        self._open_matcher, self._publish = open_matcher, publish
        self._comparing = Comparing(registry, sightings)
        self._dropped = Counter("kaska_face_looks_dropped", "looks there was no time for", registry=registry)
        self._waiting: deque[Look] = deque()
        self._untold: deque[FaceMatched] = deque(maxlen=MOST_UNTOLD)
        self._news = threading.Condition()
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="faces", daemon=True)
        self._thread.start()

    def wants(self, camera: str, track_id: int) -> bool:
        """As in the Looks protocol."""
        return self._comparing.wants(camera, track_id)

    def offer(self, look: Look) -> None:
        """As in the Looks protocol."""
        with self._news:
            if len(self._waiting) >= MOST_WAITING:
                self._waiting.popleft()
                self._dropped.inc()
            self._waiting.append(look)
            self._news.notify()

    def close(self, timeout_s: float = 5.0) -> None:
        """Looks that wait are given up; facts that are not told yet are tried once more."""
        with self._news:
            self._is_stopping = True
            self._news.notify()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        matcher = self._opened()
        if matcher is None:
            return
        while (look := self._next()) is not None or not self._is_stopping:
            fact = None if look is None else self._comparing.compare(matcher, look)
            if fact is not None:
                self._untold.append(fact)
            self._tell()
        self._tell()
        matcher.close()

    def _opened(self) -> FaceMatcher | None:
        """None when the process ends first."""
        while not self._is_stopping:
            try:
                return self._open_matcher()
            except (InferenceError, NatsAdapterError, OSError) as error:
                log.warning("faces cannot be compared", extra={"reason": str(error), "again_in_s": REOPEN_S})
            with self._news:
                self._news.wait_for(lambda: self._is_stopping, REOPEN_S)
        return None

    def _next(self) -> Look | None:
        """The oldest look; None when facts wait to be told, or the end has come."""
        with self._news:
            wait_s = RETRY_S if self._untold else None
            self._news.wait_for(lambda: self._waiting or self._is_stopping, wait_s)
            return self._waiting.popleft() if self._waiting and not self._is_stopping else None

    def _tell(self) -> None:
        if not self._untold:
            return
        told = list(self._untold)
        try:
            self._publish(told)
        except NatsAdapterError as error:
            log.warning("known faces wait", extra={"facts": len(told), "reason": str(error)})
            return
        for _ in told:
            self._untold.popleft()
