"""What the notary finds is told to the domain service, which serves no history that is not the one that was signed."""

import time
from collections.abc import Callable
from typing import Final

from infra.guarding import tell_guard
from infra.nats.bridge import Bridge

PROCESS: Final = "notary"
PERIOD_S: Final = 60.0
SOON_S: Final = 2.0
"""Until the next try when nobody has taken the word."""


class Telling:
    """That all is well is told now and then, because the domain service may have come later."""

    def __init__(self, bridge: Bridge, clock: Callable[[], float] = time.monotonic) -> None:
        self._bridge, self._clock, self._due = bridge, clock, clock()

    def whole(self) -> None:
        """The history is the one that was signed, as far as it was read."""
        if self._clock() >= self._due:
            self._due = self._clock() + (PERIOD_S if self._tell() else SOON_S)

    def broken(self, sentence: str) -> None:
        """Once, before the end of the process: its next start reads the history again, and then tells."""
        self._tell(sentence)

    def _tell(self, *findings: str) -> bool:
        return self._bridge.run(tell_guard(self._bridge.nc, PROCESS, findings))
