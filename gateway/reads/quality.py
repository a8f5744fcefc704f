"""What is wrong with cameras' pictures, and how often their alarms are false, from Postgres."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gateway.database import Database, sql
from gateway.false_alarms import PAST, FalseAlarms, JudgedDay, judged


@dataclass(frozen=True, slots=True)
class FaultRow:
    """read_model.picture_fault; ended_at None: it goes on."""

    camera_id: str
    fault: str
    begun_at: datetime
    noticed_at: datetime
    ended_at: datetime | None
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _JudgedRow:
    camera_id: str
    day: date
    false_alarms: int
    judged: int


async def going_on(database: Database, camera_ids: Sequence[str]) -> list[FaultRow]:
    return await database.rows(FaultRow, sql("picture_faults_going_on"), {"ids": list(camera_ids)})


async def within(database: Database, camera_id: str, since: datetime, until: datetime) -> list[FaultRow]:
    params = {"camera": camera_id, "since": since, "until": until}
    return await database.rows(FaultRow, sql("picture_faults_within"), params)


async def false_alarms(
    database: Database, today: date, camera_ids: Sequence[str] | None = None
) -> dict[str, FalseAlarms]:
    """By camera, for those of which people judged anything lately; None: all cameras."""
    ids = None if camera_ids is None else list(camera_ids)
    params = {"since": today - PAST, "until": today, "ids": ids}
    days: defaultdict[str, list[JudgedDay]] = defaultdict(list)
    for row in await database.rows(_JudgedRow, sql("judged_by_day"), params):
        days[row.camera_id].append(JudgedDay(row.day, row.false_alarms, row.judged))
    return {camera: judged(of_camera, today) for camera, of_camera in days.items()}
