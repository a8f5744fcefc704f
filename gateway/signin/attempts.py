"""Failed sign-ins are counted per login and address; too many lock for a while, longer each time (FAULTS G5)."""

import time
from collections.abc import Callable
from dataclasses import dataclass

FREE_TRIES = 5
FREE_TRIES_PER_ADDRESS = 20
FREE_TRIES_PER_LOGIN = 100
FIRST_LOCK_S = 30.0
LONGEST_LOCK_S = 900.0
FORGET_AFTER_S = 3600.0
_MOST_KEYS = 10_000

Key = tuple[str, str]


@dataclass(slots=True)
class _Count:
    failures: int = 0
    locked_until: float = 0.0
    last: float = 0.0


class Attempts:
    """Counts tries before the password is looked at, so that a burst of parallel tries counts as many.

    clock   seconds, monotonic
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: dict[Key, _Count] = {}

    def begin(self, login: str, address: str) -> float:
        """0 when a try may go on (it is then counted as failed until `succeeded`), else seconds to wait."""
        now = self._clock()
        self._forget(now)
        keys = _keys(login, address)
        wait = max((self._counts[k].locked_until - now for k in keys if k in self._counts), default=0.0)
        if wait > 0:
            return wait
        for key, free in keys.items():
            self._count(key, free, now)
        return 0.0

    def succeeded(self, login: str, address: str) -> None:
        """Takes the try back; only this login at this address starts afresh, the wider counts stay."""
        self._counts.pop((login, address), None)
        for key, free in _keys(login, address).items():
            if (count := self._counts.get(key)) is not None:
                count.failures -= 1
                if count.failures < free:
                    count.locked_until = 0.0

    def forget(self, login: str) -> None:
        """Nothing is remembered of a login that is gone."""
        for key in [key for key in self._counts if key[0] == login]:
            del self._counts[key]

    def _count(self, key: Key, free: int, now: float) -> None:
        count = self._counts.setdefault(key, _Count())
        count.failures += 1
        count.last = now
        if count.failures >= free:
            count.locked_until = now + min(FIRST_LOCK_S * 2.0 ** min(count.failures - free, 10), LONGEST_LOCK_S)

    def _forget(self, now: float) -> None:
        if len(self._counts) < _MOST_KEYS:
            stale = [k for k, c in self._counts.items() if now - c.last > FORGET_AFTER_S]
        else:
            by_age = sorted(self._counts, key=lambda k: self._counts[k].last)
            stale = by_age[: _MOST_KEYS // 2]
        for key in stale:
            del self._counts[key]


def _keys(login: str, address: str) -> dict[Key, int]:
    return {
        (login, address): FREE_TRIES,
        ("", address): FREE_TRIES_PER_ADDRESS,
        (login, ""): FREE_TRIES_PER_LOGIN,
    }
