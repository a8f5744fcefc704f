"""How well a classifier tells pictures that it was not trained on: the whole training is done anew for each part."""

from collections.abc import Callable, Sequence
from typing import Final

from inference.machines.classifier import Classifier
from inference.machines.features import Floats
from inference.machines.fitting import told_states
from inference.machines.pictures import Picture, folds
from inference.machines.states import Aspect
from inference.machines.tally import Tally
from inference.machines.training import HIDDEN, aspects_of, trained

FOLDS: Final = 5


def validated(pictures: Sequence[Picture], told: Callable[[], None] = lambda: None) -> dict[Aspect, Tally]:
    """told: called after each part, of which there are `parts`. Raises ExamplesRefused."""
    found = {}
    for aspect in aspects_of(pictures):
        tally = found[aspect] = Tally(told_states(pictures, aspect))
        for fold in folds(pictures, aspect, FOLDS):
            classifier = trained([each for each in pictures if each.name not in fold], {}, [aspect])
            for each in pictures:
                if each.name in fold:
                    _count(tally, classifier, aspect, each)
            told()
    return found


def parts(pictures: Sequence[Picture]) -> int:
    """Raises ExamplesRefused."""
    return sum(len(folds(pictures, aspect, FOLDS)) for aspect in aspects_of(pictures) if told_states(pictures, aspect))


def _count(tally: Tally, classifier: Classifier, aspect: Aspect, each: Picture) -> None:
    model = classifier.aspects[aspect]
    row = tally.states.index(each.states[aspect])
    for i, look in enumerate(each.looks):
        (tally.varied if i else tally.photographed)[row][_told(tally, classifier, aspect, look)] += 1
    for look, hidden in zip(each.covered, each.hidden, strict=True):
        if float(hidden @ model.heed) >= HIDDEN:
            tally.covered[_told(tally, classifier, aspect, look)] += 1


def _told(tally: Tally, classifier: Classifier, aspect: Aspect, look: Floats) -> int:
    state = classifier.tell_features(look)[aspect].state
    return len(tally.states) if state is None else tally.states.index(state)
