"""Tells the states of one machine from a crop: plain arrays and numpy, nothing in a file that could run as code.

Made by `inference.machines.fitting`, kept by `inference.machines.store`.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from domain.contracts.detections import AttributeScore
from inference.errors import InferenceError
from inference.machines.features import BLOCKS, DEPTH, FORM, Floats, contrast, described, shrunk
from inference.machines.states import MEANINGS, STATES, Aspect
from infra.frames import Pixels

SURE: Final = 0.8
"""A state that is less probable is not told."""

LARGEST_BYTES: Final = 50_000_000
"""Of a file when it is unpacked."""

LEAST_CONTRAST: Final = 0.06
"""Of the crop, 0..1: with less the light is off, or it blinds the camera."""

STRANGEST: Final = 4.0
"""A block is at most so strange: one that is covered weighs no more than that it is covered."""


class ClassifierUnusable(InferenceError):
    """A file is no classifier of machine states that this build can use."""


@dataclass(frozen=True, slots=True)
class AspectModel:
    """How one aspect is told.

    states    k names, in the order of the scores
    index     (f,) which of the BLOCKS * DEPTH features count
    middle, scale  (f,) of those features
    weights   (f, k) and bias (k,): logits of the states, calibrated
    heed      (BLOCKS,) how much each block counts for the aspect, summing to 1
    limit     a look of more strangeness in those blocks says nothing
    """

    states: tuple[str, ...]
    index: NDArray[np.int64]
    middle: Floats
    scale: Floats
    weights: Floats
    bias: Floats
    heed: Floats
    limit: float

    def probabilities(self, flat: Floats) -> Floats:
        """(..., k) from (..., BLOCKS * DEPTH)."""
        logits = ((flat[..., self.index] - self.middle) / self.scale) @ self.weights + self.bias
        logits = logits - logits.max(axis=-1, keepdims=True)
        powers = np.exp(logits)
        return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


@dataclass(frozen=True, slots=True)
class Told:
    """What a look says of one aspect; state is None when it says nothing.

    strangeness  of the blocks that count, 1 at the limit
    """

    state: str | None
    states: tuple[str, ...]
    probabilities: tuple[float, ...]
    strangeness: float


@dataclass(frozen=True)
class Classifier:
    """prototypes  (p, BLOCKS, DEPTH) float16, looks that are known
    usual       (BLOCKS,) how far the nearest of them usually is, squared
    about       what the training said of itself: examples, accuracy
    """

    prototypes: Floats
    usual: Floats
    aspects: Mapping[Aspect, AspectModel]
    about: Mapping[str, Any]

    @cached_property
    def _known(self) -> "Known":
        return Known.of(self.prototypes)

    def tell(self, crop: Pixels) -> dict[Aspect, Told]:
        """crop   (h, w, 3) uint8 BGR"""
        small = shrunk(crop)
        if contrast(small) < LEAST_CONTRAST:
            return {aspect: _nothing(model) for aspect, model in self.aspects.items()}
        return self.tell_features(described(small))

    def tell_features(self, look: Floats) -> dict[Aspect, Told]:
        """look   (BLOCKS, DEPTH), of inference.machines.features"""
        strange = strangeness(nearest(look[None], self._known)[0], self.usual)
        return {aspect: _told(model, look.ravel(), strange) for aspect, model in self.aspects.items()}


@dataclass(frozen=True, slots=True)
class Known:
    """Looks that are known, as they are compared: blocks (BLOCKS, DEPTH, p), squares (BLOCKS, 1, p)."""

    blocks: Floats
    squares: Floats

    @classmethod
    def of(cls, prototypes: Floats) -> "Known":
        blocks = np.ascontiguousarray(prototypes.transpose(1, 2, 0))
        return cls(blocks, (blocks**2).sum(axis=1, keepdims=True))


def nearest(looks: Floats, known: Known) -> Floats:
    """(n, BLOCKS) squared distance of each block of n looks to the nearest one that is known."""
    here = looks.transpose(1, 0, 2)
    squared = (here**2).sum(axis=2)[:, :, None] + known.squares
    squared -= 2 * here @ known.blocks
    return np.asarray(np.maximum(squared.min(axis=2), 0.0).T, np.float32)


def strangeness(squared: Floats, usual: Floats) -> Floats:
    """How strange blocks at such distances are, 1 being usual, STRANGEST at most."""
    return np.asarray(np.minimum(np.sqrt(squared / usual), STRANGEST), np.float32)


def _nothing(model: AspectModel) -> Told:
    k = len(model.states)
    return Told(None, model.states, (1.0 / k,) * k, STRANGEST)


def _told(model: AspectModel, flat: Floats, strange: Floats) -> Told:
    probabilities = model.probabilities(flat)
    best = int(probabilities.argmax())
    relative = float(model.heed @ strange) / model.limit
    is_sure = relative <= 1.0 and probabilities[best] >= SURE
    return Told(model.states[best] if is_sure else None, model.states, tuple(probabilities.tolist()), relative)


def attributes(told: Mapping[Aspect, Told]) -> tuple[AttributeScore, ...]:
    """In the words of the contract; both scores are 0 where the look says nothing."""
    found = []
    for aspect, look in told.items():
        by_state = dict(zip(look.states, look.probabilities, strict=True))
        for meaning in MEANINGS[aspect]:
            if not meaning.present & by_state.keys():
                continue
            present = sum(by_state.get(state, 0.0) for state in meaning.present)
            scores = (0.0, 0.0) if look.state is None else (min(1.0, present), max(0.0, 1.0 - present))
            found.append(AttributeScore(meaning.attribute, *scores))
    return tuple(sorted(found, key=lambda score: score.attribute))


def examples(classifier: Classifier) -> dict[tuple[str, str], int]:
    """How many pictures of each aspect's states it was trained on; 0 where its file does not say."""
    found: dict[tuple[str, str], int] = {}
    for aspect, model in classifier.aspects.items():
        try:
            plain = classifier.about["aspects"][aspect.value]
            counts = {state: int(sum(row)) for state, row in zip(plain["states"], plain["photographed"], strict=True)}
        except (KeyError, TypeError, ValueError):
            counts = {}
        found |= {(aspect.value, state): counts.get(state, 0) for state in model.states}
    return found


