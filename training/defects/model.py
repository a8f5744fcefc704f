"""A trained model of a surface: numbers in a file (npz), applied with numpy alone. Never code, never pickle."""

import json
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.defects.errors import ModelRefused
from training.defects.pictures import GOOD
from training.defects.texture import Features, Tiling

FORM: Final = "kaska-defects-1"
ODD: Final = "odd"
"""What a model says that was shown good parts only: something else than those."""

MOST_BYTES: Final = 64 * 2**20

Numbers = NDArray[np.float64]
Probabilities = NDArray[np.float64]
"""(tiles, kinds), each row sums up to 1."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """Linear scores of good and of each defect, and what they mean as probabilities (matrix scaling).

    weights (kinds, n), biases (kinds,), sharpen (kinds, kinds), shift (kinds,)
    """

    weights: Numbers
    biases: Numbers
    sharpen: Numbers
    shift: Numbers

    def probabilities(self, features: Features) -> Probabilities:
        return softmax(self.logits(features) @ self.sharpen.T + self.shift)

    def logits(self, features: Features) -> Numbers:
        """(tiles, kinds) before their calibration."""
        return np.asarray(features @ self.weights.T + self.biases)


@dataclass(frozen=True, slots=True)
class OneClass:
    """How far from good: Mahalanobis distance. inverse (n, n); as far as `edge` is 0.5, `width` further 0.73."""

    inverse: Numbers
    edge: float
    width: float

    def probabilities(self, features: Features) -> Probabilities:
        odd = 1 / (1 + np.exp(-np.clip((self.distances(features) - self.edge) / self.width, -60, 60)))
        return np.stack([1 - odd, odd], axis=1)

    def distances(self, features: Features) -> Numbers:
        """(tiles,)"""
        return np.asarray(np.sqrt(np.maximum(0.0, np.einsum("ij,jk,ik->i", features, self.inverse, features))))


@dataclass(frozen=True, slots=True)
class DefectModel:
    """kinds      `good` first, in the columns of the probabilities
    mean, scale  (n,) of the features, before anything else
    threshold    a picture is defective when a tile is, by so much or more
    figures      of the cross-validation, for people
    """

    kinds: tuple[str, ...]
    tiling: Tiling
    mean: Numbers
    scale: Numbers
    judge: Kinds | OneClass
    threshold: float
    figures: dict[str, Any]

    def probabilities(self, features: Features) -> Probabilities:
        return self.judge.probabilities((features - self.mean) / self.scale)

    def save(self, path: Path) -> None:
        """Raises OSError."""
        about = {
            "form": FORM,
            "kinds": self.kinds,
            "tiling": asdict(self.tiling),
            "threshold": self.threshold,
            "figures": self.figures,
        }
        arrays = {"about": np.array(json.dumps(about)), "mean": self.mean, "scale": self.scale}
        arrays |= {name: np.asarray(value) for name, value in asdict(self.judge).items()}
        with path.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)


def load(path: Path) -> DefectModel:
    """Raises ModelRefused."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ModelRefused(f"{path}: larger than {MOST_BYTES // 2**20} MiB")
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(str(arrays.pop("about")))
        if about["form"] != FORM:
            raise ModelRefused(f"{path}: its form is {about['form']!r}, this build reads {FORM}")
        return _checked(path, about, arrays)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ModelRefused(f"{path} is not a model of defects: {error}") from error


def _checked(path: Path, about: dict[str, Any], arrays: dict[str, Numbers]) -> DefectModel:
    kinds, tiling = tuple(map(str, about["kinds"])), Tiling(**about["tiling"])
    tiling = Tiling(tiling.tile, tiling.step, tiling.levels, tuple(tiling.distances))
    if not all(each.dtype == np.float64 and np.isfinite(each).all() for each in arrays.values()):
        raise ModelRefused(f"{path}: its arrays hold something else than numbers")
    mean, scale, n, k = arrays.pop("mean"), arrays.pop("scale"), tiling.numbers, len(kinds)
    judge: Kinds | OneClass
    if "inverse" in arrays:
        judge = OneClass(arrays["inverse"], float(arrays["edge"]), float(arrays["width"]))
        fits = judge.inverse.shape == (n, n) and judge.width > 0 and k == len((GOOD, ODD))
    else:
        judge = Kinds(**arrays)
        fits = (judge.weights.shape, judge.biases.shape) == ((k, n), (k,))
        fits &= (judge.sharpen.shape, judge.shift.shape) == ((k, k), (k,))
    if not fits or kinds[0] != GOOD or mean.shape != (n,) or scale.shape != (n,) or not (scale > 0).all():
        raise ModelRefused(f"{path}: its arrays do not fit each other")
    return DefectModel(kinds, tiling, mean, scale, judge, float(about["threshold"]), dict(about["figures"]))


def softmax(scores: Numbers) -> Probabilities:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
