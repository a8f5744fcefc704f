"""Joins the pure deciders to the ledger: an aggregate's events in, the new events out."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from domain import incident, plant
from domain.contracts.commands import PlantCommand
from domain.contracts.events import Event
from domain.service.ledger import Fold

S = TypeVar("S")
E = TypeVar("E")


def fold(new: S, evolve: Callable[[S, E], S], decide: Callable[[S], Sequence[E]]) -> Fold:
    """Decides on an aggregate's history.

    new     its state before its first event
    decide  the decider with the command and its circumstances filled in
    """

    def folded(events: Sequence[Event]) -> list[Any]:
        state = new
        for event in events:
            state = evolve(state, cast("E", event))
        return list(decide(state))

    return folded


def fold_incident(command: incident.Command, acting: incident.Acting) -> Fold:
    """Decides an incident's command on its history."""
    new: incident.State = incident.Absent()
    return fold(new, incident.evolve, lambda state: incident.decide(command, state, acting))


def fold_plant(command: PlantCommand, at: datetime) -> Fold:
    """Decides a command about a camera, zone or rule on its history."""
    new: plant.State = plant.Absent()
    return fold(new, plant.evolve, lambda state: plant.decide(command, state, at))
