"""Checks that nobody but the recorder has written an aggregate's history, and that nothing in it was changed."""

from uuid import UUID

from eventsourcing.persistence import IntegrityError

from infra.eventstore.envelope import GENESIS, HASH, TOPIC, VERSION, chained_hash, subject_of
from infra.eventstore.errors import as_persistence_errors
from infra.eventstore.stream_access import StreamAccess


def verify_chain(recorder: StreamAccess, originator_id: UUID | str) -> int:
    """Number of events whose hashes chain from the first on. Raises IntegrityError naming the first that does not."""
    subject = subject_of(recorder.prefix, originator_id)
    previous, count = GENESIS, 0
    with as_persistence_errors():
        for message in recorder.messages(subject):
            headers = message.headers
            if not {VERSION, TOPIC, HASH} <= headers.keys():
                raise IntegrityError(f"{subject}: sequence {message.sequence} was not written by the event store")
            previous = chained_hash(previous, subject, int(headers[VERSION]), headers[TOPIC], message.data)
            if previous != headers[HASH]:
                raise IntegrityError(
                    f"{subject}: the chain breaks at version {headers[VERSION]}, sequence {message.sequence}"
                )
            count += 1
    return count
