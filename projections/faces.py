"""Projection `faces`: whose face was seen where (R85), and its end."""

from collections.abc import Sequence
from typing import Final
from uuid import uuid5

from domain.contracts.observations import FaceMatched, identity_of
from projections.observations import NAMESPACE
from projections.plain import as_json, plain
from projections.projection import Connection, Observed
from projections.statements import statements

SQL: Final = statements("faces")


class FaceMatches:
    """One row for each fact."""

    name = "faces"
    kinds = ("face",)
    tables = ("face_match",)

    def project(self, observations: Sequence[Observed], connection: Connection) -> None:
        rows = []
        for each in observations:
            if isinstance(each.observation, FaceMatched):
                row = plain(each.observation) | {"position": each.position}
                rows.append(row | {"id": str(uuid5(NAMESPACE, identity_of(each.observation)))})
        connection.execute(SQL["face_match"], {"rows": as_json(rows)})


def forget(connection: Connection) -> int:
    """Deletes the rows whose time is over; how many. Raises psycopg.Error."""
    with connection.transaction():
        return connection.execute(SQL["forget"]).rowcount
