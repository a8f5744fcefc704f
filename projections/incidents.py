"""Projection `incidents`: the registry of incidents with their evidence and history (R96, R97)."""

from collections.abc import Sequence
from typing import Final

from domain.contracts.subjects import INCIDENT
from projections.incident_page import IncidentPage
from projections.plain import as_json
from projections.projection import Connection, Projected
from projections.statements import statements

SQL: Final = statements("incidents")


class Incidents:
    name = "incidents"
    contexts = (INCIDENT,)
    tables = ("incident", "incident_evidence", "incident_history")

    def project(self, events: Sequence[Projected], connection: Connection) -> None:
        found = connection.execute(SQL["found"], {"ids": list({event.aggregate_id for event in events})})
        page = IncidentPage({row["id"]: row for (row,) in found})
        for event in events:
            page.add(event)
        for statement, rows in (
            ("incidents", page.changed()),
            ("evidence", page.evidence()),
            ("expired", page.expired()),
            ("history", page.history()),
        ):
            if rows:
                connection.execute(SQL[statement], {"rows": as_json(rows)})

    def forget(self, context: str, aggregate_id: str, connection: Connection) -> None:
        for statement in ("forget_evidence", "forget_history", "forget_incident"):
            connection.execute(SQL[statement], {"id": aggregate_id})
