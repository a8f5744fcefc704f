"""Faces of recordings: each look is compared before the next picture comes, so that a repeat says the same."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry

from domain.contracts.observations import FaceMatched
from inference.faces.comparing import Comparing
from inference.faces.matcher import FaceMatcher
from inference.faces.stage import Look


class FacesAtOnce:
    """Looks in the caller's thread: none is dropped.

    tell   is given each fact
    keep   for how long from now on: what is old when it is looked at would else be gone before anybody reads it
    """

    def __init__(
        self,
        matcher: FaceMatcher,
        tell: Callable[[FaceMatched], None],
        registry: CollectorRegistry,
        keep: timedelta,
    ) -> None:
        self._matcher, self._tell, self._keep = matcher, tell, keep
        self._comparing = Comparing(registry)

    def wants(self, camera: str, track_id: int) -> bool:
        """As in the Looks protocol."""
        return self._comparing.wants(camera, track_id)

    def offer(self, look: Look) -> None:
        """As in the Looks protocol, but for the waiting."""
        fact = self._comparing.compare(self._matcher, look)
        if fact is not None:
            self._tell(replace(fact, keep_until=datetime.now(UTC) + self._keep))

    def close(self) -> None:
        self._matcher.close()
