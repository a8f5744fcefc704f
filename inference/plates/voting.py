"""One number out of several readings of a vehicle: character by character, each reading as sure as it was."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.contracts.plates import Plate, cleaned, parsed
from inference.plates.finding import Reading

FOREIGN: Final = 0.5
"""What a text that is no Russian number weighs against one that is: most of these are numbers read wrongly."""

LONGER: Final = 1.5
"""What a reading weighs more that has one more of the same character in a row: a reader swallows, it hardly invents."""


@dataclass(frozen=True, slots=True)
class Voted:
    """What the readings say together.

    text    as read, of the surest reading that says this
    plate   None where it is no Russian number
    score   0..1, how sure of its characters, on average over all readings that have as many
    votes   readings that say exactly this
    """

    text: str
    plate: Plate | None
    score: float
    votes: int


@dataclass(frozen=True, slots=True)
class _Vote:
    """A reading as a candidate: its characters, as many scores, and what it looks like."""

    chars: str
    scores: tuple[float, ...]
    reading: Reading
    plate: Plate | None

    @property
    def shape(self) -> tuple[str, int]:
        return "" if self.plate is None else self.plate.format, len(self.chars)

    @property
    def weight(self) -> float:
        return self.reading.score * (FOREIGN if self.plate is None else 1.0)


def voted(readings: Sequence[Reading]) -> Voted | None:
    """None when there are none. The order of the readings is nothing to it."""
    votes = [_vote(each) for each in readings]
    if not votes:
        return None
    shapes: defaultdict[tuple[str, int], list[_Vote]] = defaultdict(list)
    for vote in votes:
        shapes[vote.shape].append(vote)
    group = max(shapes.values(), key=lambda each: (_weight(each, votes), each[0].shape))
    chars, scores = zip(*(_character(group, place) for place in range(len(group[0].chars))), strict=True)
    text = "".join(chars)
    same = [vote for vote in group if vote.chars == text]
    surest = max(same or group, key=lambda vote: (vote.weight, vote.chars, vote.reading.text))
    plate = surest.plate if same or surest.plate is None else parsed(text, two_lines=surest.reading.two_lines)
    return Voted(surest.reading.text if same else cleaned(text), plate, sum(scores) / len(scores), len(same))


def _vote(reading: Reading) -> _Vote:
    plate = parsed(reading.text, two_lines=reading.two_lines)
    if plate is None:
        return _Vote(reading.text, reading.scores, reading, None)
    scores = reading.scores if len(plate.number) == len(reading.scores) else (reading.score,) * len(plate.number)
    return _Vote(plate.number, scores, reading, plate)


def _weight(group: Sequence[_Vote], votes: Sequence[_Vote]) -> float:
    """The group's own weight, more where others are the same number with a character swallowed."""
    swallowed = any(
        len(other.chars) == len(mine.chars) - 1 and _without_runs(other.chars) == _without_runs(mine.chars)
        for mine in group
        for other in votes
    )
    return sum(vote.weight for vote in group) * (LONGER if swallowed else 1.0)


def _without_runs(text: str) -> str:
    return "".join(c for i, c in enumerate(text) if i == 0 or text[i - 1] != c)


def _character(group: Sequence[_Vote], place: int) -> tuple[str, float]:
    """The character with the most weight there, and its part of what all readings could have given it."""
    given: defaultdict[str, float] = defaultdict(float)
    for vote in group:
        given[vote.chars[place]] += vote.scores[place]
    best = max(given, key=lambda char: (given[char], char))
    return best, min(1.0, given[best] / len(group))
