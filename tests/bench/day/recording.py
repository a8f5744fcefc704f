"""What the cameras show, over and over: small pictures, and what a detector found in each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np

from domain.contracts.detections import ModelRef, ObjectClass
from inference.detections import Detections, nothing
from inference.detectors import create
from inference.detectors.options import YoloOptions
from inference.parts import Size
from infra.detectors import DetectorKind
from infra.frames import Pixels

WIDTH, HEIGHT = 320, 240
RENDERED: Final = 100
WALKERS: Final = 5


@dataclass(frozen=True)
class Recording:
    """pictures  (HEIGHT * 3 / 2, WIDTH) uint8, I420 as producers write them; found: in pixels of the picture."""

    model: ModelRef
    pictures: Sequence[Pixels]
    found: Sequence[Detections]

    def __len__(self) -> int:
        return len(self.pictures)


def recorded(video: Path) -> Recording:
    """A real recording, looked at once by the real detector."""
    detector = create(DetectorKind.OPENVINO, YoloOptions())
    pictures: list[Pixels] = []
    found: list[Detections] = []
    with av.open(str(video)) as opened:
        for frame in opened.decode(video=0):
            full = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            seen = detector.submit(full).result()
            scale = np.array([WIDTH / full.shape[1], HEIGHT / full.shape[0]] * 2, np.float32)
            pictures.append(_small(full))
            found.append(Detections(seen.boxes * scale, seen.scores, seen.codes))
    return Recording(detector.model, pictures, found)


def rendered() -> Recording:
    """Dark walkers before a grey wall: for machines that have no video."""
    dice = np.random.default_rng(7)
    wall = dice.integers(100, 140, (HEIGHT, WIDTH, 3), np.uint8)
    starts, speeds = dice.uniform(0, WIDTH, WALKERS), dice.uniform(-6, 6, WALKERS)
    rows = dice.uniform(40, HEIGHT - 70, WALKERS)
    pictures: list[Pixels] = []
    found: list[Detections] = []
    for number in range(RENDERED):
        picture = wall.copy()
        boxes = []
        for x, y in zip((starts + speeds * number) % WIDTH, rows, strict=True):
            box = (max(0.0, x - 10), y, min(float(WIDTH), x + 10), y + 50)
            cv2.rectangle(picture, (int(box[0]), int(y)), (int(box[2]), int(y) + 50), (30, 30, 30), -1)
            boxes.append(box)
        pictures.append(_small(picture))
        scores, codes = np.full(WALKERS, 0.8, np.float32), np.full(WALKERS, ObjectClass.PERSON, np.uint8)
        found.append(Detections(np.array(boxes, np.float32), scores, codes))
    return Recording(ModelRef("rendered", "0" * 64), pictures, found)


def _small(picture: Pixels) -> Pixels:
    return np.asarray(
        cv2.cvtColor(cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2YUV_I420),
        np.uint8,
    )


class Player:
    """A Detector of one camera that finds what was found in the picture that is shown."""

    depth = 1
    inputs: tuple[Size, ...] = ((WIDTH, HEIGHT),)

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self.model = recording.model
        self.showing: int | None = None

    def submit(self, pixels: Pixels, size: Size | None = None) -> "_Played":
        del pixels, size
        return _Played(nothing() if self.showing is None else self._recording.found[self.showing])


class _Played:
    ready = True

    def __init__(self, found: Detections) -> None:
        self._found = found

    def result(self) -> Detections:
        return self._found