def dumped(classifier: Classifier) -> bytes:
    """The bytes of a file: equal classifiers give equal bytes."""
    arrays: dict[str, NDArray[Any]] = {
        "prototypes": classifier.prototypes.astype(np.float16),
        "usual": classifier.usual,
    }
    head: dict[str, Any] = {"form": FORM, "about": dict(classifier.about), "aspects": {}}
    for aspect, model in sorted(classifier.aspects.items()):
        head["aspects"][aspect.value] = {"states": list(model.states), "limit": model.limit}
        for name in _ARRAYS:
            arrays[f"{aspect.value}.{name}"] = getattr(model, name)
    arrays["head"] = np.frombuffer(json.dumps(head, ensure_ascii=False, sort_keys=True).encode(), np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def loaded(data: bytes) -> Classifier:
    """Raises ClassifierUnusable."""
    try:
        _check_size(data)
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            head = json.loads(arrays["head"].tobytes())
            if head["form"] != FORM:
                raise ClassifierUnusable(f"its features are {head['form']}, this build has {FORM}: train it anew")
            aspects = {Aspect(name): _aspect(name, plain, arrays) for name, plain in head["aspects"].items()}
            found = Classifier(arrays["prototypes"].astype(np.float32), arrays["usual"], aspects, head["about"])
    except (OSError, KeyError, ValueError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ClassifierUnusable(f"not a classifier of machine states: {error}") from error
    _check(found)
    return found


_ARRAYS: Final = ("index", "middle", "scale", "weights", "bias", "heed")


def _aspect(name: str, plain: Mapping[str, Any], arrays: Any) -> AspectModel:
    each = {field: arrays[f"{name}.{field}"] for field in _ARRAYS}
    return AspectModel(states=tuple(plain["states"]), limit=float(plain["limit"]), **each)


def _check_size(data: bytes) -> None:
    """Raises ClassifierUnusable, BadZipFile."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        size = sum(part.file_size for part in file.infolist())
    if size > LARGEST_BYTES:
        raise ClassifierUnusable(f"not a classifier of machine states: {size} bytes when unpacked")


def _check(found: Classifier) -> None:
    arrays = [found.prototypes, found.usual]
    arrays += [each for m in found.aspects.values() for each in (m.middle, m.scale, m.weights, m.bias, m.heed)]
    if not all(np.isfinite(array).all() for array in arrays):
        raise ClassifierUnusable("not a classifier of machine states: some of its numbers are none")
    good = found.prototypes.ndim == 3 and found.prototypes.shape[1:] == (BLOCKS, DEPTH) and len(found.prototypes) > 0
    good = good and found.usual.shape == (BLOCKS,) and bool((found.usual > 0).all()) and bool(found.aspects)
    for aspect, model in found.aspects.items():
        k, f = len(model.states), len(model.index)
        good = good and set(model.states) <= set(STATES[aspect]) and k >= 2 and model.limit > 0
        good = good and model.weights.shape == (f, k) and model.bias.shape == (k,) and model.heed.shape == (BLOCKS,)
        good = good and model.middle.shape == model.scale.shape == (f,) and bool((model.scale > 0).all())
        good = good and bool(((model.index >= 0) & (model.index < BLOCKS * DEPTH)).all())
    if not good:
        raise ClassifierUnusable("not a classifier of machine states: its parts do not fit together")
