"""Pauses between reconnections: doubled, jittered so that cameras behind one switch do not return in step."""

import random
from collections.abc import Callable


class Backoff:
    def __init__(self, first_s: float, most_s: float, jitter: Callable[[], float] = random.random) -> None:
        self._first_s, self._most_s, self._jitter = first_s, most_s, jitter
        self._next_s = first_s

    def pause_s(self) -> float:
        """The next pause: between half of and the whole of `first_s` doubled for each failure since `succeeded`."""
        whole = self._next_s
        self._next_s = min(self._most_s, whole * 2)
        return whole * (0.5 + self._jitter() / 2)

    def succeeded(self) -> None:
        self._next_s = self._first_s
