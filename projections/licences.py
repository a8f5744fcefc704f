"""Projection `licences`: what each licence grants, until when, and how it stands (R149 to R152)."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from domain.contracts import codec
from domain.contracts.events import (
    LicenceActivated,
    LicenceExpired,
    LicenceExpiryWarned,
    LicenceIssued,
    LicenceRenewed,
)
from domain.contracts.subjects import LICENCE
from projections.projection import Connection, Projected
from projections.statements import Statement, statements

SQL: Final = statements("licences")


class Licences:
    """Its events are few: each is a statement of its own."""

    name = "licences"
    contexts = (LICENCE,)
    tables = ("licence",)

    def project(self, events: Sequence[Projected], connection: Connection) -> None:
        for event in events:
            for statement, values in _statements(event):
                connection.execute(statement, values)

    def forget(self, context: str, aggregate_id: str, connection: Connection) -> None:
        connection.execute(SQL["forget"], {"id": aggregate_id})


def _statements(event: Projected) -> Iterator[Statement]:
    fact = event.envelope.event
    plain: dict[str, Any] = codec.to_plain(fact) | {"id": event.aggregate_id, "position": event.position}
    match fact:
        case LicenceIssued():
            yield SQL["issued"], plain | plain["terms"]
        case LicenceActivated():
            yield SQL["activated"], plain
        case LicenceExpiryWarned():
            yield SQL["warned"], plain
        case LicenceExpired():
            yield SQL["expired"], plain
        case LicenceRenewed():
            yield SQL["renewed"], plain | plain["terms"]
