"""Given what happened, when asked, then these events or this refusal: for any decider."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import pytest

from domain.refusals import Refusal
from tests.domain.samples import T0

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")


@dataclass(frozen=True)
class Outcome(Generic[E]):
    events: list[E]

    def then(self, *events: E) -> None:
        assert self.events == list(events)


@dataclass(frozen=True)
class Given(Generic[C, S, E]):
    state: S
    decide: Callable[[C, S, datetime], Sequence[E]]

    def when(self, command: C, at: datetime = T0) -> Outcome[E]:
        return Outcome(list(self.decide(command, self.state, at)))

    def refused(self, command: C, by: type[Refusal], match: str | None = None, at: datetime = T0) -> None:
        with pytest.raises(by, match=match):
            self.decide(command, self.state, at)


@dataclass(frozen=True)
class Decider(Generic[C, S, E]):
    """new: the state before the first event"""

    new: S
    evolve: Callable[[S, E], S]
    decide: Callable[[C, S, datetime], Sequence[E]]

    def given(self, *events: E) -> Given[C, S, E]:
        state = self.new
        for event in events:
            state = self.evolve(state, event)
        return Given(state, self.decide)
