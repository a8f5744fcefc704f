"""One training from labelled pictures to a classifier, with its figures: for the command and for the console's desk."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inference.machines.classifier import dumped
from inference.machines.pictures import Picture, require_enough
from inference.machines.states import Aspect
from inference.machines.tally import Tally, as_plain
from inference.machines.training import trained
from inference.machines.validation import parts, validated

Told = Callable[[int, int], None]
"""Which part is done, of how many."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """data: the classifier's file; tallies: how pictures were told that were held out."""

    data: bytes
    digest: str
    about: Mapping[str, Any]
    tallies: Mapping[Aspect, Tally]
    seconds: float


def lesson(pictures: Sequence[Picture], told: Told = lambda done, of: None) -> Lesson:
    """Raises ExamplesRefused."""
    require_enough(pictures)
    started = time.monotonic()
    of, done = parts(pictures) + 1, 0  # the classifier itself is the last part

    def next_part() -> None:
        nonlocal done
        done += 1
        told(done, of)

    tallies = validated(pictures, next_part)
    about = {"pictures": len(pictures), "aspects": as_plain(tallies)}
    data = dumped(trained(pictures, about))
    next_part()
    return Lesson(data, hashlib.sha256(data).hexdigest(), about, tallies, time.monotonic() - started)
