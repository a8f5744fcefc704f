"""Keeps a process from going on with a camera that may be another node's by now (docs/adr/0021).

Asked before a frame is shared, before evidence goes up and before the domain is told of it, and four times a second.
"""

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from infra.frames import FrameWriter, Pixels
from infra.tenure import Tenure

log = logging.getLogger(__name__)

LOST: Final = 3
LOOK_S: Final = 0.25


class Fence:
    """Of one camera's process.

    end   never returns: whatever other threads are about to do, they do not do it any more
    """

    def __init__(self, tenure: Tenure, end: Callable[[], None]) -> None:
        self._tenure, self._end = tenure, end

    def check(self) -> None:
        """Returns only while the camera is this node's."""
        if not self._tenure.holds():
            self._end()

    def await_tenure(self, stop: threading.Event) -> None:
        """At the start: until the camera is this node's, or `stop`. From then on the process looks all the time."""
        while not self._tenure.holds() and not stop.wait(LOOK_S):
            continue
        threading.Thread(target=self._look, args=(stop,), name="fence", daemon=True).start()

    def _look(self, stop: threading.Event) -> None:
        while not stop.wait(LOOK_S):
            self.check()


class FencedWriter(FrameWriter):
    """A FrameWriter that shares nothing of a camera that is not this node's."""

    def __init__(self, directory: Path, camera_id: str, slots: int, fence: Fence) -> None:
        super().__init__(directory, camera_id, slots)
        self._fence = fence

    def write(self, pixels: Pixels, frame: int, captured_at_us: int) -> None:
        self._fence.check()
        super().write(pixels, frame, captured_at_us)


def end_at_once() -> None:
    """Nothing is tidied up: that would be work for a camera that is another node's."""
    log.critical("another node may hold the camera: this process ends")
    logging.shutdown()
    os._exit(LOST)
