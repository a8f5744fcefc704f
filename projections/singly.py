"""What projections of few events share: each event is a statement of its own."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, LiteralString

from projections.projection import Connection, Projected
from projections.statements import Statement


class Singly(ABC):
    """An EventProjection that says what each event executes.

    sql   its statements by name, among them `forget_<context>` for each context with rows
    """

    sql: ClassVar[Mapping[str, LiteralString]]

    @abstractmethod
    def statements(self, event: Projected) -> Iterable[Statement]:
        """What an event executes, in order."""

    def project(self, events: Sequence[Projected], connection: Connection) -> None:
        for event in events:
            for statement, values in self.statements(event):
                connection.execute(statement, values)

    def forget(self, context: str, aggregate_id: str, connection: Connection) -> None:
        connection.execute(self.sql[f"forget_{context}"], {"id": aggregate_id})
