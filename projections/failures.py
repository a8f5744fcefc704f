"""The answer to a failure, by its kind: try again, park the event and go on, or stop."""

from enum import Enum
from typing import Final

import psycopg

from domain.contracts.codec import CodecError
from domain.contracts.events import EventUnknown
from domain.contracts.observations import ObservationUnknown
from infra.nats.errors import HistoryShortened, NatsAdapterError


class Answer(Enum):
    RETRY = "retry"  # the database or the message server is away
    PARK = "park"  # this event will fail for ever because of what it holds
    STOP = "stop"  # going on would make wrong rows


ANSWERS: Final[tuple[tuple[type[Exception], Answer], ...]] = (
    (EventUnknown, Answer.STOP),
    (ObservationUnknown, Answer.STOP),
    (HistoryShortened, Answer.STOP),
    (CodecError, Answer.PARK),
    (psycopg.DataError, Answer.PARK),
    (psycopg.IntegrityError, Answer.PARK),
    (psycopg.OperationalError, Answer.RETRY),
    (psycopg.InterfaceError, Answer.RETRY),
    (NatsAdapterError, Answer.RETRY),
)
"""The first that fits; whatever is not here stops the projection."""


def answer_to(error: Exception) -> Answer:
    return next((answer for kind, answer in ANSWERS if isinstance(error, kind)), Answer.STOP)
