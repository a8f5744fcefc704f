"""Labelled crops of a machine: a folder per state, the same picture in several where it shows several things."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from domain.contracts.machines import LEAST_PICTURES, TeachingFailure
from inference.errors import InferenceError
from inference.machines.features import BLOCKS, CELLS, Floats, features
from inference.machines.states import UNKNOWN, Aspect, aspect_of, state_named
from inference.machines.variations import covers, dark, varied
from infra.frames import Pixels

VARIATIONS: Final = 10
"""Of each picture, beside itself."""

COVERS: Final = 6
DARK: Final = 2
"""Of each picture."""

SMALL_PX: Final = 144
"""Longer side of what is varied: details beyond it are no features."""

LARGEST_BYTES: Final = 50_000_000
SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp"})


class ExamplesRefused(InferenceError):
    """The examples do not suffice to tell the states of a machine."""

    def __init__(
        self,
        sentence: str,
        failure: TeachingFailure = TeachingFailure.UNREADABLE,
        state: str | None = None,
        pictures: int | None = None,
    ) -> None:
        """state, pictures: which one it is about, and how many pictures of it there are."""
        super().__init__(sentence)
        self.failure, self.state, self.pictures = failure, state, pictures


@dataclass(frozen=True, slots=True)
class Picture:
    """One labelled crop, and how it may look another time.

    states   of the aspects that somebody labelled; none where nothing can be told
    looks    (1 + VARIATIONS, BLOCKS, DEPTH): as it is, and in other light
    covered  (COVERS + DARK, BLOCKS, DEPTH): with something in front, or with the light off
    hidden   (COVERS + DARK, BLOCKS) 0..1: which part of each block that hides
    """

    name: str
    states: Mapping[Aspect, str]
    looks: Floats
    covered: Floats
    hidden: Floats


def picture(name: str, states: Mapping[Aspect, str], crop: Pixels) -> Picture:
    """Variations are the same for the same pixels.

    crop   (h, w, 3) uint8 BGR
    """
    random = np.random.default_rng(list(hashlib.sha256(crop.tobytes()).digest()))
    small = _shrunk(crop)
    looks = [features(crop), *(features(varied(small, random)) for _ in range(VARIATIONS))]
    behind = [*islice(covers(small, random), COVERS), *islice(dark(small, random), DARK)]
    covered = [features(pixels) for pixels, _ in behind]
    hidden = [_of_blocks(mask) for _, mask in behind]
    return Picture(name, dict(states), np.stack(looks), np.stack(covered), np.stack(hidden))


def read_pictures(folder: Path, told: Callable[[int, int], None] = lambda done, of: None) -> list[Picture]:
    """All pictures of FOLDER/<state>/, in the order of their names.

    told     called after each: how many of how many are read
    Raises   ExamplesRefused, StateUnknown
    """
    states: defaultdict[bytes, dict[Aspect, str]] = defaultdict(dict)
    files: dict[bytes, Path] = {}
    for path in sorted(each for each in folder.glob("*/*") if each.suffix.lower() in SUFFIXES):
        state = state_named(path.parent.name)
        if path.stat().st_size > LARGEST_BYTES:
            raise ExamplesRefused(f"{path}: larger than {LARGEST_BYTES} bytes")
        data = path.read_bytes()
        digest = hashlib.sha256(data).digest()
        files.setdefault(digest, path)
        aspect = aspect_of(state)
        if aspect is not None:
            other = states[digest].setdefault(aspect, state)
            if other != state:
                raise ExamplesRefused(f"{path}: the same picture is both {other!r} and {state!r}")
    if not files:
        sentence = f"{folder}: no pictures in folders named by states, like {folder}/open/1.png"
        raise ExamplesRefused(sentence, TeachingFailure.NO_PICTURES)
    found = []
    for digest, path in files.items():
        found.append(_read(path, states[digest]))
        told(len(found), len(files))
    return sorted(found, key=lambda each: each.name)


def require_enough(pictures: Sequence[Picture]) -> None:
    """Raises ExamplesRefused, naming the state with too few pictures."""
    counts = Counter(state for each in pictures for state in each.states.values())
    for state, count in sorted(counts.items()):
        if count < LEAST_PICTURES:
            sentence = f"{state}: {count} different pictures, at least {LEAST_PICTURES} are needed"
            raise ExamplesRefused(sentence, TeachingFailure.TOO_FEW, state, count)


def labelled(pictures: Sequence[Picture], aspect: Aspect) -> list[Picture]:
    return [each for each in pictures if aspect in each.states]


def folds(pictures: Sequence[Picture], aspect: Aspect, most: int) -> list[Collection[str]]:
    """Names of pictures that are held out together: neighbours by name, often of the same seconds of a video."""
    by_state: defaultdict[str, list[str]] = defaultdict(list)
    for each in labelled(pictures, aspect):
        by_state[each.states[aspect]].append(each.name)
    count = min(most, *(len(names) for names in by_state.values()))
    held: list[set[str]] = [set() for _ in range(count)]
    for names in by_state.values():
        for fold, part in zip(held, np.array_split(np.array(sorted(names), object), count), strict=True):
            fold.update(part.tolist())
    return list(held)


def _read(path: Path, states: Mapping[Aspect, str]) -> Picture:
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if pixels is None:
        raise ExamplesRefused(f"{path}: not a picture")
    name = f"{path.name}/{path.parent.name}" if states else f"{path.name}/{UNKNOWN}"
    return picture(name, states, np.asarray(pixels, np.uint8))


def _shrunk(crop: Pixels) -> Pixels:
    height, width = crop.shape[:2]
    share = SMALL_PX / max(height, width)
    if share >= 1.0:
        return crop
    size = max(1, round(width * share)), max(1, round(height * share))
    return np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8)


def _of_blocks(mask: NDArray[np.uint8]) -> Floats:
    side = CELLS // 2
    small = cv2.resize(mask.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32).reshape(BLOCKS)
