"""Which heads of one camera's people are handed to the matcher, and when; costs nothing on other frames."""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from domain.contracts.detections import ObjectClass
from inference.detections import Floats, Mask, Tracks
from inference.scene import NOTHING_SEEN, Seen
from infra.frames import Pixels, SharedFrame

HEAD: Final = 0.4
SIDE: Final = 0.15
"""A person's face is in the upper part of their box, and not at its sides, where arms are and who stands beside."""

MARGIN: Final = 0.1
"""Context above and below, in heights of the box: a face that the box cuts off is not found."""

ZONE_SIDE: Final = 0.25
ZONE_DOWN: Final = 0.35
"""Where a head is for sure: so far from the middle of the box to each side, and so far down."""

MIXED: Final = 0.3
"""Of two heads of which so much of the one lies in the other nobody can say whose face is seen."""

GREY: Final = 127

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
        is_person = tracks.codes == ObjectClass.PERSON
        zones = head_zones(tracks.boxes)
        tall = is_person & (tracks.boxes[:, 3] - tracks.boxes[:, 1] >= self._min_px) & ~mixed(zones, is_person)
        due = [i for i in np.flatnonzero(tall).tolist() if self._is_due(ids[i], at_us)]
        due.sort(key=lambda i: self._looked_us.get(ids[i], 0))
        for i in [i for i in due if self._looks.wants(camera, ids[i])][:MOST_AT_ONCE]:
            self._looked_us[ids[i]] = at_us
            others = zones[is_person & (np.arange(len(ids)) != i)]
            crop = head(frame.pixels, tracks.boxes[i], others)
            if crop.size:
                self._looks.offer(Look(camera, ids[i], at_us, crop))
        return NOTHING_SEEN

    def _is_due(self, track_id: int, at_us: int) -> bool:
        last = self._looked_us.get(track_id)
        return last is None or at_us < last or at_us - last >= self._interval_us


def head_zones(boxes: Floats) -> Floats:
    """(n, 4) x1 y1 x2 y2 of persons' boxes -> of their heads."""
    x1, y1, x2, y2 = boxes.T
    middle, side = (x1 + x2) / 2, (x2 - x1) * np.float32(ZONE_SIDE)
    return np.asarray(np.stack([middle - side, y1, middle + side, y1 + (y2 - y1) * ZONE_DOWN], axis=1), np.float32)


def mixed(zones: Floats, is_person: Mask) -> Mask:
    """(n,) whose head another person's head covers, or is covered by."""
    low = np.maximum(zones[:, None, :2], zones[None, :, :2])
    high = np.minimum(zones[:, None, 2:], zones[None, :, 2:])
    shared = np.clip(high - low, 0.0, None).prod(axis=2)
    areas = np.maximum(1.0, (zones[:, 2:] - zones[:, :2]).prod(axis=1))
    share = shared / np.minimum(areas[:, None], areas[None, :])
    share[:, ~is_person] = 0.0
    np.fill_diagonal(share, 0.0)
    return np.asarray((share > MIXED).any(axis=1))


def head(pixels: Pixels, box: Floats, others: Floats) -> Pixels:
    """A copy of the part of the picture in which the person's face is, with the heads of others made grey.

    box      (4,) x1 y1 x2 y2 in pixels
    others   (n, 4) heads of other persons
    """
    height, width = pixels.shape[:2]
    x1, y1, x2, y2 = box.tolist()
    inward, above = (x2 - x1) * SIDE, (y2 - y1) * MARGIN
    left, right = max(0, round(x1 + inward)), min(width, round(x2 - inward))
    top, bottom = max(0, round(y1 - above)), min(height, round(y1 + (y2 - y1) * HEAD + above))
    crop = np.array(pixels[top : max(top, bottom), left : max(left, right)])
    for a1, b1, a2, b2 in np.round(others - np.array([left, top, left, top], np.float32)).astype(int).tolist():
        crop[max(0, b1) : max(0, b2), max(0, a1) : max(0, a2)] = GREY
    return crop
