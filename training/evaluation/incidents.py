"""Incidents against what perfect perception would have opened: the same rules over the ground truth (R170, R177)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from trackers.eval import box_iou

from training.evaluation.dataset import Boxes

OVERLAP: Final = 0.5
SLACK_US: Final = 2_000_000
"""Evidence of the same episode may begin and end so much apart."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Times are microseconds since 1970 UTC."""

    rule: str
    track: int
    first_seen_us: int
    opened_us: int
    last_seen_us: int

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Incident":
        """From an object that `domain.replay.offline` wrote."""
        times = (int(plain[name]) for name in ("first_seen_us", "opened_us", "last_seen_us"))
        return cls(str(plain["rule"]), int(plain["track"]), *times)


@dataclass(frozen=True, slots=True)
class IncidentScores:
    """How well the incidents agree.

    expected, found  counts
    matched          expected ones that were found
    duplicates       further incidents for one that was found already
    false            incidents for nothing
    detect_s         seconds from the first moment of each matched one (as labelled) to its opening
    """

    expected: int
    found: int
    matched: int
    duplicates: int
    false: int
    detect_s: tuple[float, ...]

    @property
    def recall(self) -> float:
        return self.matched / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        return 1.0 - self.false / self.found if self.found else 1.0


@dataclass(frozen=True, slots=True)
class Matching:
    """Which of the incidents are right.

    taken       position in `expected` -> when it was opened
    duplicates  further incidents for one that was found already
    false       incidents for nothing
    missed      labelled ones that nobody found
    """

    taken: Mapping[int, int]
    duplicates: tuple[Incident, ...]
    false: tuple[Incident, ...]
    missed: tuple[Incident, ...]


def matching(
    found: Sequence[Incident], tracks: Boxes, expected: Sequence[Incident], truth: Boxes, clock: "Clock"
) -> Matching:
    """Matches each incident with the earliest labelled one of the same rule, time and object.

    tracks, truth   where the objects of `found` and `expected` were, by their ids
    """
    taken: dict[int, int] = {}
    duplicates, false = list[Incident](), list[Incident]()
    for incident in sorted(found, key=lambda each: each.opened_us):
        same = [n for n, one in enumerate(expected) if _is_same(incident, tracks, one, truth, clock)]
        fresh = [n for n in same if n not in taken]
        if fresh:
            taken[fresh[0]] = incident.opened_us
        else:
            (duplicates if same else false).append(incident)
    missed = tuple(one for n, one in enumerate(expected) if n not in taken)
    return Matching(taken, tuple(duplicates), tuple(false), missed)


def incident_scores(
    found: Sequence[Incident], tracks: Boxes, expected: Sequence[Incident], truth: Boxes, clock: "Clock"
) -> IncidentScores:
    """See `matching`."""
    matched = matching(found, tracks, expected, truth, clock)
    return scores_of(matched, len(found), expected)


def scores_of(matched: Matching, found: int, expected: Sequence[Incident]) -> IncidentScores:
    """found   how many incidents there were"""
    delays = tuple(max(0, at - expected[n].first_seen_us) / 1e6 for n, at in sorted(matched.taken.items()))
    return IncidentScores(len(expected), found, len(matched.taken), len(matched.duplicates), len(matched.false), delays)


@dataclass(frozen=True, slots=True)
class Clock:
    """Which frame of a recording was captured when."""

    start_us: int
    fps: float

    def at_us(self, frame: int) -> int:
        return self.start_us + round(frame * 1_000_000 / self.fps)

    def frame(self, at_us: int) -> int:
        return round((at_us - self.start_us) * self.fps / 1_000_000)


def _is_same(found: Incident, tracks: Boxes, expected: Incident, truth: Boxes, clock: Clock) -> bool:
    first = max(found.first_seen_us, expected.first_seen_us) - SLACK_US
    last = min(found.last_seen_us, expected.last_seen_us) + SLACK_US
    if found.rule != expected.rule or first > last:
        return False
    span = clock.frame(first), clock.frame(last)
    ours = tracks.pick(tracks.ids == found.track).within(*span)
    theirs = truth.pick(truth.ids == expected.track).within(*span)
    _, mine, labelled = np.intersect1d(ours.frames, theirs.frames, return_indices=True)
    if not len(mine):
        return False
    overlaps = box_iou(ours.corners[mine], theirs.corners[labelled], box_format="xyxy").diagonal()
    return bool((overlaps >= OVERLAP).any())
