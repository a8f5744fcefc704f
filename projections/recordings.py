"""Projection `recordings`: what was recorded on demand, by whom and why, and where the file is (R38 to R40)."""

from collections.abc import Iterator
from typing import Any, Final

from domain.contracts import codec
from domain.contracts.events import (
    RecordingExpired,
    RecordingLocked,
    RecordingMissed,
    RecordingStarted,
    RecordingStopped,
    RecordingStored,
    RecordingUnlocked,
)
from domain.contracts.subjects import RECORDING
from projections.projection import Projected
from projections.singly import Singly
from projections.statements import Statement, statements

SQL: Final = statements("recordings")


class Recordings(Singly):
    """Its events are few: each is a statement of its own."""

    name = "recordings"
    contexts = (RECORDING,)
    tables = ("recording",)
    sql = SQL

    def statements(self, event: Projected) -> Iterator[Statement]:
        fact = event.envelope.event
        plain: dict[str, Any] = codec.to_plain(fact)
        plain |= {"id": event.aggregate_id, "at": event.envelope.at, "position": event.position}
        match fact:
            case RecordingStarted():
                yield SQL["started"], plain
            case RecordingStopped():
                yield SQL["stopped"], plain
            case RecordingStored():
                yield SQL["stored"], plain
            case RecordingMissed():
                yield SQL["missed"], plain
            case RecordingLocked() | RecordingUnlocked():
                yield SQL["locked"], plain | {"locked": isinstance(fact, RecordingLocked)}
            case RecordingExpired():
                yield SQL["expired"], plain
