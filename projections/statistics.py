"""Projection `statistics`: what became of the incidents of each day, camera, zone and kind, by the plant's clocks.

An incident counts on the day on which it opened, whatever happens to it later: a review that is reopened months later
changes that day's row.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.contracts.subjects import INCIDENT
from projections.outcomes import GROUP, Counts, Outcomes, Row, counted
from projections.plain import as_json
from projections.projection import Connection, Projected
from projections.statements import statements

SQL: Final = statements("statistics")


class Statistics:
    name = "statistics"
    contexts = (INCIDENT,)
    tables = ("incident_outcome", "daily_statistics")

    def project(self, events: Sequence[Projected], connection: Connection) -> None:
        found = _found({event.aggregate_id for event in events}, connection)
        outcomes = Outcomes(found, _zone(connection))
        for event in events:
            outcomes.add(event)
        if changed := outcomes.changed():
            connection.execute(SQL["outcomes"], {"rows": as_json(changed)})
            before = [found[row["id"]] for row in changed if row["id"] in found]
            _count(counted(changed) - counted(before), connection)

    def forget(self, context: str, aggregate_id: str, connection: Connection) -> None:
        known = list(_found({aggregate_id}, connection).values())
        connection.execute(SQL["forget_outcome"], {"id": aggregate_id})
        _count(counted([]) - counted(known), connection)
        connection.execute(SQL["forget_empty"])


def _found(ids: Iterable[str], connection: Connection) -> Mapping[str, Row]:
    return {row["id"]: row for (row,) in connection.execute(SQL["found"], {"ids": list(ids)})}


def _zone(connection: Connection) -> ZoneInfo:
    row = connection.execute(SQL["zone"]).fetchone()
    return ZoneInfo(row[0] if row else "UTC")


def _count(difference: Counts, connection: Connection) -> None:
    rows = difference.rows()
    if rows:
        connection.execute(SQL["counts"], {"rows": as_json(rows)})
    times: list[dict[str, Any]] = [dict(zip(GROUP, group, strict=True)) for group in difference.retimed]
    if times:
        connection.execute(SQL["medians"], {"rows": as_json(times)})
