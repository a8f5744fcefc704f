"""Machines and what is taught of them: words that inference, the domain and the gateway share (R57-R60)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.contracts.detections import Box
from domain.contracts.plant import Lamp, Polygon

GROWN: Final = 0.05
"""Of the zone's width and height, on each side: what stands out of the guard's place when it is up."""

LEAST_PICTURES: Final = 5
"""Of each state that is to be told."""


class Aspect(StrEnum):
    """What about a machine can be told from its look (R57-R59)."""

    GUARD = "guard"
    RUNNING = "running"
    LAMP = "lamp"


STATES: Final[Mapping[Aspect, tuple[str, ...]]] = {
    Aspect.GUARD: ("open", "closed"),
    Aspect.RUNNING: ("running", "stopped"),
    Aspect.LAMP: tuple(lamp.value for lamp in Lamp),
}
UNKNOWN: Final = "unknown"
"""The state of looks that say nothing: somebody stands before the machine, its light is off."""


class TeachingFailure(StrEnum):
    """Why pictures did not suffice to teach a machine's states."""

    NO_PICTURES = "no_pictures"
    TOO_FEW = "too_few"
    ONE_STATE = "one_state"
    UNREADABLE = "unreadable"
    BROKEN_OFF = "broken_off"


@dataclass(frozen=True, slots=True)
class TaughtState:
    """How many pictures showed a state."""

    aspect: Aspect
    state: str
    pictures: int


@dataclass(frozen=True, slots=True)
class TaughtAspect:
    """How well pictures that were held out were told; shares 0..1.

    accuracy      of those that were told, how many rightly
    cannot_tell   of all
    """

    aspect: Aspect
    accuracy: float
    cannot_tell: float


def aspect_of(state: str) -> Aspect | None:
    """None for UNKNOWN, and for what is no state."""
    return next((aspect for aspect, states in STATES.items() if state in states), None)


def are_states(states: tuple[str, ...]) -> bool:
    """Whether one picture can show all of these: at most one of each aspect, or UNKNOWN alone, or nothing yet."""
    if states == (UNKNOWN,):
        return True
    aspects = [aspect_of(state) for state in states]
    return None not in aspects and len(set(aspects)) == len(aspects)


def crop_of(polygon: Polygon) -> Box:
    """x1 y1 x2 y2 in 0..1 of the frame: what is looked at of the machine in a zone."""
    xs, ys = zip(*polygon, strict=True)
    return grown((min(xs), min(ys), max(xs), max(ys)))


def grown(box: Box) -> Box:
    x1, y1, x2, y2 = box
    dx, dy = (x2 - x1) * GROWN, (y2 - y1) * GROWN
    return (max(0.0, x1 - dx), max(0.0, y1 - dy), min(1.0, x2 + dx), min(1.0, y2 + dy))
