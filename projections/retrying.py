"""A parked message applied after all: an event with all others of its aggregate, an observation by itself."""

from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage, get_page
from projections.catalogue import projection_named
from projections.database import connect
from projections.follower import locked_position
from projections.parking import ParkedEvent, Parking
from projections.persons import Persons
from projections.projection import ObservationProjection, ProjectionError
from projections.sources import project, source_of

PAGE = 1000


def retry(sequence: int, dsn: str, bridge: Bridge, persons: Persons | None = None) -> list[ParkedEvent]:
    """Applies the parked event to every projection that parked it; returns what was applied.

    Rows that later events of the aggregate changed would be wrong if the event came after them: so all of them are
    applied again, in order. Raises ProjectionError when none is parked there, and the old error when it fails again.
    """
    parking = Parking(bridge)
    parked = parking.waiting()
    chosen = [event for event in parked if event.sequence == sequence]
    if not chosen:
        raise ProjectionError(f"No parked event has sequence {sequence}.")
    for event in chosen:
        others = {e.sequence for e in parked if e.projection == event.projection} - {sequence}
        _apply_again(event, others, dsn, bridge, persons)
        parking.settle(event)
    return chosen


def _apply_again(event: ParkedEvent, left_out: set[int], dsn: str, bridge: Bridge, persons: Persons | None) -> None:
    """left_out: sequences of events that are still parked."""
    projection = projection_named(event.projection)
    stream = source_of(projection).stream
    _, context, aggregate_id = event.subject.split(".", 2)
    with connect(dsn, f"retry in {projection.name}") as connection, connection.transaction():
        position = locked_position(connection, projection.name)
        if isinstance(projection, ObservationProjection):
            first, last = event.sequence, event.sequence
        else:
            first, last = 1, position
            projection.forget(context, aggregate_id, connection)
        for message in _history(stream, event.subject, first, last, bridge):
            if message.sequence not in left_out:
                project(projection, [message], connection, persons, until=position)
        connection.execute("select pg_notify('kaska_projected', %s)", [f"{projection.name}:{position}"])


def _history(stream: str, subject: str, first: int, last: int, bridge: Bridge) -> list[StoredMessage]:
    found: list[StoredMessage] = []
    while True:
        page = bridge.run(get_page(bridge.nc, stream, found[-1].sequence + 1 if found else first, PAGE, subject))
        found += [message for message in page.messages if message.sequence <= last]
        if not page.pending or not page.messages or page.messages[-1].sequence >= last:
            return found
