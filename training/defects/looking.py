"""One picture and what is wrong with it: how odd each place is, and where the defects lie. Pure."""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.defects.errors import PicturesRefused
from training.defects.model import DefectModel, Probabilities
from training.defects.pictures import GOOD
from training.defects.texture import Boxes, Picture, haralick, tiles

AGREED: Final = 0.75
"""A place belongs to a defect when the tiles that it lies in reach so much of the threshold on average."""


@dataclass(frozen=True, slots=True)
class Region:
    """A defect. box: x1 y1 x2 y2 in pixels; score: of its surest tile, 0..1."""

    kind: str
    score: float
    box: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """kind    `good`, or that of the surest region; score: how sure the worst tile is of a defect
    heat    (h, w) 0..1, how defective each place is
    regions the surest first
    """

    kind: str
    score: float
    threshold: float
    heat: NDArray[np.float32]
    regions: tuple[Region, ...]

    def as_plain(self) -> dict[str, Any]:
        regions = [{"kind": r.kind, "score": round(r.score, 4), "box": list(r.box)} for r in self.regions]
        return {
            "kind": self.kind,
            "score": round(self.score, 4),
            "threshold": round(self.threshold, 4),
            "regions": regions,
        }


def look(picture: Picture, model: DefectModel) -> Verdict:
    """Raises PicturesRefused when the picture is smaller than a tile."""
    height, width = picture.shape
    boxes = tiles(width, height, model.tiling)
    if not len(boxes):
        raise PicturesRefused(f"{width} x {height} pixels, a tile of the model is {model.tiling.tile}")
    found = model.probabilities(haralick(picture, model.tiling))
    odd = 1 - found[:, 0]
    heat = _heat(odd, boxes, width, height)
    regions = _regions(found, boxes, heat, model)
    score = float(odd.max())
    return Verdict(regions[0].kind if regions else GOOD, score, model.threshold, heat, regions)


def _heat(odd: NDArray[np.float64], boxes: Boxes, width: int, height: int) -> NDArray[np.float32]:
    """Each pixel: the mean of the tiles that it lies in."""
    total, count = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    for value, (x1, y1, x2, y2) in zip(odd.tolist(), boxes.tolist(), strict=True):
        total[y1:y2, x1:x2] += value
        count[y1:y2, x1:x2] += 1
    return np.asarray(total / np.maximum(count, 1), np.float32)


def _regions(found: Probabilities, boxes: Boxes, heat: NDArray[np.float32], model: DefectModel) -> tuple[Region, ...]:
    """Places that hang together and hold the middle of a tile over the threshold."""
    sure = np.flatnonzero(1 - found[:, 0] >= model.threshold)
    if not len(sure):
        return ()
    middles = (boxes[:, :2] + boxes[:, 2:]) // 2
    hot = (heat >= AGREED * model.threshold).astype(np.uint8)
    for x, y in middles[sure].tolist():
        hot[y, x] = 1
    _, places, stats, _ = cv2.connectedComponentsWithStats(hot)
    regions = []
    place_of = places[middles[sure, 1], middles[sure, 0]]
    for place in np.unique(place_of):
        mine = found[sure[place_of == place]]
        x, y, across, down = (int(value) for value in stats[place][:4])
        kind = model.kinds[1 + int(mine[:, 1:].sum(axis=0).argmax())]
        regions.append(Region(kind, float(1 - mine[:, 0].min()), (x, y, x + across, y + down)))
    return tuple(sorted(regions, key=lambda region: -region.score))
