"""A folder of pictures: `good/`, and one folder for each kind of defect. `name.mask.png` beside one says where."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from training.defects.errors import PicturesRefused
from training.defects.texture import Boxes, Picture

GOOD: Final = "good"
MASK: Final = ".mask.png"
SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"})
LEAST_GOOD: Final = 4
LEAST_OF_A_KIND: Final = 3
MOST_PIXELS: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture and what it shows. mask: (h, w) uint8, where the defect is; None where nobody said."""

    path: Path
    kind: str
    picture: Picture
    mask: Picture | None = None


def read_grey(path: Path) -> Picture:
    """Raises PicturesRefused."""
    try:
        data = np.fromfile(path, np.uint8)
        picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if len(data) else None
    except (OSError, cv2.error) as error:
        raise PicturesRefused(f"{path}: {error}") from error
    if picture is None:
        raise PicturesRefused(f"{path}: not a picture")
    if picture.size > MOST_PIXELS:
        raise PicturesRefused(f"{path}: more than {MOST_PIXELS // 1_000_000} megapixels")
    return np.asarray(picture, np.uint8)


def samples(folder: Path) -> list[Sample]:
    """All pictures, kind by kind, `good` first. Raises PicturesRefused."""
    if not (folder / GOOD).is_dir():
        raise PicturesRefused(f"{folder}: a folder `{GOOD}` of parts without defects is expected")
    kinds = sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name != GOOD)
    found = [sample for kind in (GOOD, *kinds) for sample in _of_kind(folder / kind, kind)]
    for kind in (GOOD, *kinds):
        count, least = sum(s.kind == kind for s in found), LEAST_GOOD if kind == GOOD else LEAST_OF_A_KIND
        if count < least:
            raise PicturesRefused(f"{folder / kind}: {count} pictures, at least {least} are needed")
    return found


def covered(mask: Picture, boxes: Boxes) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """(tiles,) which part of each tile the mask covers, 0..1."""
    total = cv2.integral((mask > 0).astype(np.uint8), sdepth=cv2.CV_64F)
    x1, y1, x2, y2 = boxes.T
    inside = total[y2, x2] - total[y1, x2] - total[y2, x1] + total[y1, x1]
    return np.asarray(inside / ((x2 - x1) * (y2 - y1)), np.float64)


def _of_kind(folder: Path, kind: str) -> Iterator[Sample]:
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SUFFIXES or path.name.endswith(MASK):
            continue
        picture, beside = read_grey(path), path.with_name(path.stem + MASK)
        mask = read_grey(beside) if kind != GOOD and beside.exists() else None
        if mask is not None and mask.shape != picture.shape:
            raise PicturesRefused(f"{beside}: not as large as its picture")
        yield Sample(path, kind, picture, mask)
