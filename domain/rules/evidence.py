"""Evidence: hits of one rule on one track over time, and when they are enough (R47, R48, R55, R70).

An *episode* starts with a hit and ends when there was none for `gap_s`. Its score is the mean over the samples of the
last `window_s`, kept in buckets of a second, so that memory does not grow with the frame rate and one bad frame weighs
what it should. Everything is a function of capture times, never of the wall clock or of a number of frames.

`Evidence` is an episode as a value, for checkpoints; `Episode` is the same while it is worked on. Sums are kept, not
taken again for each sample, and always added from the oldest second to the newest: equal evidence gives equal bits.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

MIN_HITS: Final = 3
"""Never an incident from one frame (R47)."""

MIN_SHARE: Final = 0.5
"""At least half of the samples in the window must be hits."""

ALONE_SHARE: Final = 0.9
"""Of a machine that is said to run alone: who is beside it for more of the window is no passer-by (R58)."""

SCORE_STEP: Final = 0.05
"""A raise of the score is reported when it is at least this much."""

DIGITS: Final = 4
ROUNDING: Final = 10.0**-DIGITS
"""A score is rounded, so that it reads the same everywhere, and changes by less than this."""

SECOND_US: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Bucket:
    """Samples of one second of capture time."""

    second: int
    samples: int
    hits: int
    score_sum: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """One episode. Times in microseconds; detections_* are sequences in DETECTIONS."""

    first_us: int
    last_us: int
    detections_from: int
    detections_to: int
    buckets: tuple[Bucket, ...]
    incident: UUID | None = None
    reported_score: float = 0.0


_Sums = tuple[int, int, int, float]
"""A bucket while it is worked on: second, samples, hits, score_sum."""


class Episode:
    """One episode that goes on. Not thread-safe."""

    __slots__ = (
        "_full",
        "_hits",
        "_older_hits",
        "_older_samples",
        "_older_sum",
        "_samples",
        "_second",
        "_since",
        "_sum",
        "detections_from",
        "detections_to",
        "first_us",
        "incident",
        "last_us",
        "reported_score",
    )

    def __init__(self, at_us: int, sequence: int, score: float) -> None:
        """A new episode from its first hit."""
        self.first_us = self.last_us = at_us
        self.detections_from = self.detections_to = sequence
        self.incident: UUID | None = None
        self.reported_score = 0.0
        self._full: list[_Sums] = []
        self._older_samples, self._older_hits, self._older_sum = 0, 0, 0.0
        self._since = self._second = at_us // SECOND_US
        self._samples, self._hits, self._sum = 1, 1, score

    @classmethod
    def of(cls, evidence: Evidence) -> "Episode":
        """The episode that goes on where the evidence was taken."""
        *full, newest = ((b.second, b.samples, b.hits, b.score_sum) for b in evidence.buckets)
        episode = cls(evidence.first_us, evidence.detections_from, 0.0)
        episode.last_us, episode.detections_to = evidence.last_us, evidence.detections_to
        episode.incident, episode.reported_score = evidence.incident, evidence.reported_score
        episode._second, episode._samples, episode._hits, episode._sum = newest
        episode._keep(full)
        return episode

    def evidence(self) -> Evidence:
        """The episode as a value."""
        buckets = [*self._full, (self._second, self._samples, self._hits, self._sum)]
        return Evidence(
            self.first_us,
            self.last_us,
            self.detections_from,
            self.detections_to,
            tuple(Bucket(*bucket) for bucket in buckets),
            self.incident,
            self.reported_score,
        )

    @property
    def score(self) -> float:
        """The mean over all samples in the window, 0..1, rounded."""
        return round((self._older_sum + self._sum) / (self._older_samples + self._samples), DIGITS)

    def add(self, at_us: int, sequence: int, score: float, window_s: float) -> None:
        """One more sample; score 0.0 says that the rule was not broken in this frame."""
        second = at_us // SECOND_US
        if second != self._second:
            self._turn(second)
        if self._since <= second - window_s:
            self._keep([bucket for bucket in self._full if bucket[0] > second - window_s])
        self._samples += 1
        self._sum += score
        if score > 0.0:
            self._hits += 1
            self.last_us, self.detections_to = at_us, sequence

    def is_enough(self, dwell_s: float, share: float = MIN_SHARE) -> bool:
        """Whether the hits lasted and agree enough for an incident."""
        hits = self._older_hits + self._hits
        lasted = self.last_us - self.first_us >= dwell_s * SECOND_US
        return lasted and hits >= MIN_HITS and hits >= share * (self._older_samples + self._samples)

    def is_refuted(self) -> bool:
        """Whether enough samples in the window say "not broken", whatever the others say: at a gate, a protective item
        that was shown is there, also when it was not seen in most frames."""
        misses = self._older_samples - self._older_hits + self._samples - self._hits
        return misses >= MIN_HITS

    def has_grown(self) -> bool:
        """Whether the score rose by a step since it was last reported."""
        mean = (self._older_sum + self._sum) / (self._older_samples + self._samples)
        step_at = self.reported_score + SCORE_STEP
        return mean > step_at - ROUNDING and round(mean, DIGITS) >= step_at

    def _turn(self, second: int) -> None:
        """The newest bucket is full: another second begins."""
        self._full.append((self._second, self._samples, self._hits, self._sum))
        self._older_samples += self._samples
        self._older_hits += self._hits
        self._older_sum += self._sum
        self._second, self._samples, self._hits, self._sum = second, 0, 0, 0.0

    def _keep(self, full: list[_Sums]) -> None:
        self._full = full
        self._since = full[0][0] if full else self._second
        self._older_samples, self._older_hits, self._older_sum = 0, 0, 0.0
        for _, samples, hits, score_sum in full:
            self._older_samples += samples
            self._older_hits += hits
            self._older_sum += score_sum
