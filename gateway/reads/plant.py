"""Cameras, zones and rules from Postgres."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.database import Database, sql
from gateway.reads.rows import CameraRow, RuleRow, ZoneRow
from gateway.twins import twins


@dataclass(frozen=True, slots=True)
class _SourceRow:
    id: str
    source: str


async def cameras(database: Database) -> list[CameraRow]:
    """All cameras that are in use, by name."""
    return await database.rows(CameraRow, sql("cameras"))


async def twins_of(database: Database, camera_ids: Sequence[str]) -> dict[str, list[str]]:
    """Other cameras in use with the same address, of those that have any."""
    rows = await database.rows(_SourceRow, sql("camera_sources"))
    found = twins((row.id, row.source) for row in rows)
    return {camera: found[camera] for camera in camera_ids if camera in found}


async def zones_of(database: Database, camera_ids: Sequence[str]) -> list[ZoneRow]:
    return await database.rows(ZoneRow, sql("zones_by_camera"), {"ids": list(camera_ids)})


async def zones_by_id(database: Database, ids: Sequence[str]) -> list[ZoneRow]:
    return await database.rows(ZoneRow, sql("zones_by_id"), {"ids": list(ids)})


async def rules_of(database: Database, camera_ids: Sequence[str]) -> list[RuleRow]:
    return await database.rows(RuleRow, sql("rules_by_camera"), {"ids": list(camera_ids)})


async def rules_by_id(database: Database, ids: Sequence[str]) -> list[RuleRow]:
    return await database.rows(RuleRow, sql("rules_by_id"), {"ids": list(ids)})
