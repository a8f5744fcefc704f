"""Ends a process whose detector hangs, so that the supervisor starts it again (FAULTS C12). A thread of its own.

A hung call into a model cannot be interrupted from Python; what waits is stored first, then the process goes.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

TICK_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Progress:
    """steps     of the loop that were begun
    waits_on  number of the frame that has been in the detector for longest; None for none
    """

    steps: int
    waits_on: int | None


class Watchdog:
    """limit_s   without progress that is borne
    on_hang   told once, in the watchdog's thread, how many seconds that was

    Time in which this thread did not run either does not count: the machine slept, and nothing hangs.
    """

    def __init__(self, progress: Callable[[], Progress], limit_s: float, on_hang: Callable[[float], None]) -> None:
        self._progress, self._on_hang = progress, on_hang
        self._ticks = max(1, round(limit_s / TICK_S))
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def _run(self) -> None:
        last, same_step, same_frame = self._progress(), 0, 0
        while not self._stopping.wait(TICK_S):
            now = self._progress()
            same_step = same_step + 1 if now.steps == last.steps else 0
            same_frame = same_frame + 1 if now.waits_on is not None and now.waits_on == last.waits_on else 0
            last = now
            if max(same_step, same_frame) >= self._ticks:
                self._on_hang(max(same_step, same_frame) * TICK_S)
                return
