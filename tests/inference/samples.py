"""Small detections and fakes that the tests of inference share."""

from collections.abc import Sequence

import numpy as np

from domain.contracts.detections import ModelRef, ObjectClass
from inference.detections import Detections
from inference.parts import Size
from infra.frames import Pixels, SharedFrame

Corners = tuple[float, float, float, float]

MODEL = ModelRef("fake-640x384", "ab" * 32)
START_US = 1_700_000_000_000_000


def detections(*rows: tuple[Corners, float], code: int = ObjectClass.PERSON) -> Detections:
    return Detections(
        np.array([box for box, _ in rows], np.float32).reshape(-1, 4),
        np.array([score for _, score in rows], np.float32),
        np.full(len(rows), code, np.uint8),
    )


def shared_frame(number: int, camera: str = "gate", width: int = 640, height: int = 360) -> SharedFrame:
    return SharedFrame(camera, number, START_US + number * 100_000, np.zeros((height, width, 3), np.uint8))


class ScriptedDetector:
    """Finds what it is told, frame after frame; remembers the size of what it was shown."""

    model = MODEL
    depth = 1
    inputs = ((640, 384),)

    def __init__(self, script: Sequence[Detections]) -> None:
        self._script = list(script)
        self.shown: list[tuple[int, ...]] = []

    def submit(self, pixels: Pixels, size: Size | None = None) -> "ScriptedResult":
        del size
        self.shown.append(pixels.shape)
        return ScriptedResult(self._script.pop(0))


class ScriptedResult:
    ready = True

    def __init__(self, found: Detections) -> None:
        self._found = found

    def result(self) -> Detections:
        return self._found
