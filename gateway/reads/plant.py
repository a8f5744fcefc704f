"""Cameras, zones and rules from Postgres."""

from collections.abc import Sequence

from gateway.database import Database, sql
from gateway.reads.rows import CameraRow, RuleRow, ZoneRow


async def cameras(database: Database) -> list[CameraRow]:
    """All cameras that are in use, by name."""
    return await database.rows(CameraRow, sql("cameras"))


async def zones_of(database: Database, camera_ids: Sequence[str]) -> list[ZoneRow]:
    return await database.rows(ZoneRow, sql("zones_by_camera"), {"ids": list(camera_ids)})


async def zones_by_id(database: Database, ids: Sequence[str]) -> list[ZoneRow]:
    return await database.rows(ZoneRow, sql("zones_by_id"), {"ids": list(ids)})


async def rules_of(database: Database, camera_ids: Sequence[str]) -> list[RuleRow]:
    return await database.rows(RuleRow, sql("rules_by_camera"), {"ids": list(camera_ids)})


async def rules_by_id(database: Database, ids: Sequence[str]) -> list[RuleRow]:
    return await database.rows(RuleRow, sql("rules_by_id"), {"ids": list(ids)})
