"""Deletes rows that lead to a person when their time is over, as the server does with messages (docs/adr/0017)."""

import logging
import threading
from collections.abc import Callable
from typing import Final

import psycopg

from projections import faces, plates
from projections.database import connect
from projections.projection import Connection

PERIOD_S: Final = 10.0
FORGET: Final[tuple[Callable[[Connection], int], ...]] = (plates.forget, faces.forget)

log = logging.getLogger(__name__)


class Forgetter(threading.Thread):
    """Looks every few seconds; several processes may do it at once."""

    def __init__(self, dsn: str, stopping: threading.Event, period_s: float = PERIOD_S) -> None:
        super().__init__(name="forgetter", daemon=True)
        self._dsn, self._stopping, self._period_s = dsn, stopping, period_s

    def run(self) -> None:
        while not self._stopping.wait(self._period_s):
            try:
                with connect(self._dsn, "forgetting") as connection:
                    while not self._stopping.wait(self._period_s):
                        for forget in FORGET:
                            forget(connection)
            except psycopg.Error as error:
                log.warning("what is over is not forgotten", extra={"reason": str(error)})
