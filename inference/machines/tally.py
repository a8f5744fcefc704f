"""What a classifier told of looks that it was not trained on, counted. Made by `inference.machines.validation`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inference.machines.states import Aspect


@dataclass(slots=True)
class Tally:
    """Looks of one aspect by what they show and what was told: (k, k + 1) counts, the last column "cannot tell".

    photographed  the pictures as they are
    varied        in other light, shifted, noisy
    covered       (k + 1) what was told of looks with something in front of what counts
    """

    states: tuple[str, ...]
    photographed: list[list[int]] = field(default_factory=list)
    varied: list[list[int]] = field(default_factory=list)
    covered: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        empty = [0] * (len(self.states) + 1)
        self.photographed, self.varied = ([list(empty) for _ in self.states] for _ in range(2))
        self.covered = list(empty)


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of looks, 0..1. accuracy: of those that were told, how many rightly."""

    looks: int
    accuracy: float
    cannot_tell: float


def figures(table: Sequence[Sequence[int]]) -> Figures:
    looks = sum(map(sum, table))
    unsure = sum(row[-1] for row in table)
    right = sum(row[i] for i, row in enumerate(table))
    told = looks - unsure
    return Figures(looks, right / told if told else 0.0, unsure / looks if looks else 0.0)


def as_plain(tallies: Mapping[Aspect, Tally]) -> dict[str, Any]:
    """What a classifier's file says of its training."""
    plain = {}
    for aspect, tally in tallies.items():
        asis, varied = figures(tally.photographed), figures(tally.varied)
        plain[aspect.value] = {
            "states": list(tally.states),
            "photographed": tally.photographed,
            "varied": tally.varied,
            "covered": tally.covered,
            "accuracy": round(asis.accuracy, 4),
            "cannot_tell": round(asis.cannot_tell, 4),
            "accuracy_varied": round(varied.accuracy, 4),
            "cannot_tell_varied": round(varied.cannot_tell, 4),
            "covers_noticed": round(tally.covered[-1] / max(1, sum(tally.covered)), 4),
        }
    return plain
