"""A projection applied to messages without a message server, and its rows as text."""

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg

from infra.nats.direct import StoredMessage
from projections.follower import Projector
from projections.projection import Projection

Connection = psycopg.Connection[Any]


def pages_of(messages: Sequence[StoredMessage], size: int) -> Iterator[Sequence[StoredMessage]]:
    return (messages[start : start + size] for start in range(0, len(messages), size))


def apply(projection: Projection, messages: Sequence[StoredMessage], connection: Connection, size: int) -> None:
    """Page by page. An event that cannot be projected is a failure here."""

    def never(name: str, message: StoredMessage, error: Exception) -> None:
        raise AssertionError(f"{name} gave up on {message.sequence}") from error

    projector = Projector(projection, connection, never)
    for page in pages_of(messages, size):
        projector.apply(page)


def rows(projection: Projection, connection: Connection) -> dict[str, list[Any]]:
    return {
        table: connection.execute(f"select t::text from {table} t order by 1").fetchall()  # noqa: S608
        for table in projection.tables
    }
