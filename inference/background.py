"""The detector's threads take what the others leave: a thread inherits how nice the thread is that made it.

Under overload a detector that runs less often is told and shared fairly (`inference.pacing`); a decoder or a rule that
comes too late is not.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")

NICE: Final = 10


def made_in_background(make: Callable[[], T]) -> T:
    """What `make` gives; threads that it starts give way to those of other work. Raises what `make` raises."""

    def work() -> T:
        if hasattr(os, "setpriority"):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        return make()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()
