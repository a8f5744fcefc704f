"""The thread that compares faces: detection never waits for it, and its trouble is nobody else's."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram

from domain.contracts.observations import FaceMatched
from inference.errors import InferenceError
from inference.faces.matcher import FaceMatcher, FacesUnavailable
from inference.faces.sightings import Sightings
from inference.faces.stage import Look
from infra.nats.errors import NatsAdapterError

log = logging.getLogger(__name__)

MOST_WAITING: Final = 8
MOST_UNTOLD: Final = 1000
RETRY_S: Final = 1.0
REOPEN_S: Final = 60.0
TIMES: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 3.0)


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
        self._results = Counter("kaska_face_looks", "faces compared, by what came of it", ["result"], registry=registry)
        self._dropped = Counter("kaska_face_looks_dropped", "looks there was no time for", registry=registry)
        self._seconds = Histogram("kaska_face_seconds", "time of one comparison", buckets=TIMES, registry=registry)
        self._sightings = sightings or Sightings()
        self._waiting: deque[Look] = deque()
        self._untold: deque[FaceMatched] = deque(maxlen=MOST_UNTOLD)
        self._news = threading.Condition()
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="faces", daemon=True)
        self._thread.start()

    def wants(self, camera: str, track_id: int) -> bool:
        """As in the Looks protocol."""
        return not self._sightings.is_settled(camera, track_id)

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
            if look is not None:
                self._compare(matcher, look)
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

    def _compare(self, matcher: FaceMatcher, look: Look) -> None:
        started_at = time.perf_counter()
        try:
            match = matcher.match(look.crop)
        except FacesUnavailable as error:
            self._results.labels("failed").inc()
            log.warning("a face was not compared", extra={"camera": look.camera, "reason": str(error)})
            return
        except Exception:  # one odd picture must not end the comparing of all others
            self._results.labels("failed").inc()
            log.exception("a face was not compared", extra={"camera": look.camera})
            return
        self._seconds.observe(time.perf_counter() - started_at)
        if match is None:
            self._results.labels("no_face").inc()
            return
        self._results.labels("nobody" if match.person is None else "known").inc()
        fact = self._sightings.add(look.camera, look.track_id, look.captured_at_us, match)
        if fact is not None:
            self._untold.append(fact)

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
