"""What work costs: the processor time of the thread that does it, added to a counter. Cheap enough per frame."""

import time
from types import TracebackType

from prometheus_client import Counter


class Charge:
    """`with charge:` around the work. For one thread; not within itself."""

    __slots__ = ("_counter", "_started_s")

    def __init__(self, counter: Counter) -> None:
        self._counter, self._started_s = counter, 0.0

    def __enter__(self) -> None:
        self._started_s = time.thread_time()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._counter.inc(time.thread_time() - self._started_s)
