"""The teaching of the machine in a zone: asked for by a person, reported by its process. Pure; used by zone.py.

What it is taught from are the pictures that lie there; the domain knows who wanted it and what came of it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import isfinite
from typing import Final, assert_never

from domain.contracts.commands.machines import (
    ReportMachineNotTaught,
    ReportMachineTaught,
    TeachingCommand,
    TeachMachine,
)
from domain.contracts.events.machines import (
    MachineNotTaught,
    MachineTaught,
    MachineTeachingAsked,
    TeachingEvent,
)
from domain.contracts.identifiers import TeachingId
from domain.contracts.machines import STATES, aspect_of
from domain.fields import require, require_different, require_sha256
from domain.refusals import Refusal

LONGEST: Final = timedelta(hours=1)
"""Whoever asks again after so long is not kept waiting for an answer that never came."""


@dataclass(frozen=True, slots=True)
class Teaching:
    """asked: what goes on; ended: what is over, so that a repeated report says nothing new."""

    asked: MachineTeachingAsked | None = None
    ended: frozenset[TeachingId] = frozenset()


class TeachingGoesOn(Refusal):
    """The machine is being taught."""

    code = "teaching_goes_on"


class TeachingUnknown(Refusal):
    """Nobody asked for this teaching, or another was asked for meanwhile."""

    code = "teaching_unknown"


def decide(command: TeachingCommand, state: Teaching, at: datetime) -> list[TeachingEvent]:
    """The events that a command causes at the time `at`; none when it was done already. Raises a Refusal."""
    if command.teaching_id in state.ended:
        return []
    match command:
        case TeachMachine():
            return _ask(command, state, at)
        case ReportMachineTaught():
            _require_asked(command.teaching_id, state)
            _check(command)
            return [
                MachineTaught(
                    command.zone_id,
                    command.teaching_id,
                    command.digest,
                    command.pictures,
                    command.states,
                    command.aspects,
                )
            ]
        case ReportMachineNotTaught(zone_id, teaching_id, failure, named, pictures):
            _require_asked(teaching_id, state)
            require(named is None or aspect_of(named) is not None, "state", "a state of a machine")
            require(pictures is None or pictures >= 0, "pictures", "0 or more")
            return [MachineNotTaught(zone_id, teaching_id, failure, named, pictures)]
    assert_never(command)


def _ask(c: TeachMachine, state: Teaching, at: datetime) -> list[TeachingEvent]:
    if state.asked is not None:
        if state.asked.teaching_id == c.teaching_id:
            return []
        if at - state.asked.asked_at < LONGEST:
            raise TeachingGoesOn("the machine is being taught; wait for the result")
    return [MachineTeachingAsked(c.zone_id, c.teaching_id, at)]


def _require_asked(teaching_id: TeachingId, state: Teaching) -> None:
    if state.asked is None or state.asked.teaching_id != teaching_id:
        raise TeachingUnknown("nobody waits for the result of this teaching")


def _check(c: ReportMachineTaught) -> None:
    require_sha256("digest", c.digest)
    require(c.pictures >= 1, "pictures", "1 or more")
    require_different("states", tuple(each.state for each in c.states))
    for told in c.states:
        require(told.state in STATES[told.aspect], "states", "states of their aspects")
        require(1 <= told.pictures <= c.pictures, "states", "1 or more pictures, not more than there are in all,")
    require_different("aspects", tuple(each.aspect for each in c.aspects))
    for figures in c.aspects:
        shares = (figures.accuracy, figures.cannot_tell)
        require(all(isfinite(share) and 0.0 <= share <= 1.0 for share in shares), "aspects", "shares of 0 to 1")


def evolve(state: Teaching, event: TeachingEvent) -> Teaching:
    """The state after a fact; never refuses."""
    match event:
        case MachineTeachingAsked():
            return replace(state, asked=event)
        case MachineTaught() | MachineNotTaught():
            goes_on = state.asked is not None and state.asked.teaching_id != event.teaching_id
            return Teaching(state.asked if goes_on else None, state.ended | {event.teaching_id})
    assert_never(event)
