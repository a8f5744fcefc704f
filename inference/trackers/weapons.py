"""Weapons have a tracker of their own: they are small, a detector is rarely sure of them, the rule looks over time."""

from collections.abc import Callable
from typing import Final

import numpy as np

from domain.contracts.detections import ObjectClass
from inference.detections import Detections, Mask, Tracks
from inference.protocols import Tracker
from inference.trackers.bytetrack import TrackOptions
from infra.frames import Pixels

WEAPONS: Final = TrackOptions(new_score=0.3, strong_score=0.25)
"""A knife in a hand is 10 to 20 pixels long on a frame of 640; few of them are told with more than 0.5 (R87)."""


class WithWeapons:
    """A Tracker of one camera.

    others         tracks everything else
    make_weapons   called with the first weapon; until then nothing of it costs anything
    """

    def __init__(self, others: Tracker, make_weapons: Callable[[], Tracker]) -> None:
        self._others, self._make_weapons = others, make_weapons
        self._weapons: Tracker | None = None

    def update(
        self, found: Detections, captured_at_us: int, followed: Tracks | None = None, pixels: Pixels | None = None
    ) -> Tracks:
        """As in the Tracker protocol."""
        armed = found.codes == ObjectClass.WEAPON
        if self._weapons is None:
            if not armed.any():
                return self._others.update(found, captured_at_us, followed, pixels)
            self._weapons = self._make_weapons()
        known_armed = np.zeros(0, np.bool_) if followed is None else followed.codes == ObjectClass.WEAPON
        first = self._others.update(found.pick(~armed), captured_at_us, _some(followed, ~known_armed), pixels)
        second = self._weapons.update(found.pick(armed), captured_at_us, _some(followed, known_armed), pixels)
        return Tracks(
            np.concatenate([first.ids, second.ids]),
            np.concatenate([first.boxes, second.boxes]),
            np.concatenate([first.scores, second.scores]),
            np.concatenate([first.codes, second.codes]),
        )


def _some(tracks: Tracks | None, which: Mask) -> Tracks | None:
    if tracks is None:
        return None
    return Tracks(tracks.ids[which], tracks.boxes[which], tracks.scores[which], tracks.codes[which])
