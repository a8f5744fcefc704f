"""From pictures of a surface to a model of it, with figures that were measured on pictures it was not trained on (R88).

A picture's tiles are never on both sides of a cross-validation: neighbours overlap.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.covariance import LedoitWolf
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

from training.defects.errors import PicturesRefused
from training.defects.model import ODD, DefectModel, Kinds, Numbers, OneClass, Probabilities
from training.defects.pictures import GOOD, Sample, covered
from training.defects.texture import Features, Picture, Tiling, haralick, tiles

Labels = NDArray[np.int64]

LEAST_COVERED: Final = 0.01
"""A tile of which so much is masked shows the defect; one with less and not nothing teaches nothing."""

FOLDS: Final = 5
STRENGTH: Final = 1.0
ROUNDS: Final = 3000
FAR: Final = 0.995
"""Of the tiles of good parts that were not trained on, so many are nearer than the edge."""

UNUSED: Final = -1

Measure = Callable[[Picture, Tiling], Features]


@dataclass(frozen=True, slots=True)
class Taught:
    """The tiles of all pictures.

    kinds     `good` first; labels are positions in it, UNUSED where a tile teaches nothing
    pictures  (tiles,) of which picture
    shows     (pictures,) what each shows, a position in kinds
    masked    whether all defects are masked, so that tiles can be scored
    """

    kinds: tuple[str, ...]
    features: Features
    labels: Labels
    pictures: Labels
    shows: Labels
    masked: bool


def train(samples: Sequence[Sample], tiling: Tiling, measure: Measure = haralick) -> DefectModel:
    """measure: of a picture, features of its tiles. Raises PicturesRefused."""
    taught = taught_by(samples, tiling, measure)
    mean, scale = taught.features.mean(axis=0), np.maximum(taught.features.std(axis=0), 1e-9)
    scaled = (taught.features - mean) / scale
    if len(taught.kinds) == 1:
        centre = scaled.mean(axis=0)
        judge, figures = _one_class(scaled - centre, taught)
        return DefectModel((GOOD, ODD), tiling, mean + centre * scale, scale, judge, 0.5, figures)
    found, kinds_judge = _kinds(scaled, taught)
    threshold = _best_threshold(_worst(found, taught), taught.shows > 0)
    return DefectModel(taught.kinds, tiling, mean, scale, kinds_judge, threshold, _figures(found, taught, threshold))


def taught_by(samples: Sequence[Sample], tiling: Tiling, measure: Measure) -> Taught:
    """Raises PicturesRefused when a picture is smaller than a tile."""
    kinds = tuple(dict.fromkeys((GOOD, *(sample.kind for sample in samples))))
    features, labels, shows = [], [], []
    for sample in samples:
        height, width = sample.picture.shape
        boxes, kind = tiles(width, height, tiling), kinds.index(sample.kind)
        if not len(boxes):
            raise PicturesRefused(f"{sample.path}: {width} x {height} pixels, a tile is {tiling.tile}")
        features.append(measure(sample.picture, tiling))
        label = np.full(len(boxes), 0 if kind == 0 else UNUSED)
        if sample.mask is not None:
            part = covered(sample.mask, boxes)
            label = np.where(part >= LEAST_COVERED, kind, np.where(part > 0.0, UNUSED, 0))
        labels.append(label)
        shows.append(kind)
    pictures = np.repeat(np.arange(len(samples)), [len(each) for each in labels])
    masked = all(sample.mask is not None for sample in samples if sample.kind != GOOD)
    taught = Taught(
        kinds, np.concatenate(features), np.concatenate(labels), pictures, np.array(shows), len(kinds) > 1 and masked
    )
    return taught if masked else _with_odd_tiles(taught, [sample.mask is None for sample in samples])


def _with_odd_tiles(taught: Taught, unmasked: Sequence[bool]) -> Taught:
    """Where nobody masked a defect, it is in the tiles that are unlike good parts; in the least alike at least."""
    good = taught.features[taught.shows[taught.pictures] == 0]
    mean, scale = good.mean(axis=0), np.maximum(good.std(axis=0), 1e-9)
    judge = OneClass(LedoitWolf(assume_centered=True).fit((good - mean) / scale).precision_, 0.0, 1.0)
    distances = judge.distances((taught.features - mean) / scale)
    edge = float(np.quantile(distances[taught.shows[taught.pictures] == 0], FAR))
    labels = taught.labels.copy()
    for picture in np.flatnonzero((taught.shows > 0) & np.array(unmasked)):
        mine = np.flatnonzero(taught.pictures == picture)
        odd = mine[distances[mine] > edge]
        labels[odd if len(odd) else mine[[distances[mine].argmax()]]] = taught.shows[picture]
    return Taught(taught.kinds, taught.features, labels, taught.pictures, taught.shows, masked=False)


def _kinds(scaled: Features, taught: Taught) -> tuple[Probabilities, Kinds]:
    """Probabilities of all tiles from models that never saw their picture, and the model of all pictures."""
    used, count = taught.labels != UNUSED, len(taught.kinds)
    fewest = int(np.bincount(taught.shows, minlength=count).min())
    folds = StratifiedGroupKFold(min(FOLDS, fewest), shuffle=True, random_state=0)
    logits = np.zeros((len(scaled), count))
    for known, new in folds.split(scaled, taught.shows[taught.pictures], taught.pictures):
        taken = known[used[known]]
        logits[new] = _linear(scaled[taken], taught.labels[taken], count).logits(scaled[new])
    calibration = LogisticRegression(C=STRENGTH, max_iter=ROUNDS).fit(logits[used], taught.labels[used])
    sharpen, shift = _rows(calibration, count)
    plain = _linear(scaled[used], taught.labels[used], count)
    judge = Kinds(plain.weights, plain.biases, sharpen, shift)
    whole = Kinds(np.eye(count), np.zeros(count), sharpen, shift)
    return whole.probabilities(logits), judge


def _linear(features: Features, labels: Labels, count: int) -> Kinds:
    fitted = LogisticRegression(C=STRENGTH, max_iter=ROUNDS, class_weight="balanced").fit(features, labels)
    weights, biases = _rows(fitted, count)
    return Kinds(weights, biases, np.eye(count), np.zeros(count))


def _rows(fitted: LogisticRegression, count: int) -> tuple[Numbers, Numbers]:
    """One row for each kind, also where two kinds are one row to scikit-learn, and where a fold lacks one."""
    weights, biases = fitted.coef_, fitted.intercept_
    if len(weights) == 1:
        weights, biases = np.concatenate([-weights / 2, weights / 2]), np.concatenate([-biases / 2, biases / 2])
    rows, shift = np.zeros((count, weights.shape[1])), np.full(count, -50.0)
    rows[fitted.classes_], shift[fitted.classes_] = weights, biases
    return rows, shift


def _one_class(centred: Features, taught: Taught) -> tuple[OneClass, dict[str, Any]]:
    """The edge lies where tiles of good parts that were not trained on rarely are."""
    distances = np.zeros(len(centred))
    for known, new in GroupKFold(min(FOLDS, len(taught.shows))).split(centred, groups=taught.pictures):
        middle = centred[known].mean(axis=0)
        part = OneClass(LedoitWolf(assume_centered=True).fit(centred[known] - middle).precision_, 0.0, 1.0)
        distances[new] = part.distances(centred[new] - middle)
    edge = float(distances.max())
    width = max(1e-3, edge - float(np.quantile(distances, FAR)), float(distances.std()) / 2)
    inverse = LedoitWolf(assume_centered=True).fit(centred).precision_
    figures = {"pictures": {GOOD: len(taught.shows)}, "tiles": len(centred), "edge": round(edge, 3)}
    return OneClass(np.asarray(inverse, np.float64), edge, width), figures


def _worst(found: Probabilities, taught: Taught) -> Numbers:
    """(pictures,) how surely the worst tile of each is defective."""
    worst = np.zeros(len(taught.shows))
    np.maximum.at(worst, taught.pictures, 1 - found[:, 0])
    return worst


def _best_threshold(worst: Numbers, defective: NDArray[np.bool_]) -> float:
    """In the middle of where most pictures are told right, good and defective ones weighing the same."""
    edges = np.unique(np.concatenate([[0.0], worst, [1.0]]))
    middles = (edges[1:] + edges[:-1]) / 2
    right = [(worst[defective] >= each).mean() + (worst[~defective] < each).mean() for each in middles]
    best = np.flatnonzero(np.isclose(right, max(right)))
    return float(middles[best[np.diff(edges)[best].argmax()]])


def _figures(found: Probabilities, taught: Taught, threshold: float) -> dict[str, Any]:
    worst, told = _worst(found, taught), np.zeros(len(taught.shows), np.int64)
    for picture in np.flatnonzero(worst >= threshold):
        mine = found[taught.pictures == picture]
        told[picture] = 1 + mine[1 - mine[:, 0] >= threshold / 2][:, 1:].sum(axis=0).argmax()
    each = f1_score(taught.shows, told, labels=range(len(taught.kinds)), average=None, zero_division=0.0)
    figures = {
        "pictures": {kind: int((taught.shows == i).sum()) for i, kind in enumerate(taught.kinds)},
        "tiles": len(found),
        "auc": round(float(roc_auc_score(taught.shows > 0, worst)), 4),
        "f1": {kind: round(float(value), 4) for kind, value in zip(taught.kinds, each, strict=True)},
        "threshold": round(threshold, 4),
    }
    used = taught.labels != UNUSED
    if taught.masked:
        figures["tile_auc"] = round(float(roc_auc_score(taught.labels[used] > 0, 1 - found[used, 0])), 4)
        figures["calibration_error"] = round(_calibration_error(1 - found[used, 0], taught.labels[used] > 0), 4)
    return figures


def _calibration_error(said: Numbers, true: NDArray[np.bool_], bins: int = 10) -> float:
    """By how much what is said with so much confidence is true more or less often, on average over the tiles."""
    place = np.minimum((said * bins).astype(int), bins - 1)
    gaps = [abs(said[place == i].mean() - true[place == i].mean()) * (place == i).mean() for i in np.unique(place)]
    return float(sum(gaps))
