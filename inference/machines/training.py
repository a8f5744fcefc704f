"""From labelled crops to a classifier that also knows when it cannot tell, in seconds on one core. Pure.

How strange a look may be is learned as well: pictures that are held out must be known again in other light, and the
same pictures with something large in front of what counts must not be.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from domain.contracts.machines import TeachingFailure
from inference.machines.classifier import AspectModel, Classifier, Known, nearest, strangeness
from inference.machines.features import BLOCKS, Floats
from inference.machines.fitting import fitted
from inference.machines.pictures import ExamplesRefused, Picture, folds, labelled
from inference.machines.states import Aspect

PROTOTYPES: Final = 160
"""Looks that a classifier remembers, at most."""

FOLDS: Final = 5

USUAL: Final = 0.9
"""Of the looks of held-out pictures, so many are no further from a known one than is called usual."""

LEAST_USUAL: Final = 0.05
"""Squared distance of blocks; less is noise."""

HIDDEN: Final = 0.4
"""Of what counts for an aspect: a cover of more must be noticed."""

OWN: Final = 2.0
"""To give up a look that can be told weighs so many times a cover that was not noticed."""


@dataclass(frozen=True, slots=True)
class _HeldOut:
    """How far from what is known pictures are that were held out: (n, BLOCKS) squared distances each.

    hidden   (n of covered, BLOCKS) which part of each block is covered; 1 for looks that somebody marked as unknown
    """

    natural: Floats
    covered: Floats
    hidden: Floats


def aspects_of(pictures: Sequence[Picture]) -> list[Aspect]:
    return [aspect for aspect in Aspect if labelled(pictures, aspect)]


def trained(
    pictures: Sequence[Picture], about: Mapping[str, Any], aspects: Collection[Aspect] | None = None
) -> Classifier:
    """A classifier of some aspects, of all that are labelled when None is given. Raises ExamplesRefused."""
    wanted = aspects_of(pictures) if aspects is None else list(aspects)
    if not wanted:
        sentence = "no picture has a state: to tell one, pictures of at least two states are needed"
        raise ExamplesRefused(sentence, TeachingFailure.NO_PICTURES)
    with threadpool_limits(1):  # matrices so small are only slowed down by more threads
        models = {aspect: fitted(pictures, aspect) for aspect in wanted}
    held = {aspect: _held_out(pictures, aspect) for aspect in wanted}
    natural = np.concatenate([each.natural for each in held.values()])
    usual = np.asarray(np.maximum(np.quantile(natural, USUAL, axis=0), LEAST_USUAL), np.float32)
    limited = {aspect: replace(model, limit=_limit(model, held[aspect], usual)) for aspect, model in models.items()}
    return Classifier(_prototypes(pictures), usual, limited, dict(about))


def _prototypes(pictures: Sequence[Picture]) -> Floats:
    """Each picture as it is, and as many of its variations as there is room for."""
    known = [each for each in pictures if each.states]
    each_has = max(1, min(len(known[0].looks), PROTOTYPES // len(known)))
    looks = np.concatenate([each.looks[:each_has] for each in known])
    if len(looks) > PROTOTYPES:
        looks = looks[np.linspace(0, len(looks) - 1, PROTOTYPES).round().astype(int)]
    return looks.astype(np.float16).astype(np.float32)


def _held_out(pictures: Sequence[Picture], aspect: Aspect) -> _HeldOut:
    natural, covered, hidden = [], [], []
    for fold in folds(pictures, aspect, FOLDS):
        known = Known.of(_prototypes([each for each in pictures if each.name not in fold]))
        for each in pictures:
            if each.name in fold:
                natural.append(nearest(each.looks, known))
                covered.append(nearest(each.covered, known))
                hidden.append(each.hidden)
    known = Known.of(_prototypes(pictures))
    for each in pictures:
        if not each.states:
            covered.append(nearest(each.looks, known))
            hidden.append(np.ones((len(each.looks), BLOCKS), np.float32))
    return _HeldOut(np.concatenate(natural), np.concatenate(covered), np.concatenate(hidden))


def _limit(model: AspectModel, held: _HeldOut, usual: Floats) -> float:
    """Where looks that can be told and looks that are covered are best told apart."""
    natural = strangeness(held.natural, usual) @ model.heed
    covered = (strangeness(held.covered, usual) @ model.heed)[held.hidden @ model.heed >= HIDDEN]
    edges = np.unique(np.concatenate([natural, covered]))
    between = np.concatenate([(edges[1:] + edges[:-1]) / 2, edges[-1:] * 1.05])
    given_up = np.array([(natural > limit).mean() for limit in between])
    unnoticed = np.array([(covered <= limit).mean() if len(covered) else 0.0 for limit in between])
    return _middle_of_best(between, OWN * given_up + unnoticed)


def _middle_of_best(limits: NDArray[np.float64], costs: NDArray[np.float64]) -> float:
    best = np.flatnonzero(costs <= costs.min() + 1e-9)
    return float(limits[best].mean())
