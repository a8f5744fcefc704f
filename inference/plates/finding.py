"""The plate of one vehicle: which of the lines on it, alone or with a neighbour, is the number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from domain.contracts.detections import ModelRef
from domain.contracts.plates import parsed
from inference.plates.models import Line, LineReader, Quad, TextLocator, straightened
from infra.frames import Pixels

LEAST_SCORE: Final = 0.4
"""Mean of a text's characters; below it was noise."""

SHORTEST, LONGEST = 5, 10
"""Characters of a number of any country."""

LEAST_HEIGHT_PX: Final = 7.0
"""Lower lines are not read: what comes out is invented."""

WIDER: Final = 0.06
"""Of a line's height: by so much it is cut out wider at the ends, so that no character is cut off (R197)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at a vehicle gave.

    text       capital Latin letters and digits as they were read, two lines joined
    scores     of each character, 0..1
    quad       around it, in pixels of the picture
    two_lines  one under the other
    """

    text: str
    scores: tuple[float, ...]
    quad: Quad
    two_lines: bool = False

    @property
    def score(self) -> float:
        return sum(self.scores) / len(self.scores)

    @property
    def rank(self) -> tuple[bool, float]:
        """A text that is a Russian number comes before any other."""
        plate = parsed(self.text, two_lines=self.two_lines)
        return plate is not None, self.score - (0.1 * plate.repairs if plate else 0.0)


class PlateFinder:
    """Finds and reads the number plate in the picture of a vehicle. Not thread-safe."""

    def __init__(self, locator: TextLocator, reader: LineReader) -> None:
        self._locator, self._reader = locator, reader

    @property
    def models(self) -> tuple[ModelRef, ...]:
        return self._locator.model, self._reader.model

    def find(self, vehicle: Pixels) -> Reading | None:
        """vehicle   (h, w, 3) uint8 BGR, the vehicle with some room around it; None: nothing reads like a number"""
        picture = lightened(vehicle)
        quads = [quad for quad in self._locator.lines(picture) if _height(quad) >= LEAST_HEIGHT_PX]
        lines = [(quad, self._reader.read(straightened(picture, _widened(quad)))) for quad in quads]
        readings = [each for each in _readings(lines) if _is_number(each)]
        return max(readings, key=lambda each: each.rank, default=None)


def lightened(picture: Pixels) -> Pixels:
    """A dark picture with its values spread out; any other as it is."""
    low, high = np.percentile(picture, (1, 99.5))
    if high >= 110 or high - low < 1:
        return picture
    return np.asarray(np.clip((picture.astype(np.float32) - low) * (255 / (high - low)), 0, 255), np.uint8)


def _readings(lines: Sequence[tuple[Quad, Line]]) -> Iterator[Reading]:
    told = [(quad, line) for quad, line in lines if line.text]
    for quad, line in told:
        yield Reading(line.text, line.scores, quad)
    for first, left in told:
        for second, right in told:
            below = first is not second and _below(first, second)
            if below or (first is not second and _beside(first, second)):
                yield Reading(left.text + right.text, left.scores + right.scores, _around(first, second), below)


def _is_number(reading: Reading) -> bool:
    digits = sum(c.isdigit() for c in reading.text)
    return SHORTEST <= len(reading.text) <= LONGEST + 3 and digits >= 2 and reading.score >= LEAST_SCORE


def _below(upper: Quad, lower: Quad) -> bool:
    """The second line stands close under the first: types 1А, 3 and 4."""
    (ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2) = _along(upper, upper), _along(lower, upper)
    height = min(ay2 - ay1, by2 - by1)
    overlap = min(ax2, bx2) - max(ax1, bx1)
    alike = 0.5 <= (ay2 - ay1) / (by2 - by1) <= 2.0
    return alike and overlap > 0.6 * min(ax2 - ax1, bx2 - bx1) and -0.6 * height < by1 - ay2 < 0.8 * height


def _beside(first: Quad, second: Quad) -> bool:
    """The second continues the first on the right: a region that was found alone."""
    (_, ay1, ax2, ay2), (bx1, by1, _, by2) = _along(first, first), _along(second, first)
    height = ay2 - ay1
    overlap = min(ay2, by2) - max(ay1, by1)
    return overlap > 0.4 * min(height, by2 - by1) and -0.5 * height < bx1 - ax2 < 0.8 * height


def _along(quad: Quad, line: Quad) -> tuple[float, float, float, float]:
    """The quad's bounds along and across the direction of a line, which may lean."""
    along = line[1] - line[0] + line[2] - line[3]
    along = along / max(1e-6, float(np.linalg.norm(along)))
    turned = quad @ np.array([[along[0], -along[1]], [along[1], along[0]]], np.float32)
    (x1, y1), (x2, y2) = turned.min(0).tolist(), turned.max(0).tolist()
    return x1, y1, x2, y2


def _around(first: Quad, second: Quad) -> Quad:
    points = np.concatenate([first, second])
    (x1, y1), (x2, y2) = points.min(0), points.max(0)
    return np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], np.float32)


def _height(quad: Quad) -> float:
    return float(min(np.linalg.norm(quad[3] - quad[0]), np.linalg.norm(quad[2] - quad[1])))


def _widened(quad: Quad) -> Quad:
    along = (quad[1] - quad[0]) / max(1e-6, float(np.linalg.norm(quad[1] - quad[0]))) * _height(quad) * WIDER
    return np.asarray(quad + np.stack([-along, along, along, -along]), np.float32)
