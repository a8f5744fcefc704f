"""A few threads that take work from a queue and never hold up the end of the process."""

import logging
import os
import queue
import threading
from collections.abc import Callable
from typing import Final

log = logging.getLogger(__name__)

Work = Callable[[], None]

NICE: Final = 12
"""After the detector: what an incident's photo costs at once must not hold up the next one. The packet ring waits."""


class Workers:
    """Unlike those of `concurrent.futures` its threads do not have to finish before the interpreter may end."""

    def __init__(self, name: str, threads: int) -> None:
        self._queue: queue.SimpleQueue[Work] = queue.SimpleQueue()
        for n in range(threads):
            threading.Thread(target=self._run, name=f"{name}-{n}", daemon=True).start()

    def submit(self, work: Work) -> None:
        self._queue.put(work)

    def _run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        while True:
            work = self._queue.get()
            try:
                work()
            except Exception:
                log.exception("work failed")
