"""A rendered hall: a tiled floor with a wall behind it, light, things, people, and the noise of a sensor."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH: Final = 400
HEIGHT: Final = 240

Box = tuple[int, int, int, int]
"""x1 y1 x2 y2 in pixels."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Thing:
    """A box with slats, a plain box, or a person; `look` chooses."""

    box: Box
    look: str = "pallet"


PALLET: Final = Thing((190, 150, 240, 185))


class Hall:
    """texture   grey values of the floor's roughness"""

    def __init__(self, texture: float = 4.0, seed: int = 1) -> None:
        self._random = np.random.default_rng(seed)
        fine, coarse = self._rough(1.5), self._rough(8.0)
        floor = 110 + texture * (fine + coarse)
        floor[:, ::50] -= 25
        floor[100::40] -= 25
        floor[:80] = 150 + texture * fine[:80] / 2
        floor[78:81] = 60
        self.floor: Floats = np.asarray(floor, np.float32)
        self.x, self.y = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))

    def picture(
        self,
        *things: Thing,
        light: float | Floats = 1.0,
        veil: float = 0.0,
        noise: float = 2.5,
        develop: Callable[[Floats], Floats] | None = None,
    ) -> NDArray[np.uint8]:
        """Luma (h, w). light: a factor, also of each pixel; veil: added to all; develop: another sensor."""
        made = self.floor.copy()
        for thing in things:
            x1, y1, x2, y2 = thing.box
            made[y1:y2, x1:x2] = _painted(thing)
        made = np.asarray(made * (0.8 + 0.4 * self.x / WIDTH) * light + veil, np.float32)
        if develop is not None:
            made = develop(made)
        return np.clip(made + self._random.normal(0, noise, made.shape), 0, 255).astype(np.uint8)

    def shadow(self, box: Box, softness: float, depth: float = 0.5) -> Floats:
        """A factor of light."""
        x1, y1, x2, y2 = box
        covered: Floats = np.zeros((HEIGHT, WIDTH), np.float32)
        covered[y1:y2, x1:x2] = 1
        if softness:
            covered = np.asarray(cv2.GaussianBlur(covered, (0, 0), softness), np.float32)
        return np.asarray(1 - (1 - depth) * covered, np.float32)

    def lamp(self, x: int, y: int, reach: float = 90.0) -> Floats:
        """A factor of light: bright around a place, dim elsewhere."""
        far = (self.x - x) ** 2 + (self.y - y) ** 2
        return np.asarray(0.4 + np.exp(-far / (2 * reach**2)), np.float32)

    def _rough(self, size: float) -> Floats:
        noise = cv2.GaussianBlur(self._random.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), size)
        return np.asarray(noise / noise.std(), np.float32)


def _painted(thing: Thing) -> Floats:
    x1, y1, x2, y2 = thing.box
    width, height = x2 - x1, y2 - y1
    random = np.random.default_rng(width * 31 + height)
    if thing.look == "plain":
        return np.full((height, width), 60, np.float32)
    if thing.look == "person":
        body = np.full((height, width), 70, np.float32)
        body[: height // 6], body[height // 2 :] = 150, 50
        return np.asarray(body + random.normal(0, 6, body.shape), np.float32)
    slats = np.full((height, width), 165, np.float32)
    slats[:: max(6, height // 4)] = 70
    slats[:, :: max(8, width // 3)] -= 40
    return np.asarray(slats + random.normal(0, 5, slats.shape), np.float32)
