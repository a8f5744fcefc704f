"""The enrolled faces as the matcher holds them: in memory only, and no longer than their persons have a key."""

import logging
import time
from collections.abc import Callable
from typing import Final

from domain.contracts.codec import CodecError
from domain.contracts.detections import ModelRef
from inference.faces.matcher import FacesUnavailable
from infra.faces import EnrolledFaces, KnownFace
from infra.nats.errors import NatsAdapterError
from infra.persons.errors import PersonsError
from infra.persons.keys import Keys

log = logging.getLogger(__name__)

FRESH_S: Final = 10.0
"""So long an enrolment, or an erasure, may go unnoticed."""


class Gallery:
    """Of one pair of models, for one thread."""

    def __init__(self, keys: Keys, enrolled: EnrolledFaces, clock: Callable[[], float] = time.monotonic) -> None:
        self._keys, self._enrolled, self._clock = keys, enrolled, clock
        self._faces: list[KnownFace] = []
        self._read_at: float | None = None

    def faces(self, models: tuple[ModelRef, ...]) -> list[KnownFace]:
        """Raises FacesUnavailable: then nobody is known, rather than somebody who may have been erased."""
        now = self._clock()
        if self._read_at is None or now - self._read_at >= FRESH_S:
            self._faces, self._read_at = [], None
            try:
                self._faces = self._enrolled.known(self._keys, models)
            except (CodecError, PersonsError, NatsAdapterError, OSError) as error:
                raise FacesUnavailable(f"the enrolled faces cannot be read: {error}") from error
            self._read_at = now
        return self._faces
