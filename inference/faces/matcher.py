"""The one place where a face gets a name: what every way of comparing faces offers (R85)."""

from dataclasses import dataclass
from typing import Protocol

from domain.contracts.detections import ModelRef
from domain.contracts.identifiers import UserId
from inference.errors import InferenceError
from infra.frames import Pixels


class FacesUnavailable(InferenceError):
    """Faces cannot be compared now: the service does not answer, or the enrolled faces cannot be read."""


@dataclass(frozen=True, slots=True)
class FaceMatch:
    """What a look at one face gave.

    person   None: none of those who are enrolled
    score    how alike it is to the nearest one, 0..1
    models   that the answer rests on
    """

    person: UserId | None
    score: float
    models: tuple[ModelRef, ...]


class FaceMatcher(Protocol):
    """Says whose face is in a picture. Used by one thread."""

    def match(self, crop: Pixels) -> FaceMatch | None:
        """The one face that is to be seen; None when there is none, or too small or blurred to tell.

        crop     (h, w, 3) uint8 BGR, the upper part of a person
        Raises   FacesUnavailable
        """
        ...

    def close(self) -> None: ...
