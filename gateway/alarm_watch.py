"""Measures the share of false alarms of every camera, and says in the log when it begins to rise (R148, R184)."""

import asyncio
import logging
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from gateway.database import Database
from gateway.errors import DatabaseBusy
from gateway.measures import Measures
from gateway.reads import quality

log = logging.getLogger(__name__)

PERIOD_S: Final = 60.0


class AlarmWatch:
    """tz   of the plant: days are by its clocks"""

    def __init__(self, database: Database, measures: Measures, tz: str) -> None:
        self._database, self._measures, self._tz = database, measures, ZoneInfo(tz)
        self._rising: frozenset[str] = frozenset()

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self.look()
            except DatabaseBusy as error:
                log.warning("false alarms not counted", extra={"reason": str(error)})
            await asyncio.sleep(PERIOD_S)

    async def look(self) -> None:
        """Raises DatabaseBusy."""
        found = await quality.false_alarms(self._database, datetime.now(self._tz).date())
        self._measures.false_alarm_share.clear()
        self._measures.false_alarms_rising.clear()
        for camera, each in found.items():
            self._measures.false_alarms_rising.labels(camera).set(int(each.rising))
            if each.share is not None:
                self._measures.false_alarm_share.labels(camera).set(each.share)
        rising = frozenset(camera for camera, each in found.items() if each.rising)
        for camera in sorted(rising - self._rising):
            log.warning(
                "false alarms of a camera rise",
                extra={"camera": camera, "share": found[camera].share, "before": found[camera].past_share},
            )
        self._rising = rising
