"""From pictures of one person to what is stored of their face. Called by `./kaska faces enrol`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from inference.errors import InferenceError
from inference.faces.local import SAME, FaceModels
from infra.faces import Embeddings, KnownFace

LEAST_PX: Final = 60.0
"""A face of a picture for enrolment is at least so wide: all later looks are compared with it."""

MOST_BYTES: Final = 50 * 1024 * 1024


class PictureRefused(InferenceError):
    """A picture is not one of a single, clear face of the person."""


def measured(models: FaceModels, pictures: Sequence[Path]) -> Embeddings:
    """(pictures, n) one face of each. Raises PictureRefused, which names the picture."""
    found: list[Embeddings] = []
    for path in pictures:
        face = models.look(_read(path))
        if face is None or face.width < LEAST_PX:
            raise PictureRefused(f"{path}: no face of at least {LEAST_PX:.0f} pixels across")
        if face.others:
            raise PictureRefused(f"{path}: {face.others + 1} faces; cut out that of the person")
        if found and float(face.embedding @ found[0]) < SAME:
            raise PictureRefused(f"{path}: another face than in {pictures[0]}")
        found.append(face.embedding)
    return np.stack(found)


def mistaken_for(found: Embeddings, others: Sequence[KnownFace]) -> KnownFace | None:
    """Somebody who is enrolled and would be taken for the person."""
    return next((other for other in others if float((other.embeddings @ found.T).max()) >= SAME), None)


def _read(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise PictureRefused(f"{path}: larger than {MOST_BYTES // 2**20} MiB")
        picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    except (OSError, cv2.error) as error:
        raise PictureRefused(f"{path}: {error}") from error
    if picture is None:
        raise PictureRefused(f"{path}: not a picture")
    return np.asarray(picture, np.uint8)
