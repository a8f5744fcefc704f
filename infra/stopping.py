"""Told to end: the event that SIGTERM and Ctrl-C set."""

import signal
import threading
import time
from typing import Final

GLANCE_S: Final = 0.5


class StopEvent(threading.Event):
    """An event that a signal handler may set.

    The kernel may hand a signal to any thread (to another one while the main thread has one pending, of a child
    that ended, say). Python then only notes it, and its handler runs when the main thread next wakes: one that waits
    without end never does. So this one wakes now and then.
    """

    def wait(self, timeout: float | None = None) -> bool:
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            left = GLANCE_S if deadline is None else min(GLANCE_S, deadline - time.monotonic())
            if super().wait(max(0.0, left)):
                return True
            if deadline is not None and time.monotonic() >= deadline:
                return False


def stopping_on_signals() -> StopEvent:
    """Set at the first SIGTERM or SIGINT; called in the main thread."""
    stopping = StopEvent()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping
