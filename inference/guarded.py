"""Runs the loop until it is told to stop, or until its detector hangs or fails: then the process has to go.

What was found so far is stored, and the coverage book says since when and why nothing was looked at (FAULTS C12, C13).
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Final

from inference.book import CoverageBook
from inference.errors import DetectorFailed
from inference.service import InferenceLoop
from inference.watchdog import Watchdog

log = logging.getLogger(__name__)

HUNG: Final = 3
"""Exit code of a process that its watchdog ended."""


def run_guarded(
    loop: InferenceLoop,
    stopping: threading.Event,
    *,
    book: CoverageBook,
    hang_s: float,
    store: Callable[[], None],
    leave: Callable[[int], None] = os._exit,
) -> bool:
    """False when the detector gave an error; the caller then ends the process in order.

    hang_s   without progress that is borne; then, in another thread, `store` is called and `leave` ends the process
    """

    def hangs(stuck_s: float) -> None:
        log.critical("the detector hangs: inference ends and is started again", extra={"hung_s": stuck_s})
        book.stalled(_now_us() - round(stuck_s * 1e6))
        store()
        leave(HUNG)

    watchdog = Watchdog(lambda: loop.progress, hang_s, hangs)
    watchdog.start()
    try:
        while not stopping.is_set():
            loop.step()
        watchdog.stop()
        loop.drain()
    except DetectorFailed as error:
        book.stalled(_now_us())
        log.critical("the detector failed: inference ends and is started again", extra={"reason": str(error)})
        return False
    finally:
        watchdog.stop()
    return True


def _now_us() -> int:
    return time.time_ns() // 1000
