"""One thing that stands where nothing may: whether it is still there, cannot be seen, or was taken away. Pure."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from domain.contracts.detections import Box
from domain.contracts.identifiers import TrackId
from inference.detections import Mask
from inference.objects.ground import View

HIDDEN: Final = 0.3
"""Of a thing, the part that may be covered by who stands in front."""

STILL: Final = 0.7
"""Of what is seen of it, the part in which nothing may move: else somebody stands in front whom nobody tracks."""

THERE: Final = 0.5
GONE: Final = 0.3
"""Of the difference that it made when it was found: with more it is there, with less it is not."""

GONE_S: Final = 2.0
"""Not there for so long, and it was taken away."""

ALTERED_S: Final = 30.0
"""Neither there nor gone for so long: it looks otherwise under this light."""

FAINT: Final = 0.12
"""A difference so small is none."""

KNOWN: Final = 0.5
"""Of what is seen of it, the part whose ground must be known."""

NEXT_TO: Final = 20
"""Pixels between two things that may be one."""

JOINS_S: Final = 60.0
"""What appears beside a thing so soon after it was a part of it that somebody hid."""


Area = tuple[int, int, int, int]


@dataclass
class Thing:
    """A thing that was found. Pixels are those of the small luma.

    mask, area     (h, w) bool, and x1 y1 x2 y2 around it
    difference     which it made when it was found, 0..1
    score          how sure it is, 0..1

    Where the ground below it was never seen under the light of now, the reference shows the thing itself: it is there
    as long as nothing differs.
    """

    track_id: TrackId
    mask: Mask
    area: Area
    difference: float
    score: float
    found_us: int
    gone_s: float = 0.0
    altered_s: float = 0.0
    is_gone: bool = field(default=False)

    def box(self, width: int, height: int) -> Box:
        """In 0..1 of a picture of this size."""
        x1, y1, x2, y2 = self.area
        return x1 / width, y1 / height, x2 / width, y2 / height

    def is_seen(self, view: View) -> bool:
        """Whether it can be seen to be there. Afterwards `is_gone` says whether it was taken away."""
        mask = self.mask[view.at]
        visible = mask & ~view.hidden
        count = int(np.count_nonzero(visible))
        if count <= (1.0 - HIDDEN) * np.count_nonzero(self.mask):
            return False
        if np.count_nonzero(view.moving[visible]) > (1.0 - STILL) * count:
            return False
        difference = float(view.compared.difference[visible].mean())
        if np.count_nonzero(view.valid[visible]) < KNOWN * count:
            difference = self.difference if difference < GONE * self.difference else 0.0
        return self._is_there(difference, view.step_s)

    def _is_there(self, difference: float, step_s: float) -> bool:
        if difference >= THERE * self.difference:
            self.gone_s = self.altered_s = 0.0
            return True
        if difference < max(FAINT, GONE * self.difference):
            self.gone_s += step_s
            self.is_gone = self.gone_s >= GONE_S
            return False
        self.altered_s += step_s
        if self.altered_s >= ALTERED_S:
            self.difference, self.altered_s = difference, 0.0
        return False

    def join(self, mask: Mask, area: Area) -> None:
        """What was found beside it is a part of it."""
        self.mask = self.mask | mask
        x1, y1, x2, y2 = self.area
        a1, b1, a2, b2 = area
        self.area = min(x1, a1), min(y1, b1), max(x2, a2), max(y2, b2)


def next_to(a: Area, b: Area) -> bool:
    """Whether there is no more than NEXT_TO between the two."""
    return b[0] <= a[2] + NEXT_TO and a[0] <= b[2] + NEXT_TO and b[1] <= a[3] + NEXT_TO and a[1] <= b[3] + NEXT_TO
