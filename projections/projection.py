"""What a projection is: a name for ever, what it follows and wants of it, its tables, and how a page becomes rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import psycopg

from domain.contracts.events import Envelope
from domain.contracts.observations import Observation

Connection = psycopg.Connection[tuple[Any, ...]]
"""Its search_path names the schema of the tables: `read_model`, or the one in which a copy is made."""


class ProjectionError(Exception):
    """The read models cannot follow what was recorded."""


@dataclass(frozen=True, slots=True)
class Projected:
    """An event as a projection sees it.

    position   sequence in EVENTS
    version    of the aggregate after it
    """

    position: int
    context: str
    aggregate_id: str
    version: int
    name: str
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Observed:
    """An observation as a projection sees it; position: its sequence in OBSERVATIONS."""

    position: int
    observation: Observation


class EventProjection(Protocol):
    """Follows EVENTS. Rows are a function of the events alone: no clock, no random, no other projection's rows."""

    @property
    def name(self) -> str:
        """Its identity: position and rows belong to this name for ever."""

    @property
    def contexts(self) -> Sequence[str]:
        """The contexts whose events it wants; others only move its position."""

    @property
    def tables(self) -> Sequence[str]:
        """The tables that it alone writes."""

    def project(self, events: Sequence[Projected], connection: Connection) -> None:
        """Writes what a page of events causes, in the caller's transaction; harmless when run twice.

        Pages of any size give the same rows. Raises psycopg.Error.
        """

    def forget(self, context: str, aggregate_id: str, connection: Connection) -> None:
        """Removes the rows of one aggregate, before all its events are projected again."""


@runtime_checkable
class ObservationProjection(Protocol):
    """Follows OBSERVATIONS. Each row comes from one observation and holds its `position`.

    The stream forgets its oldest messages: a copy takes over the rows that they led to.
    """

    @property
    def name(self) -> str:
        """Its identity: position and rows belong to this name for ever."""

    @property
    def kinds(self) -> Sequence[str]:
        """The kinds of observations that it wants; others only move its position."""

    @property
    def tables(self) -> Sequence[str]:
        """The tables that it alone writes."""

    def project(self, observations: Sequence[Observed], connection: Connection) -> None:
        """Writes the rows of a page, in the caller's transaction; harmless when run twice. Raises psycopg.Error."""


Projection = EventProjection | ObservationProjection
