"""Names of the people whom entries of the audit mean by an identifier or a login; read for a whole page at once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.contracts.subjects import USER
from gateway.database import Database
from gateway.reads import access
from gateway.reads.access import NamedRow
from gateway.reads.audit import AuditRow

FIELDS: Final = ("user_id", "recipient")
"""Fields of events that are the identifier of a user."""

ID_LENGTH: Final = 36
"""Of a UUID as text; the journal of a user's day is called after the user and the day."""


@dataclass(frozen=True, slots=True)
class Persons:
    by_id: dict[UUID, NamedRow]
    by_login: dict[str, NamedRow]

    def meant_by(self, row: AuditRow) -> list[NamedRow]:
        """Those whom its fields name by an identifier, each once."""
        return [self.by_id[each] for each in dict.fromkeys(_ids(row)) if each in self.by_id]

    def name_of(self, row: AuditRow) -> str | None:
        """Of who caused it; None of a service, and where two are called so."""
        known = None if row.service else self.by_login.get(row.actor)
        return None if known is None else known.name


async def persons_of(database: Database, rows: Sequence[AuditRow]) -> Persons:
    """Raises DatabaseBusy."""
    ids = {each for row in rows for each in _ids(row)}
    logins = {row.actor for row in rows if not row.service}
    known = await access.named(database, ids, logins)
    often = Counter(each.login for each in known)
    return Persons({each.id: each for each in known}, {each.login: each for each in known if often[each.login] == 1})


def _ids(row: AuditRow) -> Iterator[UUID]:
    told = [row.detail.get(field) for field in FIELDS]
    for text in (row.entity_id[:ID_LENGTH] if row.entity == USER else None, *told):
        if isinstance(text, str):
            try:
                yield UUID(text)
            except ValueError:
                continue
