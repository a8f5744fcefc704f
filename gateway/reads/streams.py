"""What cameras send, from Postgres: told minute by minute with the coverage (R42)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.database import Database, sql


@dataclass(frozen=True, slots=True)
class StreamRow:
    """Of the newest told minute of the last day.

    stream         see domain.contracts.stream_facts.StreamFacts
    changed_after  the last minute before it, within a day, of another codec or size, and what came then; None: none
    """

    camera_id: str
    minute: datetime
    stream: dict[str, Any]
    changed_after: datetime | None
    before: dict[str, Any] | None


async def streams_of(database: Database, camera_ids: Sequence[str]) -> list[StreamRow]:
    return await database.rows(StreamRow, sql("camera_streams"), {"ids": list(camera_ids)})
