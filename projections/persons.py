"""Personal data in read models: which rows mention whom, and how they are blanked when a person is erased.

Every aggregate in whose events a person owns a value is noted for each projection. When the fact of an erasure comes,
its rows are forgotten and made again from its events, without the person's key: the same ones as after a rebuild.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from domain.contracts.events import NAMES, UserErased
from domain.contracts.identifiers import UserId
from domain.contracts.subjects import EVENTS, USER, event_subject
from infra.eventstore.envelope import TOPIC
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage, get_page
from infra.persons.keys import Keys
from projections.plain import as_json
from projections.projection import Connection, Projected
from projections.statements import statements

SQL: Final = statements("persons")
ERASURES: Final = frozenset(name for name, kind in NAMES.items() if kind is UserErased)
OF_USERS: Final = event_subject(USER, "")
AT_ONCE: Final = 50
PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Mentioned:
    """An aggregate that mentions a person, with its events up to the erasure."""

    context: str
    aggregate_id: str
    messages: list[StoredMessage]


class Persons:
    """Keys, and the histories of whoever is erased. One for each projection that is brought forward.

    parked   a projection's name -> sequences of the events that it has given up on
    """

    def __init__(self, bridge: Bridge, keys: Keys, parked: Callable[[str], set[int]]) -> None:
        self._bridge, self.keys, self._parked = bridge, keys, parked

    def mentions(self, projection: str, person: UserId, until: int, connection: Connection) -> Iterator[Mentioned]:
        """The aggregates of this projection that mention the person; events that are parked are left out.

        until   sequence in EVENTS of the last event
        """
        found = connection.execute(SQL["mentioned"], {"projection": projection, "person": person}).fetchall()
        parked = self._parked(projection) if found else set()
        rest = iter(found)
        while chunk := list(islice(rest, AT_ONCE)):
            for (context, aggregate_id), history in zip(chunk, self._histories(chunk, until), strict=True):
                yield Mentioned(context, aggregate_id, [m for m in history if m.sequence not in parked])

    def _histories(self, aggregates: Sequence[tuple[str, str]], until: int) -> list[list[StoredMessage]]:
        async def all_of_them() -> list[list[StoredMessage]]:
            return await asyncio.gather(*(self._history(event_subject(c, id_), until) for c, id_ in aggregates))

        return self._bridge.run(all_of_them())

    async def _history(self, subject: str, until: int) -> list[StoredMessage]:
        found: list[StoredMessage] = []
        while True:
            page = await get_page(self._bridge.nc, EVENTS, found[-1].sequence + 1 if found else 1, PAGE, subject)
            found += [message for message in page.messages if message.sequence <= until]
            if not page.pending or not page.messages or page.messages[-1].sequence >= until:
                return found


def is_erasure(message: StoredMessage) -> bool:
    return message.subject.startswith(OF_USERS) and message.headers.get(TOPIC) in ERASURES


def note_mentions(projection: str, events: Iterable[Projected], connection: Connection) -> None:
    """Remembers in which aggregates whose data is."""
    noted = {(str(p), e.context, e.aggregate_id) for e in events for p in e.envelope.owners.values()}
    if noted:
        rows = [{"projection": projection, "person": p, "context": c, "aggregate_id": id_} for p, c, id_ in noted]
        connection.execute(SQL["mention"], {"rows": as_json(rows)})
