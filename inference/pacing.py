"""When a camera's frame is worth a run of the detector, and how the runs are shared when there are too few. Pure.

What a camera asks for is an interval since the last look at a place (`inference.looks`). Under overload one factor
stretches all intervals: every camera sees a little less often, none is left out, and the factor is told
(`kaska_detector_stretch`).
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

SECOND_US: Final = 1_000_000


class Reason(Enum):
    """Why the detector should look, with the seconds since its last look after which it is due."""

    CHANGED = ("changed", 0.2)
    APPEARED = ("appeared", 0.1)
    UNCERTAIN = ("uncertain", 0.1)
    EQUIPMENT = ("equipment", 0.5)
    MOVING = ("moving", 0.8)
    STANDING = ("standing", 1.5)
    QUIET = ("quiet", 3.0)

    def __init__(self, label: str, interval_s: float) -> None:
        self.label, self.interval_s = label, interval_s


CALM_S: Final = 1.6
"""Motion in which the detector finds nothing, such as leaves, is looked at ever more rarely, down to this interval."""

LONGEST_S: Final = 6.0
MUST: Final = 1000.0
"""However great the overload, no camera goes longer than LONGEST_S without a look at the whole frame: it then comes
before all others."""

JITTER_S: Final = 0.03
"""Frames come a little early or late: a run is not put off by a whole frame because of that."""


@dataclass(frozen=True, slots=True)
class Load:
    """What was seen in the last period.

    waited_s   how long cameras waited for a place in the detector when their run was due, on average over the runs
    lag_s      age of the frames when they were taken, the worst of nine in ten
    """

    waited_s: float
    lag_s: float


@dataclass(frozen=True, slots=True)
class _Waiting:
    urgency: float
    since_us: int
    seen_us: int


MOST_STRETCH: Final = 6.0
LONG_WAIT_S: Final = 0.15
SHORT_WAIT_S: Final = 0.05
LATE_S: Final = 0.3
EASY_S: Final = 0.15
MORE: Final = 1.1
LESS: Final = 0.97
STALE_US: Final = 500_000


class FairShare:
    """Grants the detector's free places: the most overdue cameras first, all intervals stretched alike."""

    def __init__(self) -> None:
        self.stretch = 1.0
        self._waiting: dict[str, _Waiting] = {}
        self._refused = self._granted = self._waited_us = 0

    def grant(self, camera: str, urgency: float, free: int, now_us: int) -> bool:
        """Whether this camera's frame gets one of the `free` places. Places are kept for those who waited longer."""
        waited = self._waiting.pop(camera, None)
        if urgency < self.stretch:
            return False
        since_us = now_us if waited is None else waited.since_us
        self._waiting = {each: at for each, at in self._waiting.items() if now_us - at.seen_us <= STALE_US}
        before = sum(each.urgency > urgency for each in self._waiting.values())
        if free > before:
            self._granted += 1
            self._waited_us += now_us - since_us
            return True
        self._refused += 1
        self._waiting[camera] = _Waiting(urgency, since_us, now_us)
        return False

    def taken(self) -> tuple[int, float]:
        """How often a due run was put off, and how long the granted ones had waited in seconds, since last asked."""
        answer = self._refused, self._waited_us / SECOND_US / max(1, self._granted)
        self._refused = self._granted = self._waited_us = 0
        return answer

    def adapt(self, load: Load) -> None:
        """Stretches the intervals while the load is too high, and gives back what can be given."""
        if load.waited_s > LONG_WAIT_S or load.lag_s > LATE_S:
            self.stretch = min(MOST_STRETCH, self.stretch * MORE)
        elif load.waited_s < SHORT_WAIT_S and load.lag_s < EASY_S:
            self.stretch = max(1.0, self.stretch * LESS)
