"""Until when a camera is this node's, as the keeper of its lease tells the processes that work for it (docs/adr/0021).

A time of the machine in a file beside the camera's frames. Processes look at it themselves before anything leaves them:
a keeper that stands still, or a process that stood still, cannot make them go on with a camera that another node has.
"""

import os
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

FORM: Final = struct.Struct("<d")


def steady() -> float:
    """Seconds since the machine's start, the same in all of its processes; goes on while they, or it, stand still."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def tenure_path(directory: Path, camera_id: str) -> Path:
    return directory / f"{camera_id}.tenure"


def grant(directory: Path, camera_id: str, until: float) -> None:
    """Says that the camera is this node's until that moment of `steady`; 0 is not any more. Raises OSError."""
    path = tenure_path(directory, camera_id)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(FORM.pack(until))
    fresh.replace(path)


class Tenure:
    """One camera's, as a process that works for it sees it. May be asked from any thread."""

    def __init__(self, directory: Path, camera_id: str, clock: Callable[[], float] = steady) -> None:
        self._path, self._clock = str(tenure_path(directory, camera_id)), clock
        self._is_limited = False

    def holds(self) -> bool:
        """Whether the camera is this node's at this moment; where nobody ever keeps leases it always is."""
        try:
            file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)  # asked for each frame: a tenth of what `Path` costs
        except FileNotFoundError:
            return not self._is_limited
        except OSError:
            return False
        try:
            told = os.read(file, FORM.size + 1)
        except OSError:
            return False
        finally:
            os.close(file)
        self._is_limited = True
        return len(told) == FORM.size and self._clock() < FORM.unpack(told)[0]
