"""A circuit breaker: whoever fails again and again is left alone for a while, longer each time."""

from typing import Final

FAILURES: Final = 3
FIRST_S: Final = 5.0
LONGEST_S: Final = 300.0


class Breaker:
    """Closed after a success. Times are seconds of any steady clock."""

    def __init__(self) -> None:
        self._failures = 0
        self._pause_s = FIRST_S
        self._until = 0.0

    def is_open(self, now: float) -> bool:
        """Whether to leave it alone; after the pause one attempt is let through."""
        return now < self._until

    def succeeded(self) -> None:
        self._failures, self._pause_s, self._until = 0, FIRST_S, 0.0

    def failed(self, now: float) -> None:
        self._failures += 1
        if self._failures >= FAILURES:
            self._until = now + self._pause_s
            self._pause_s = min(LONGEST_S, 2 * self._pause_s)
