"""How one aspect is told: a calibrated logistic regression. scikit-learn is needed here and nowhere else.

Of all features only those count that differ most between the states, so that what is the same behind the machine
decides nothing. Probabilities are calibrated on pictures that the regression has not seen (temperature, Guo et
al. 2017).
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from domain.contracts.machines import TeachingFailure
from inference.machines.classifier import AspectModel
from inference.machines.features import BLOCKS, DEPTH, Floats
from inference.machines.pictures import ExamplesRefused, Picture, folds, labelled
from inference.machines.states import Aspect

LEAST: Final = 2
"""Pictures of a state: one is held out to calibrate. Whoever trains is asked for more (`LEAST_PICTURES`)."""

KEPT: Final = 96
"""Features that count for an aspect."""

STRENGTHS: Final = (0.003, 0.03, 0.3)
"""Inverse strengths of regularisation to choose from."""

TEMPERATURES: Final = tuple(np.geomspace(1.0, 8.0, 13).tolist())
"""Never below 1: a few pictures that are told apart easily are no reason to be surer than the regression."""

FOLDS: Final = 4


def fitted(pictures: Sequence[Picture], aspect: Aspect) -> AspectModel:
    """The model of one aspect; its limit is for others to set. Raises ExamplesRefused."""
    states = told_states(pictures, aspect)
    strength, temperature = _chosen(pictures, aspect, states)
    return _regression(labelled(pictures, aspect), aspect, states, strength, temperature)


def told_states(pictures: Sequence[Picture], aspect: Aspect) -> tuple[str, ...]:
    """The states of an aspect that there are pictures of. Raises ExamplesRefused."""
    found = [each.states[aspect] for each in labelled(pictures, aspect)]
    states = tuple(sorted(set(found)))
    for state in states:
        if found.count(state) < LEAST:
            sentence = f"{state}: {found.count(state)} pictures, at least {LEAST} are needed"
            raise ExamplesRefused(sentence, TeachingFailure.TOO_FEW, state, found.count(state))
    if len(states) < 2:
        sentence = f"{aspect}: to tell {' '.join(states) or 'it'}, pictures of another state are needed too"
        raise ExamplesRefused(sentence, TeachingFailure.ONE_STATE, next(iter(states), None))
    return states


def _chosen(pictures: Sequence[Picture], aspect: Aspect, states: tuple[str, ...]) -> tuple[float, float]:
    """The strength and the temperature with the least surprise over pictures that were held out."""
    mine = labelled(pictures, aspect)
    surprises = {}
    for strength in STRENGTHS:
        logits, truth = [], []
        for fold in folds(pictures, aspect, FOLDS):
            model = _regression([each for each in mine if each.name not in fold], aspect, states, strength, 1.0)
            for each in mine:
                if each.name in fold:
                    flat = each.looks.reshape(len(each.looks), -1)[:, model.index]
                    logits.append(((flat - model.middle) / model.scale) @ model.weights + model.bias)
                    truth.append(np.full(len(flat), states.index(each.states[aspect])))
        for temperature in TEMPERATURES:
            surprises[strength, temperature] = _surprise(np.concatenate(logits) / temperature, np.concatenate(truth))
    return min(surprises, key=lambda key: surprises[key])


def _surprise(logits: Floats, truth: NDArray[np.int64]) -> float:
    """Mean negative logarithm of the probability of the truth."""
    logits = logits - logits.max(axis=1, keepdims=True)
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(len(truth)), truth].mean())


def _difference(flat: Floats, truth: NDArray[np.int64], states: int) -> Floats:
    """(features,) variance of the states' means over the variance within the states."""
    own = [flat[truth == state] for state in range(states)]
    means = np.stack([looks.mean(axis=0) for looks in own])
    within = np.mean([looks.var(axis=0) for looks in own], axis=0)
    return np.asarray(means.var(axis=0) / (within + np.float32(1e-4)), np.float32)


def _regression(
    pictures: Sequence[Picture], aspect: Aspect, states: tuple[str, ...], strength: float, temperature: float
) -> AspectModel:
    flat = np.concatenate([each.looks.reshape(len(each.looks), -1) for each in pictures])
    truth = np.concatenate([np.full(len(each.looks), states.index(each.states[aspect])) for each in pictures])
    index = np.sort(np.argsort(-_difference(flat, truth, len(states)), kind="stable")[:KEPT])
    chosen = flat[:, index]
    middle, scale = chosen.mean(axis=0), chosen.std(axis=0) + np.float32(1e-3)
    regression: Any = LogisticRegression(C=strength, class_weight="balanced", max_iter=500)
    regression.fit((chosen - middle) / scale, truth)
    weights, bias = regression.coef_.T, regression.intercept_
    if len(states) == 2:
        weights, bias = np.concatenate([-weights, weights], axis=1) / 2, np.concatenate([-bias, bias]) / 2
    heed = np.bincount(index // DEPTH, np.abs(weights).sum(axis=1), BLOCKS)
    return AspectModel(
        states=states,
        index=index.astype(np.int64),
        middle=middle.astype(np.float32),
        scale=scale.astype(np.float32),
        weights=np.asarray(weights / temperature, np.float32),
        bias=np.asarray(bias / temperature, np.float32),
        heed=np.asarray(heed / heed.sum(), np.float32),
        limit=1.0,
    )
