"""A scene told second by second to a watch, and what it answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from domain.contracts.identifiers import TrackId
from inference.objects.structure import WHOLE, picture
from inference.objects.watch import Watch
from tests.inference.objects.hall import HEIGHT, WIDTH, Box, Hall, Thing

BEGINS_S = 1_767_225_600

Pixels = NDArray[np.uint8]
EVERYWHERE: NDArray[np.bool_] = np.ones((HEIGHT, WIDTH), np.bool_)


@dataclass
class Told:
    """found, gone   by track, the second of it; seen: the seconds in which each could be seen"""

    found: dict[TrackId, int] = field(default_factory=dict)
    gone: dict[TrackId, int] = field(default_factory=dict)
    seen: dict[TrackId, list[int]] = field(default_factory=dict)
    boxes: dict[TrackId, Box] = field(default_factory=dict)
    scores: dict[TrackId, float] = field(default_factory=dict)


def tell(
    watch: Watch,
    picture_at: Callable[[int], Pixels],
    since: int,
    until: int,
    *,
    people_at: Callable[[int], Mapping[int, Box]] = lambda _: {},
    zones: NDArray[np.bool_] = EVERYWHERE,
) -> Told:
    """One look a second; until excluded."""
    told = Told()
    for at in range(since, until):
        now = picture(picture_at(at))
        seen, gone = watch.look(now, WHOLE, zones, dict(people_at(at)), (BEGINS_S + at) * 1_000_000)
        for thing in seen:
            told.found.setdefault(thing.track_id, at)
            told.seen.setdefault(thing.track_id, []).append(at)
            told.boxes[thing.track_id], told.scores[thing.track_id] = thing.area, thing.score
        for thing in gone:
            told.gone[thing.track_id] = at
    return told


def with_things(hall: Hall, *things: Thing, since: int, until: int = 10_000) -> Callable[[int], Pixels]:
    """The things stand there from one second to another."""
    return lambda at: hall.picture(*(things if since <= at < until else ()))


def overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    both = max(0, across) * max(0, down)
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)
