"""One look at a face compared, counted and timed; what several looks settle becomes a fact. Used by one thread."""

import logging
import time
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram

from domain.contracts.observations import FaceMatched
from inference.faces.matcher import FaceMatcher, FacesUnavailable
from inference.faces.sightings import Sightings
from inference.faces.stage import Look

log = logging.getLogger(__name__)

TIMES: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 3.0)


class Comparing:
    """sightings   what was seen of each track's face so far"""

    def __init__(self, registry: CollectorRegistry, sightings: Sightings | None = None) -> None:
        self._results = Counter("kaska_face_looks", "faces compared, by what came of it", ["result"], registry=registry)
        self._seconds = Histogram("kaska_face_seconds", "time of one comparison", buckets=TIMES, registry=registry)
        self._sightings = sightings or Sightings()

    def wants(self, camera: str, track_id: int) -> bool:
        """As in the Looks protocol."""
        return not self._sightings.is_settled(camera, track_id)

    def compare(self, matcher: FaceMatcher, look: Look) -> FaceMatched | None:
        """The fact that the look settles; None when it settles none, or cannot be compared."""
        started_at = time.perf_counter()
        try:
            match = matcher.match(look.crop)
        except FacesUnavailable as error:
            self._results.labels("failed").inc()
            log.warning("a face was not compared", extra={"camera": look.camera, "reason": str(error)})
            return None
        except Exception:  # one odd picture must not end the comparing of all others
            self._results.labels("failed").inc()
            log.exception("a face was not compared", extra={"camera": look.camera})
            return None
        self._seconds.observe(time.perf_counter() - started_at)
        if match is None:
            self._results.labels("no_face").inc()
            return None
        self._results.labels("nobody" if match.person is None else "known").inc()
        return self._sightings.add(look.camera, look.track_id, look.captured_at_us, match)
