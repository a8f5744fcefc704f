"""The aggregates of one context on the `eventsourcing` library, whatever stores them.

The library keeps versions, optimistic concurrency and persistence modules; the decisions stay pure functions. Its
mapper is replaced so that a stored event has our name and our JSON, not a module path and a class's attributes.
"""

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
from domain.contracts.identifiers import CommandId
from infra.eventstore import JetStreamFactory
from infra.nats.bridge import Bridge

JETSTREAM: Final = "infra.eventstore"

ATTEMPTS = 20
"""Lost races before a command is given up; each loser decides again on the winner's state."""

Fold = Callable[[Sequence[Event]], list[Any]]
"""Decides on an aggregate's events so far; returns the new ones, raises a Refusal."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event of an aggregate, in the form that the library passes around."""

    originator_id: str
    originator_version: int
    envelope: Envelope


class ContractMapper(Mapper[str]):
    """Between Recorded and what is stored: topic = the event's name, state = the envelope as JSON."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        recorded: Recorded = domain_event
        return StoredEvent(
            originator_id=recorded.originator_id,
            originator_version=recorded.originator_version,
            topic=event_name(recorded.envelope.event),
            state=encode_event(recorded.envelope),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        envelope = decode_event(stored_event.topic, stored_event.state)
        return Recorded(str(stored_event.originator_id), stored_event.originator_version, envelope)


class Ledger(Application[str]):
    """The aggregates of one context: load, decide, append, and once more after a lost race.

    env      ES_CONTEXT and NATS_URL; the process's environment may name another module and what that one asks for
    bridge   a connection to NATS that several ledgers share; it stays open when the ledger is closed
    """

    env: ClassVar[dict[str, str]] = {
        "PERSISTENCE_MODULE": JETSTREAM,
        "CREATE_TABLE": "no",
        "ORIGINATOR_ID_TYPE": "text",
    }

    def __init__(self, env: EnvType, bridge: Bridge | None = None) -> None:
        self._bridge = bridge
        super().__init__(env)

    def construct_factory(self, env: Environment) -> InfrastructureFactory[TrackingRecorder]:
        if self._bridge is None or env.get("PERSISTENCE_MODULE") != JETSTREAM:
            return super().construct_factory(env)
        return JetStreamFactory(env, self._bridge)

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Named after the context, so that each context has tables of its own where tables are kept."""
        return super().construct_env((env or {}).get("ES_CONTEXT", name), env)

    def construct_mapper(self) -> Mapper[str]:
        return self.factory.mapper(transcoder=self.construct_transcoder(), mapper_class=ContractMapper)

    def history(self, aggregate_id: str) -> list[Envelope]:
        """All events of an aggregate, oldest first; none when there is no such aggregate."""
        found: Iterable[Any] = self.events.get(aggregate_id)
        return [recorded.envelope for recorded in found]

    def execute(self, aggregate_id: str, command_id: CommandId, by: str, at: datetime, fold: Fold) -> int | None:
        """Appends what `fold` decides, atomically, and returns the position of the last new event.

        Returns None when there was nothing to append: already done, or this command id was answered before.
        Raises Refusal from `fold`; IntegrityError after too many lost races; OperationalError when the store does not
        answer: the outcome is then unknown, and the same command may be sent again.
        """
        for attempt in range(ATTEMPTS):
            history = self.history(aggregate_id)
            if any(e.command_id == command_id for e in history):
                return None
            events = fold([e.event for e in history])
            if not events:
                return None
            recorded = [
                Recorded(aggregate_id, len(history) + i, Envelope(at, by, command_id, event))
                for i, event in enumerate(events, start=1)
            ]
            try:
                return self.save(*recorded)[-1].notification.id
            except IntegrityError:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")


def open_ledger(context: str, nats_url: str, bridge: Bridge | None = None) -> Ledger:
    """The context's aggregates on JetStream, or where PERSISTENCE_MODULE of the process's environment says.

    bridge   a connection to share; without one the ledger makes its own
    """
    return Ledger({"ES_CONTEXT": context, "NATS_URL": nats_url}, bridge)
