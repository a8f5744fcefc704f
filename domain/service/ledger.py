"""The aggregates of one context on the `eventsourcing` library, whatever stores them.

The library keeps versions, optimistic concurrency and persistence modules; the decisions stay pure functions. Its
mapper is replaced so that a stored event has our name and our JSON, not a module path and a class's attributes.
"""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from eventsourcing.application import Application
from eventsourcing.persistence import (
    InfrastructureFactory,
    IntegrityError,
    Mapper,
    StoredEvent,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, EnvType

from domain.contracts.events import Envelope, Event, decode_event, encode_event, event_name
from domain.contracts.identifiers import CommandId, UserId
from domain.contracts.personal import has_sealed, owners_of
from domain.contracts.subjects import event_subject
from infra.eventstore import JetStreamFactory
from infra.eventstore.errors import as_persistence_errors
from infra.nats.bridge import Bridge
from infra.persons.keeper import KeyKeeper
from infra.persons.sealing import Place, sealer, unsealer

JETSTREAM: Final = "infra.eventstore"

PATIENCE_S: Final = 10.0
"""Lost races are run again for so long; each loser decides again on the winner's state."""

FIRST_PAUSE_S: Final = 0.005
LONGEST_PAUSE_S: Final = 0.5
"""A pause doubles after each lost race: a leader that has just lost its majority refuses for a moment whoever comes."""

Fold = Callable[[Sequence[Event]], list[Any]]
"""Decides on an aggregate's events so far; returns the new ones, raises a Refusal."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event of an aggregate, in the form that the library passes around."""

    originator_id: str
    originator_version: int
    envelope: Envelope


class ContractMapper(Mapper[str]):
    """Between Recorded and what is stored: topic = the event's name, state = the envelope as JSON.

    Personal values are sealed and unsealed here, with the keys and for the context that `seals` was told.
    """

    _keys: KeyKeeper | None = None
    _context = ""

    def seals(self, keys: KeyKeeper | None, context: str) -> None:
        self._keys, self._context = keys, context

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        recorded: Recorded = domain_event
        name = event_name(recorded.envelope.event)
        seal = None
        if self._keys is not None and recorded.envelope.owners:
            seal = sealer(self._keys, self._place(recorded.originator_id, recorded.originator_version, name))
        with as_persistence_errors():
            state = encode_event(recorded.envelope, seal)
        return StoredEvent(recorded.originator_id, recorded.originator_version, name, state)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        id_, version, name = str(stored_event.originator_id), stored_event.originator_version, stored_event.topic
        unseal = None
        if self._keys is not None and has_sealed(stored_event.state):
            unseal = unsealer(self._keys, self._place(id_, version, name))
        with as_persistence_errors():
            return Recorded(id_, version, decode_event(name, stored_event.state, unseal))

    def _place(self, id_: str, version: int, name: str) -> Place:
        return Place(event_subject(self._context, id_), version, name)


class Ledger(Application[str]):
    """The aggregates of one context: load, decide, append, and once more after a lost race.

    env      ES_CONTEXT and NATS_URL; the process's environment may name another module and what that one asks for
    bridge   a connection to NATS that several ledgers share; it stays open when the ledger is closed
    keys     of persons; without them nothing is sealed, and what was sealed is withheld
    """

    env: ClassVar[dict[str, str]] = {
        "PERSISTENCE_MODULE": JETSTREAM,
        "CREATE_TABLE": "no",
        "ORIGINATOR_ID_TYPE": "text",
    }

    def __init__(self, env: EnvType, bridge: Bridge | None = None, keys: KeyKeeper | None = None) -> None:
        self._bridge, self._keys, self._context = bridge, keys, str(env.get("ES_CONTEXT", ""))
        super().__init__(env)

    def construct_factory(self, env: Environment) -> InfrastructureFactory[TrackingRecorder]:
        if self._bridge is None or env.get("PERSISTENCE_MODULE") != JETSTREAM:
            return super().construct_factory(env)
        return JetStreamFactory(env, self._bridge)

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Named after the context, so that each context has tables of its own where tables are kept."""
        return super().construct_env((env or {}).get("ES_CONTEXT", name), env)

    def construct_mapper(self) -> Mapper[str]:
        mapper = self.factory.mapper(transcoder=self.construct_transcoder(), mapper_class=ContractMapper)
        if isinstance(mapper, ContractMapper):
            mapper.seals(self._keys, self._context)
        return mapper

    def history(self, aggregate_id: str) -> list[Envelope]:
        """All events of an aggregate, oldest first; none when there is no such aggregate."""
        found: Iterable[Any] = self.events.get(aggregate_id)
        return [recorded.envelope for recorded in found]

    def execute(
        self,
        aggregate_id: str,
        command_id: CommandId,
        by: str,
        at: datetime,
        fold: Fold,
        *,
        fold_knows_repeats: bool = False,
        person: UserId | None = None,
    ) -> int | None:
        """Appends what `fold` decides, atomically, and returns the position of the last new event.

        person               whose login `by` is, when it is one
        fold_knows_repeats   `fold` itself answers what was done with nothing, and what was half done with the rest
        Returns None when there was nothing to append: already done, or this command id was answered before.
        Raises Refusal from `fold`; IntegrityError after PATIENCE_S of lost races; OperationalError when the store does
        not answer: the outcome is then unknown, and the same command may be sent again.
        """
        deadline, pause_s = time.monotonic() + PATIENCE_S, FIRST_PAUSE_S
        while True:
            history = self.history(aggregate_id)
            if not fold_knows_repeats and any(e.command_id == command_id for e in history):
                return None
            events = fold([e.event for e in history])
            if not events:
                return None
            told = [e.event for e in history]
            recorded = [
                Recorded(
                    aggregate_id,
                    len(history) + i,
                    Envelope(at, by, command_id, event, self._owners(event, person, told)),
                )
                for i, event in enumerate(events, start=1)
            ]
            try:
                return self.save(*recorded)[-1].notification.id
            except IntegrityError:
                if time.monotonic() >= deadline:
                    raise
            time.sleep(pause_s * random.uniform(0.5, 1.0))  # noqa: S311 - losers part, no secret is made
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _owners(self, event: Event, person: UserId | None, earlier: Sequence[Event]) -> dict[str, UserId]:
        return {} if self._keys is None else owners_of(event, person, earlier)


def open_ledger(context: str, nats_url: str, bridge: Bridge | None = None, keys: KeyKeeper | None = None) -> Ledger:
    """The context's aggregates on JetStream, or where PERSISTENCE_MODULE of the process's environment says.

    bridge   a connection to share; without one the ledger makes its own
    keys     of persons; without them nothing is sealed
    """
    return Ledger({"ES_CONTEXT": context, "NATS_URL": nats_url}, bridge, keys)
