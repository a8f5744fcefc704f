"""What the machines' classifiers in force were taught: read from the vitals of the analysis (docs/adr/0014)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.vitals import Report, VitalsBoard

EXAMPLES: Final = "kaska_machine_examples"
"""Pictures that a classifier in force was trained on, by zone, aspect and state."""


@dataclass(frozen=True, slots=True)
class Taught:
    """aspect, state   in the words of the examples' folders: guard, running, lamp; open, closed, red and so on"""

    aspect: str
    state: str
    examples: int


def taught(vitals: VitalsBoard) -> Mapping[str, Sequence[Taught]] | None:
    """By zone, without those that have no classifier; None while the analysis is not heard.

    Of several nodes that know a zone the first one counts.
    """
    told = [each for each in map(_taught, vitals.fresh_of("inference")) if each is not None]
    return {zone: states for each in reversed(told) for zone, states in each.items()} if told else None


def _taught(report: Report) -> Mapping[str, Sequence[Taught]] | None:
    try:
        samples = [sample for family in report.families for sample in family.samples if sample.name == EXAMPLES]
    except ValueError:
        return None
    found: defaultdict[str, list[Taught]] = defaultdict(list)
    for sample in samples:
        labels = sample.labels
        found[labels["zone"]].append(Taught(labels["aspect"], labels["state"], round(sample.value)))
    return found
