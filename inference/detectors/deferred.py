"""A pending frame of a backend that cannot work in the background."""

from collections.abc import Callable

from inference.detections import Detections


class Deferred:
    """A Pending that does the work when it is asked for the result."""

    ready = True

    def __init__(self, work: Callable[[], Detections]) -> None:
        self._work = work

    def result(self) -> Detections:
        return self._work()
