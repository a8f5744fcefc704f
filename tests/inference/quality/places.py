"""A place before a camera, rendered: a yard with buildings, and what happens to the picture. Seconds of film in ms."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import cv2
import numpy as np

from domain.contracts.detections import from_microseconds
from domain.contracts.identifiers import CameraId
from domain.contracts.observations import PictureQuality
from inference.detections import Tracks
from inference.quality.memory import Memory
from inference.quality.watch import QualityWatch
from infra.frames import Pixels, SharedFrame

WIDTH, HEIGHT = 384, 216
BORDER = 64
T0_US = 1_800_000_000_000_000
YARD = CameraId("yard")
NOBODY = Tracks(np.empty(0, np.int64), np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, np.uint8))

Change = Callable[[Pixels, float], Pixels]
"""What becomes of the luma at a second."""


def yard(seed: int = 3) -> Pixels:
    """Larger than what the camera sees by BORDER on each side: walls, doors, windows, poles; limited range."""
    dice = np.random.default_rng(seed)
    picture = np.full((HEIGHT + 2 * BORDER, WIDTH + 2 * BORDER), 110, np.uint8)
    for _ in range(60):
        x, y = int(dice.integers(0, picture.shape[1])), int(dice.integers(0, picture.shape[0]))
        w, h = int(dice.integers(6, 90)), int(dice.integers(6, 70))
        cv2.rectangle(picture, (x, y), (x + w, y + h), int(dice.integers(30, 215)), -1)
    for _ in range(14):
        ends = dice.integers(0, picture.shape[1], 4)
        cv2.line(picture, (int(ends[0]), int(ends[1])), (int(ends[2]), int(ends[3])), int(dice.integers(30, 215)), 2)
    return cv2.GaussianBlur(picture, (0, 0), 0.6).astype(np.uint8)


PLACE = yard()


def seen(right: int = 0, down: int = 0, place: Pixels = PLACE) -> Pixels:
    """The camera's view, turned by so many pixels."""
    top, left = BORDER + down, BORDER + right
    return place[top : top + HEIGHT, left : left + WIDTH].copy()


class Film:
    """Pictures with the noise of a sensor, always the same noise."""

    def __init__(self, noise: float = 2.0) -> None:
        self._dice, self._noise = np.random.default_rng(11), noise

    def taken(self, luma: Pixels) -> Pixels:
        noisy = luma + self._dice.normal(0.0, self._noise, luma.shape)
        return np.clip(noisy, 0, 255).astype(np.uint8)


@dataclass
class Told:
    """An Outbox that keeps what it is told."""

    observations: list[PictureQuality] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)

    def tell(self, observation: PictureQuality) -> None:
        self.observations.append(observation)

    def remember(self, camera: CameraId, memory: Memory) -> None:
        assert camera == YARD
        self.memory = memory

    def faults(self) -> list[tuple[str, float, float, float | None]]:
        """Kind, and seconds of beginning, notice and end, each fault as it was told last."""
        newest = {(o.fault, o.since): o for o in self.observations}
        return [
            (o.fault.value, second_of(o.since), second_of(o.noticed), None if o.until is None else second_of(o.until))
            for o in newest.values()
        ]


def second_of(at: datetime) -> float:
    return (at - from_microseconds(T0_US)).total_seconds()


def shared(luma: Pixels, second: float) -> SharedFrame:
    """As a producer shares it: I420 without colour."""
    grey = np.full((luma.shape[0] // 2, luma.shape[1]), 128, np.uint8)
    number = round(second * 10)
    return SharedFrame("yard", number, T0_US + round(second * 1e6), np.vstack([luma, grey]))


def play(watch: QualityWatch, seconds: Iterable[float], change: Change, film: Film | None = None) -> None:
    """change   of the usual view; film adds noise to what it gives, None takes it as it is"""
    for second in seconds:
        luma = change(seen(), second)
        watch.observe(shared(luma if film is None else film.taken(luma), second), NOBODY)


def watching(told: Told, accepted: Callable[[], datetime | None] = lambda: None) -> QualityWatch:
    return QualityWatch(YARD, told, accepted, told.memory)
