"""Projection `licences`: what each licence grants, until when, and how it stands (R149 to R152)."""

from collections.abc import Iterator
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
from projections.projection import Projected
from projections.singly import Singly
from projections.statements import Statement, statements

SQL: Final = statements("licences")


class Licences(Singly):
    """Its events are few: each is a statement of its own."""

    name = "licences"
    contexts = (LICENCE,)
    tables = ("licence",)
    sql = SQL

    def statements(self, event: Projected) -> Iterator[Statement]:
        return _statements(event)


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
