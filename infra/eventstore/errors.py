"""Turns what the message server says into the errors that the `eventsourcing` library knows."""

from collections.abc import Iterator
from contextlib import contextmanager

from eventsourcing.persistence import OperationalError, ProgrammingError

from infra.nats.errors import MessageTooLarge, NatsAdapterError, NoAnswer


@contextmanager
def as_persistence_errors() -> Iterator[None]:
    """ProgrammingError: the event can never be stored. OperationalError: perhaps later; after a save with no answer
    the outcome is unknown, so the caller reads the aggregate again before it decides again."""
    try:
        yield
    except MessageTooLarge as error:
        raise ProgrammingError(str(error)) from error
    except NoAnswer as error:
        raise OperationalError(f"the outcome is unknown: {error}") from error
    except NatsAdapterError as error:
        raise OperationalError(str(error)) from error
