"""Where the parts of a body are, from its keypoints (R46): head, eyes, mouth, trunk, hands. Pure.

A part is told where its keypoints are sure; otherwise nobody knows, and what is asked for goes by the person's box.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.detections import Floats

NOSE: Final = 0
EYES: Final = (1, 2)
EARS: Final = (3, 4)
FACE: Final = (NOSE, *EYES, *EARS)
SHOULDERS: Final = (5, 6)
ARMS: Final = ((7, 9), (8, 10))
"""Elbow and wrist of each arm."""

HIPS: Final = (11, 12)
KEYPOINTS: Final = 17
SURE: Final = 0.5

HEAD_PER_SHOULDERS: Final = 0.64
HEAD_PER_TRUNK: Final = 0.46
HEAD_PER_HEIGHT: Final = 0.1
HEAD_PER_FACE: Final = (((1, 2), 3.0), ((3, 4), 1.5), ((3, NOSE), 2.0), ((4, NOSE), 2.0))
"""A head is 0.23 m high; shoulders are 0.36 m apart and 0.5 m above the hips, a box is at most the whole person. In a
face that fills the picture only eyes, ears and nose are seen."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a body, in pixels of the frame, and how far from it the middle of a thing worn there may lie."""

    x: float
    y: float
    reach: float


@dataclass(frozen=True, slots=True)
class Body:
    """keypoints   (17, 3) float32 in COCO's order: x, y in pixels of the frame, sureness 0..1
    height      of the person's box in pixels
    """

    keypoints: Floats
    height: float

    def head(self) -> list[Spot]:
        """For a helmet: the middle of the head, from behind too."""
        middle, size = self._mean(FACE), self.head_px
        if middle is None:
            shoulders = self._mean(SHOULDERS, at_least=2)
            middle = None if shoulders is None else shoulders + self._up * 0.9 * size
        return [] if middle is None else [_spot(middle + self._up * 0.25 * size, 0.9 * size)]

    def eyes(self) -> list[Spot]:
        middle = self._mean(EYES)
        return [] if middle is None else [_spot(middle, 0.3 * self.head_px)]

    def forehead(self) -> list[Spot]:
        """Where glasses are pushed up to."""
        middle = self._mean(EYES)
        return [] if middle is None else [_spot(middle + self._up * 0.5 * self.head_px, 0.2 * self.head_px)]

    def mouth(self) -> list[Spot]:
        """For a mask, which covers nose and mouth."""
        nose = self._mean((NOSE,))
        return [] if nose is None else [_spot(nose - self._up * 0.12 * self.head_px, 0.28 * self.head_px)]

    def neck(self) -> list[Spot]:
        """Where a mask hangs that is not worn."""
        nose = self._mean((NOSE,))
        return [] if nose is None else [_spot(nose - self._up * 0.7 * self.head_px, 0.3 * self.head_px)]

    def trunk(self) -> list[Spot]:
        shoulders, hips = self._mean(SHOULDERS), self._mean(HIPS)
        if shoulders is None:
            return []
        size = self.head_px
        middle = shoulders - self._up * 1.1 * size if hips is None else (shoulders + hips) / 2
        return [_spot(np.asarray(middle, np.float32), 1.4 * size)]

    def hands(self) -> list[Spot]:
        """Beyond the wrists, as the forearms point."""
        found = []
        for elbow, wrist in ARMS:
            if self.keypoints[wrist, 2] < SURE:
                continue
            at = self.keypoints[wrist, :2]
            forearm = at - self.keypoints[elbow, :2] if self.keypoints[elbow, 2] >= SURE else np.zeros(2, np.float32)
            found.append(_spot(np.asarray(at + np.float32(0.3) * forearm, np.float32), 0.8 * self.head_px))
        return found

    @property
    def head_px(self) -> float:
        """Height of the head, from whatever is seen whole: who stands sideways has narrow shoulders."""
        sizes = [HEAD_PER_HEIGHT * self.height]
        sizes += [factor * self._apart(*pair) for pair, factor in HEAD_PER_FACE]
        sizes.append(HEAD_PER_SHOULDERS * self._apart(*SHOULDERS))
        shoulders, hips = self._mean(SHOULDERS), self._mean(HIPS)
        if shoulders is not None and hips is not None:
            sizes.append(HEAD_PER_TRUNK * float(np.linalg.norm(shoulders - hips)))
        return max(sizes)

    def _apart(self, a: int, b: int) -> float:
        """How far two keypoints are from each other; 0 when one of them is not sure."""
        one, other = self.keypoints[a], self.keypoints[b]
        return float(np.linalg.norm(one[:2] - other[:2])) if min(one[2], other[2]) >= SURE else 0.0

    @property
    def _up(self) -> NDArray[np.float32]:
        """Of length 1, along the trunk: people bend and lie."""
        shoulders, hips = self._mean(SHOULDERS), self._mean(HIPS)
        along = None if shoulders is None or hips is None else shoulders - hips
        length = 0.0 if along is None else float(np.linalg.norm(along))
        if along is None or length < 1.0:
            return np.array([0.0, -1.0], np.float32)
        return np.asarray(along / length, np.float32)

    def _mean(self, which: tuple[int, ...], at_least: int = 1) -> NDArray[np.float32] | None:
        """(2,) the middle of those keypoints that are sure."""
        points = self.keypoints[list(which)]
        points = points[points[:, 2] >= SURE]
        return None if len(points) < at_least else np.asarray(points[:, :2].mean(axis=0), np.float32)


def _spot(at: NDArray[np.float32], reach: float) -> Spot:
    return Spot(float(at[0]), float(at[1]), reach)
