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
    MOVING = ("moving", 1.2)
    FAR = ("far", 1.0)
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
    until_us: int


MOST_STRETCH: Final = 6.0
LONG_WAIT_S: Final = 0.15
SHORT_WAIT_S: Final = 0.05
LATE_S: Final = 0.3
EASY_S: Final = 0.15
MORE: Final = 1.1
LESS: Final = 0.97
PATIENCE_US: Final = 90_000
"""A frame waits so long for a place, as no newer one of its camera comes sooner; then the next one asks."""


class FairShare:
    """Who gets the detector's free places: the most overdue camera first, all intervals stretched alike.

    No place is kept free for anybody: a frame that is due waits, and takes the next one.
    """

    def __init__(self) -> None:
        self.stretch = 1.0
        self._waiting: dict[str, _Waiting] = {}
        self._due_since_us: dict[str, int] = {}
        self._refused = self._granted = self._waited_us = 0

    def ask(self, camera: str, urgency: float, now_us: int) -> bool:
        """Whether this camera's new frame is due; it then waits for a place."""
        if urgency < self.stretch:
            self._due_since_us.pop(camera, None)
            return False
        self._due_since_us.setdefault(camera, now_us)
        self._waiting[camera] = _Waiting(urgency, now_us + PATIENCE_US)
        return True

    def grant(self, now_us: int) -> str | None:
        """The waiting camera whose frame gets the place that is free; None when none waits."""
        if not self._waiting:
            return None
        camera = max(self._waiting, key=lambda each: self._waiting[each].urgency)
        del self._waiting[camera]
        self._granted += 1
        self._waited_us += now_us - self._due_since_us.pop(camera)
        return camera

    def give_up(self, now_us: int) -> list[str]:
        """Cameras whose frames have waited long enough: their next ones will ask."""
        tired = [camera for camera, waiting in self._waiting.items() if waiting.until_us <= now_us]
        for camera in tired:
            del self._waiting[camera]
        self._refused += len(tired)
        return tired

    def forget(self, camera: str) -> None:
        """The camera is gone."""
        self._waiting.pop(camera, None)
        self._due_since_us.pop(camera, None)

    def taken(self) -> tuple[int, float]:
        """How many due frames were given up, and how long the granted ones had waited in seconds, since last asked."""
        answer = self._refused, self._waited_us / SECOND_US / max(1, self._granted)
        self._refused = self._granted = self._waited_us = 0
        return answer

    def adapt(self, load: Load) -> None:
        """Stretches the intervals while the load is too high, and gives back what can be given."""
        if load.waited_s > LONG_WAIT_S or load.lag_s > LATE_S:
            self.stretch = min(MOST_STRETCH, self.stretch * MORE)
        elif load.waited_s < SHORT_WAIT_S and load.lag_s < EASY_S:
            self.stretch = max(1.0, self.stretch * LESS)
