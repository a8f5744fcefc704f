"""How the machine in a zone was taught, from the history's entries in Postgres."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain.contracts.codec import from_plain
from domain.contracts.events.machines import TEACHING_EVENTS, MachineNotTaught, MachineTaught, MachineTeachingAsked
from gateway.database import Database, sql

MOST: Final = 5
ENTRIES: Final = 2 * MOST
"""Each is asked for once and ends once."""


@dataclass(frozen=True, slots=True)
class _Entry:
    at: datetime
    actor: str
    name: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LessonRow:
    """ended: None while it goes on."""

    by: str
    asked_at: datetime
    ended_at: datetime | None = None
    ended: MachineTaught | MachineNotTaught | None = None


async def lessons(database: Database, zone_id: str) -> list[LessonRow]:
    """The newest first; one that began before the entries that are read is left out. Raises DatabaseBusy."""
    params = {"zone_id": zone_id, "names": list(TEACHING_EVENTS), "limit": ENTRIES}
    ended: dict[object, tuple[datetime, MachineTaught | MachineNotTaught]] = {}
    found = []
    for entry in await database.rows(_Entry, sql("lessons"), params):
        event: object = from_plain(TEACHING_EVENTS[entry.name], entry.detail)
        match event:
            case MachineTeachingAsked(_, teaching_id, asked_at):
                at, result = ended.get(teaching_id, (None, None))
                found.append(LessonRow(entry.actor, asked_at, at, result))
            case MachineTaught() | MachineNotTaught():
                ended[event.teaching_id] = (entry.at, event)
    return found[:MOST]
