"""From findings, picture by picture, to faults that begin and end. Pure.

A lorry before the camera is no fault, a sack over it is: what lasts HOLD_US is told, what is over for RECOVERY_US ends.
"""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from domain.contracts.detections import from_microseconds
from domain.contracts.identifiers import CameraId
from domain.contracts.observations import PictureQuality, QualityFault
from inference.quality.judge import Finding

HOLD_US: Final = 25_000_000
STILL_HOLD_US: Final = 40_000_000
RECOVERY_US: Final = 8_000_000
FORGIVEN_US: Final = 3_000_000
"""A good picture in between does not make a beginning fault undone; good ones for longer do."""

SILENCE_US: Final = 15_000_000
"""Nothing is known of what was between pictures further apart."""


@dataclass(slots=True)
class _Run:
    """Pictures with a fault, so far."""

    since_us: int
    findings: Counter[QualityFault]
    bad_us: int


@dataclass(frozen=True, slots=True)
class Course:
    """All that Episodes know between two pictures; findings of a fault that may be beginning, in their order."""

    going_on: PictureQuality | None
    since_us: int | None
    findings: tuple[tuple[QualityFault, int], ...]
    good_since_us: int | None
    last_us: int | None


class Episodes:
    """One camera's faults, one at a time. Pictures are to come in the order of their capture.

    hold_us   how long a fault lasts before it is told
    going on  what an earlier process told and did not end
    """

    def __init__(self, camera: CameraId, hold_us: int, going_on: PictureQuality | None = None) -> None:
        self.going_on = going_on
        self._camera, self._hold_us = camera, hold_us
        self._run: _Run | None = None
        self._good_since_us: int | None = None
        self._last_us: int | None = None

    @property
    def course(self) -> Course:
        run = self._run
        findings = () if run is None else tuple(run.findings.items())
        return Course(
            self.going_on, None if run is None else run.since_us, findings, self._good_since_us, self._last_us
        )

    def go_on(self, course: Course) -> None:
        """As the Episodes would that had this course."""
        self.going_on, self._good_since_us, self._last_us = course.going_on, course.good_since_us, course.last_us
        since_us = course.since_us
        self._run = None if since_us is None else _Run(since_us, Counter(dict(course.findings)), since_us)

    @property
    def is_suspected(self) -> bool:
        """Whether a fault goes on, or may be beginning: nothing that is seen now is usual."""
        return self.going_on is not None or self._run is not None

    def take(self, finding: Finding | None, at_us: int) -> PictureQuality | None:
        """The beginning or the end of a fault, if this picture (microseconds since 1970 UTC) is one."""
        if self._last_us is not None and not 0 <= at_us - self._last_us <= SILENCE_US:
            self._run, self._good_since_us = None, None
        self._last_us = at_us
        return self._good(at_us) if finding is None else self._bad(finding, at_us)

    def end(self, at_us: int) -> PictureQuality | None:
        """What is seen now counts as good; the end of the fault that went on, if there was one."""
        self._run, self._good_since_us = None, None
        if self.going_on is None:
            return None
        over = replace(self.going_on, until=max(self.going_on.noticed, from_microseconds(at_us)))
        self.going_on = None
        return over

    def _good(self, at_us: int) -> PictureQuality | None:
        if self._good_since_us is None:
            self._good_since_us = at_us
        good_us = at_us - self._good_since_us
        if self._run is not None and good_us > FORGIVEN_US:
            self._run = None
        if self.going_on is not None and good_us >= RECOVERY_US:
            return self.end(self._good_since_us)
        return None

    def _bad(self, finding: Finding, at_us: int) -> PictureQuality | None:
        self._good_since_us = None
        if self.going_on is not None:
            return None
        if self._run is None:
            self._run = _Run(at_us, Counter(), at_us)
        self._run.findings[finding.fault] += 1
        if at_us - self._run.since_us < self._hold_us:
            return None
        fault = self._run.findings.most_common(1)[0][0]
        since, noticed = from_microseconds(self._run.since_us), from_microseconds(at_us)
        self._run = None
        self.going_on = PictureQuality(self._camera, fault, since, noticed, finding.figures)
        return self.going_on
