"""A bounded number of encoders on this machine, whichever camera's process runs them: one locked file for each."""

import fcntl
import os
from pathlib import Path


class EncoderSlots:
    """The lock goes with the process, so that a crash frees its places."""

    def __init__(self, directory: Path, most: int) -> None:
        self._directory, self._most = directory, most

    def take(self) -> "EncoderSlot | None":
        """None while all are taken."""
        self._directory.mkdir(parents=True, exist_ok=True)
        for number in range(self._most):
            descriptor = os.open(self._directory / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
            else:
                return EncoderSlot(descriptor)
        return None


class EncoderSlot:
    """One place among the encoders, until `free`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def free(self) -> None:
        os.close(self._descriptor)
