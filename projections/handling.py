"""Projection `handling`: who is to look at an incident, and how often it was commented; columns of both registers."""

from collections.abc import Sequence
from typing import Any, Final

from domain.contracts.events import Assigned, Commented
from domain.contracts.subjects import INCIDENT
from projections.plain import as_json
from projections.projection import Connection, Projected
from projections.statements import statements

SQL: Final = statements("handling")
Row = dict[str, Any]
UNHANDLED: Final[Row] = {"assignee": None, "assigned_at": None, "comments": 0, "version": 0}


class Handling:
    """Of the many events of an incident it takes two: an incident that had none of them has no row."""

    name = "handling"
    contexts = (INCIDENT,)
    tables = ("incident_handling",)

    def project(self, events: Sequence[Projected], connection: Connection) -> None:
        wanted = [event for event in events if isinstance(event.envelope.event, Assigned | Commented)]
        if wanted:
            found = connection.execute(SQL["found"], {"ids": list({event.aggregate_id for event in wanted})})
            rows: dict[str, Row] = {row["incident_id"]: row for (row,) in found}
            for event in wanted:
                _fold(event, rows)
            connection.execute(SQL["handled"], {"rows": as_json([rows[id_] for id_ in sorted(rows)])})

    def forget(self, context: str, aggregate_id: str, connection: Connection) -> None:
        connection.execute(SQL["forget"], {"id": aggregate_id})


def _fold(event: Projected, rows: dict[str, Row]) -> None:
    id_, envelope = event.aggregate_id, event.envelope
    row = rows.get(id_) or UNHANDLED | {"incident_id": id_}
    if row["version"] >= event.version:
        return
    changed = row | {"version": event.version, "position": event.position}
    match envelope.event:
        case Assigned(assignee):
            at = None if assignee is None else envelope.at.isoformat()
            changed |= {"assignee": assignee, "assigned_at": at}
        case Commented():
            changed["comments"] += 1
    rows[id_] = changed
