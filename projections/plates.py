"""Projection `plates`: the number plate of each vehicle's track (R83, R84), and its end."""

from collections.abc import Sequence
from typing import Final

from domain.contracts.observations import PlateRead
from projections.plain import as_json, plain
from projections.projection import Connection, Observed
from projections.statements import statements

SQL: Final = statements("plates")


class Plates:
    """One row for a track, whatever it is told how often."""

    name = "plates"
    kinds = ("plate",)
    tables = ("plate_read",)

    def project(self, observations: Sequence[Observed], connection: Connection) -> None:
        rows = []
        for each in observations:
            if isinstance(each.observation, PlateRead):
                row = plain(each.observation) | {"position": each.position}
                row["first_at"], row["last_at"] = row.pop("first"), row.pop("last")
                rows.append(row)
        connection.execute(SQL["plate_read"], {"rows": as_json(rows)})


def forget(connection: Connection) -> int:
    """Deletes the rows whose time is over; how many. Raises psycopg.Error."""
    with connection.transaction():
        return connection.execute(SQL["forget"]).rowcount
