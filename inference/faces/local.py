"""Faces compared on this machine: YuNet finds them, SFace measures them (both OpenCV Zoo), no network."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from domain.contracts.detections import ModelRef
from inference.errors import ModelUnusable
from inference.faces.gallery import Gallery
from inference.faces.matcher import FaceMatch
from inference.weights import Weights, from_assets
from infra.faces import Embeddings
from infra.frames import Pixels

FINDER: Final = "face_detection_yunet_2023mar.onnx"
MEASURER: Final = "face_recognition_sface_2021dec.onnx"

MIN_FACE_PX: Final = 24.0
"""Narrower faces are not told. In zidane.jpg made smaller, both faces are known at 28 pixels and one at 22 (.77)."""

MIN_CERTAIN: Final = 0.8
"""How sure YuNet has to be that it is a face."""

MAX_OVERLAP: Final = 0.3
MOST_FACES: Final = 8

SAME: Final = 0.363
"""Cosine from which SFace takes two faces for one person (its authors' figure on LFW, 99.6 % right)."""

CLEAR: Final = 0.05
"""By so much the nearest person is nearer than the next one, or nobody is named."""


@dataclass(frozen=True, slots=True)
class Face:
    """The largest face of a picture. embedding: (n,) float32 of length 1."""

    embedding: Embeddings
    width: float
    certain: float
    others: int


class FaceModels:
    """The two models. Not for several threads."""

    def __init__(self) -> None:
        finder, measurer = from_assets(FINDER), from_assets(MEASURER)
        try:
            self._finder = cv2.FaceDetectorYN.create(
                str(finder.path), "", (320, 320), MIN_CERTAIN, MAX_OVERLAP, MOST_FACES
            )
            self._measurer = cv2.FaceRecognizerSF.create(str(measurer.path), "")
        except cv2.error as error:
            raise ModelUnusable(f"{finder.path}, {measurer.path}: {error}") from error
        self.refs: tuple[ModelRef, ...] = (_ref(finder), _ref(measurer))

    def look(self, picture: Pixels) -> Face | None:
        """The largest face; None when none is large and sure enough."""
        height, width = picture.shape[:2]
        if min(height, width) < MIN_FACE_PX:
            return None
        self._finder.setInputSize((width, height))
        faces = self._finder.detect(picture)[1]
        faces = np.empty((0, 15), np.float32) if faces is None else np.asarray(faces, np.float32)
        faces = faces[np.isfinite(faces).all(axis=1) & (faces[:, 2] >= MIN_FACE_PX)]
        if not len(faces):
            return None
        best = faces[(faces[:, 2] * faces[:, 3]).argmax()]
        numbers = np.asarray(self._measurer.feature(self._measurer.alignCrop(picture, best)), np.float32).ravel()
        length = float(np.linalg.norm(numbers))
        if not np.isfinite(length) or length == 0.0:
            return None
        return Face(numbers / np.float32(length), float(best[2]), float(best[14]), len(faces) - 1)


class LocalMatcher:
    """A FaceMatcher among the enrolled faces."""

    def __init__(self, models: FaceModels, gallery: Gallery) -> None:
        self._models, self._gallery = models, gallery

    def match(self, crop: Pixels) -> FaceMatch | None:
        """As in the FaceMatcher protocol."""
        face = self._models.look(crop)
        if face is None:
            return None
        refs = self._models.refs
        near = sorted(
            ((float((known.embeddings @ face.embedding).max()), known.person) for known in self._gallery.faces(refs)),
            key=lambda each: each[0],
            reverse=True,
        )
        best = near[0][0] if near else 0.0
        is_clear = len(near) < 2 or best - near[1][0] >= CLEAR
        person = near[0][1] if near and best >= SAME and is_clear else None
        return FaceMatch(person, min(1.0, max(0.0, best)), refs)

    def close(self) -> None:
        """Nothing is held open."""


def _ref(weights: Weights) -> ModelRef:
    return weights.named("opencv")
