"""Which stream a projection follows, and how its messages become what the projection is given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from domain.contracts.codec import CodecError
from domain.contracts.events import UserErased
from domain.contracts.observations import decode_observation
from domain.contracts.subjects import (
    ALL_EVENTS,
    ALL_EVENTS_LIVE,
    ALL_OBSERVATIONS,
    ALL_OBSERVATIONS_LIVE,
    EVENTS,
    OBSERVATIONS,
)
from infra.eventstore.envelope import TOPIC, VERSION
from infra.nats.direct import StoredMessage
from infra.persons.keys import Keys
from infra.persons.sealing import decode_message
from projections.persons import Persons, is_erasure, note_mentions
from projections.projection import (
    Connection,
    EventProjection,
    ObservationProjection,
    Observed,
    Projected,
    Projection,
)


@dataclass(frozen=True, slots=True)
class Source:
    """forgets   its oldest messages go after a while, the rows that they led to stay (docs/adr/0010)"""

    stream: str
    subjects: str
    live_subjects: str
    forgets: bool


FROM_EVENTS: Final = Source(EVENTS, ALL_EVENTS, ALL_EVENTS_LIVE, forgets=False)
FROM_OBSERVATIONS: Final = Source(OBSERVATIONS, ALL_OBSERVATIONS, ALL_OBSERVATIONS_LIVE, forgets=True)


def source_of(projection: Projection) -> Source:
    return FROM_OBSERVATIONS if isinstance(projection, ObservationProjection) else FROM_EVENTS


def stream_of(subject: str) -> str:
    """The stream that a message on this subject lies in."""
    return OBSERVATIONS if subject.startswith(ALL_OBSERVATIONS.removesuffix(">")) else EVENTS


def project(
    projection: Projection,
    messages: Sequence[StoredMessage],
    connection: Connection,
    persons: Persons | None = None,
    *,
    until: int = 0,
) -> None:
    """Writes the rows of a page.

    persons   None withholds what was sealed
    until     how far the rows have come already, where that is further than the messages
    Raises    EventUnknown, ObservationUnknown, CodecError, psycopg.Error
    """
    if isinstance(projection, ObservationProjection):
        observations = list(wanted_observations(projection, messages))
        if observations:
            projection.project(observations, connection)
        return
    start = 0
    for number, message in enumerate(messages):
        if persons is not None and is_erasure(message):
            _project_events(projection, messages[start:number], connection, persons.keys)
            _erase(projection, message, connection, persons, until)
            start = number
    _project_events(projection, messages[start:], connection, persons.keys if persons else None)


def _project_events(
    projection: EventProjection, messages: Sequence[StoredMessage], connection: Connection, keys: Keys | None
) -> None:
    events = list(wanted_events(projection.contexts, messages, keys))
    if events:
        projection.project(events, connection)
        note_mentions(projection.name, events, connection)


def _erase(
    projection: EventProjection, message: StoredMessage, connection: Connection, persons: Persons, until: int
) -> None:
    """Whatever the rows say of the person goes. The message itself is projected like any other afterwards."""
    fact = decode_message(message, None).event
    if not isinstance(fact, UserErased):
        return
    persons.keys.forget(fact.user_id)
    for mentioned in persons.mentions(projection.name, fact.user_id, max(until, message.sequence), connection):
        projection.forget(mentioned.context, mentioned.aggregate_id, connection)
        projection.project(list(wanted_events(projection.contexts, mentioned.messages, persons.keys)), connection)


def wanted_events(
    contexts: Sequence[str], messages: Iterable[StoredMessage], keys: Keys | None = None
) -> Iterable[Projected]:
    """Events of the contexts. Raises EventUnknown, CodecError."""
    for message in messages:
        _, context, aggregate_id = message.subject.split(".", 2)
        if context in contexts:
            yield as_projected(message, context, aggregate_id, keys)


def as_projected(message: StoredMessage, context: str, aggregate_id: str, keys: Keys | None = None) -> Projected:
    """Raises EventUnknown when a newer build wrote the event, CodecError when it is broken."""
    try:
        name, version = message.headers[TOPIC], int(message.headers[VERSION])
    except (KeyError, ValueError) as error:
        raise CodecError(f"message {message.sequence} has no name or version of an event: {error!r}") from error
    return Projected(message.sequence, context, aggregate_id, version, name, decode_message(message, keys))


def wanted_observations(projection: ObservationProjection, messages: Iterable[StoredMessage]) -> Iterable[Observed]:
    """Observations of the projection's kinds. Raises ObservationUnknown, CodecError."""
    for message in messages:
        _, camera_id, kind = message.subject.split(".", 2)
        if kind not in projection.kinds:
            continue
        if TOPIC not in message.headers:
            raise CodecError(f"message {message.sequence} has no name of an observation")
        observation = decode_observation(message.headers[TOPIC], message.data)
        if observation.camera_id != camera_id:
            raise CodecError(f"message {message.sequence} on {message.subject} is about {observation.camera_id}")
        yield Observed(message.sequence, observation)
