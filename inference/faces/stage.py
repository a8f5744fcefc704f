"""Which heads of one camera's people are handed to the matcher, and when; costs nothing on other frames."""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from domain.contracts.detections import ObjectClass
from inference.detections import Floats, Tracks
from inference.scene import NOTHING_SEEN, Seen
from infra.frames import Pixels, SharedFrame

HEAD: Final = 0.4
"""The upper part of a person's box in which their face is."""

MARGIN: Final = 0.1
"""Context around it, in widths and heights of the box: a face that the box cuts off is not found."""

MOST_AT_ONCE: Final = 3
"""People of one frame; the others have their turn in one of the next."""


@dataclass(frozen=True, slots=True)
class Look:
    """A picture of somebody's head, to be compared. crop: (h, w, 3) uint8 BGR, a copy."""

    camera: str
    track_id: int
    captured_at_us: int
    crop: Pixels


class Looks(Protocol):
    """Who takes the looks."""

    def wants(self, camera: str, track_id: int) -> bool:
        """Whether another look at the track may tell something new."""
        ...

    def offer(self, look: Look) -> None:
        """Never waits: under overload the oldest look is dropped."""
        ...


class FaceStage:
    """A SceneStage of one camera; adds nothing to its facts.

    min_person_px   height of a person in the analysed frame from which a face can be told
    interval_s      between two looks at one person
    """

    def __init__(self, looks: Looks, min_person_px: float, interval_s: float) -> None:
        self._looks, self._min_px, self._interval_us = looks, min_person_px, interval_s * 1e6
        self._looked_us: dict[int, int] = {}

    def observe(self, frame: SharedFrame, tracks: Tracks) -> Seen:
        """As in the SceneStage protocol."""
        if not len(tracks):
            return NOTHING_SEEN
        at_us, camera = frame.captured_at_us, frame.camera_id
        ids = tracks.ids.tolist()
        self._looked_us = {i: at for i, at in self._looked_us.items() if i in ids}
        tall = (tracks.codes == ObjectClass.PERSON) & (tracks.boxes[:, 3] - tracks.boxes[:, 1] >= self._min_px)
        due = [i for i in np.flatnonzero(tall).tolist() if self._is_due(ids[i], at_us)]
        due.sort(key=lambda i: self._looked_us.get(ids[i], 0))
        for i in [i for i in due if self._looks.wants(camera, ids[i])][:MOST_AT_ONCE]:
            self._looked_us[ids[i]] = at_us
            crop = head(frame.pixels, tracks.boxes[i])
            if crop.size:
                self._looks.offer(Look(camera, ids[i], at_us, crop))
        return NOTHING_SEEN

    def _is_due(self, track_id: int, at_us: int) -> bool:
        last = self._looked_us.get(track_id)
        return last is None or at_us < last or at_us - last >= self._interval_us


def head(pixels: Pixels, box: Floats) -> Pixels:
    """A copy of the part of the picture in which the person's face is.

    box   (4,) x1 y1 x2 y2 in pixels
    """
    height, width = pixels.shape[:2]
    x1, y1, x2, y2 = box.tolist()
    beside, above = (x2 - x1) * MARGIN, (y2 - y1) * MARGIN
    left, right = max(0, round(x1 - beside)), min(width, round(x2 + beside))
    top, bottom = max(0, round(y1 - above)), min(height, round(y1 + (y2 - y1) * HEAD + above))
    return np.array(pixels[top : max(top, bottom), left : max(left, right)])
