"""Who is inside: entries paired with exits by number plate, and a count of what could not be paired. Pure (R83)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.contracts.plates import same_but_for_one


@dataclass(frozen=True, slots=True)
class Passing:
    """A vehicle's way through a gate. direction: in, out, or None; number: None where the plate was not read."""

    id: UUID
    camera_id: str
    zone_id: str
    object_class: str
    entered_at: datetime
    left_at: datetime
    direction: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class Stay:
    """An entry and its exit; one of them is None where it was not seen.

    guessed   the two plates differ in one character: one of them was probably read wrongly
    """

    number: str
    entry: Passing | None
    exit: Passing | None
    guessed: bool = False

    @property
    def duration_s(self) -> float | None:
        if self.entry is None or self.exit is None:
            return None
        return (self.exit.left_at - self.entry.entered_at).total_seconds()


@dataclass(slots=True)
class Parking:
    """What the passages of a time say.

    over         stays that ended, in the order of their end: with both ends, or with one that was not seen
    inside       stays that go on, the longest first
    unread_in    entries without a number: up to so many more may be inside
    unread_out   exits without a number: up to so many of those inside may have left
    undirected   passages of which nobody knows the direction
    """

    over: list[Stay] = field(default_factory=list)
    inside: list[Stay] = field(default_factory=list)
    unread_in: int = 0
    unread_out: int = 0
    undirected: int = 0

    @property
    def at_least(self) -> int:
        return max(0, len(self.inside) - self.unread_out)

    @property
    def at_most(self) -> int:
        return len(self.inside) + self.unread_in


def paired(passings: Iterable[Passing]) -> Parking:
    """passings   of all gates of one site, in the order of their entry"""
    found = Parking()
    inside: dict[str, Passing] = {}
    for passing in passings:
        match passing.direction:
            case "in" if passing.number is not None:
                earlier = inside.pop(passing.number, None)
                if earlier is not None:
                    found.over.append(Stay(passing.number, earlier, None))
                inside[passing.number] = passing
            case "out" if passing.number is not None:
                found.over.append(_left(passing, passing.number, inside))
            case "in":
                found.unread_in += 1
            case "out":
                found.unread_out += 1
            case _:
                found.undirected += 1
    waiting = sorted(inside.items(), key=lambda each: each[1].entered_at)
    found.inside = [Stay(number, entry, None) for number, entry in waiting]
    return found


def _left(passing: Passing, number: str, inside: dict[str, Passing]) -> Stay:
    entry = inside.pop(number, None)
    if entry is not None:
        return Stay(number, entry, passing)
    alike = [known for known in inside if same_but_for_one(known, number)]
    if len(alike) == 1:
        return Stay(number, inside.pop(alike[0]), passing, guessed=True)
    return Stay(number, None, passing)
