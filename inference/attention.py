"""What a camera's picture itself says of a frame: who is where by now, and how much the detector is wanted, and where.

Everything here is cheap enough for every frame; the detector's runs are not.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.detections import Detections, Floats, Mask, Tracks
from inference.far import FarZones, Zone
from inference.following import Follower
from inference.looks import Asked, Looks
from inference.motion import Glance, MotionGate
from inference.overlap import iou
from inference.pacing import Reason
from inference.parts import SAME, Part, Size
from inference.second_looks import SecondLooks
from infra.frames import SharedFrame

FILLED: Final = 0.15
EMPTIED: Final = 0.03
"""Of a box, the part that differs from the background: somebody is there, and he is gone."""

ROOM_PX: Final = 24.0
"""Around what moves, in pixels of the frame: of somebody who appears, an arm may be all that moves yet."""


class Attention:
    """One camera. Frames are to come in the order of their capture: `look` at each, and `found` after a detection.

    new_score     of a detection from which the tracker starts a track
    wants_ppe     people are looked at more often: what they wear is only seen where the detector looks
    inputs        sizes of the detector's input, the one for whole frames first; with one only, there are no parts
    zones         where small ones of a wide frame are looked at in its full resolution
    """

    def __init__(
        self,
        new_score: float,
        wants_ppe: Callable[[], bool] = lambda: False,
        inputs: Sequence[Size] = (),
        zones: Callable[[], Sequence[Zone]] = tuple,
    ) -> None:
        self._new_score, self._wants_ppe, self._inputs = new_score, wants_ppe, inputs
        self._gate, self._follower, self._looks = MotionGate(), Follower(), Looks()
        self._second, self._far = SecondLooks(), FarZones(zones, inputs)
        self._glance: Glance | None = None
        self._asked = Asked(np.empty((0, 4), np.float32), (Reason.CHANGED,), np.array([np.inf], np.float32))
        self._blobs: Floats = np.empty((0, 4), np.float32)
        self._size: Size = (1, 1)
        self._filled: frozenset[int] = frozenset()

    @property
    def tracks(self) -> Tracks:
        """Where the known tracks are in the frame that was looked at."""
        return self._follower.tracks

    @property
    def reason(self) -> Reason:
        """Why the detector should look at that frame, sooner or later."""
        return self._asked.reasons[self._asked.most]

    def part(self) -> Part | None:
        """What of that frame the detector should be given; None for the whole of it."""
        return self._asked.part(self._size, self._inputs)

    def look(self, frame: SharedFrame) -> float:
        """How urgently the frame should go to the detector; due from 1 on."""
        at_us, self._size = frame.captured_at_us, (frame.width, frame.height)
        glance = self._gate.look(frame.luma, at_us)
        self._follower.follow(glance, at_us, frame.width, frame.height)
        self._glance = glance
        self._far.look(glance, self._size)
        self._asked = self._asks(glance, at_us)
        return float(self._asked.urgencies.max())

    def found(self, found: Detections, tracks: Tracks, part: Part | None, captured_at_us: int) -> None:
        """The detector has looked at the frame that was looked at last, at a part of it or the whole.

        found    what it found, and outside of the part the tracks as they were followed
        tracks   what the tracker made of it
        """
        if self._glance is None:
            raise RuntimeError("a frame must be looked at before it goes to the detector")
        before, width, height = self.tracks, *self._size
        is_seen = np.ones(len(tracks), np.bool_) if part is None else part.covers(tracks.boxes)
        is_new = _none_of(tracks.ids, before.ids)
        fresh = self._without_track(found, tracks)
        gone = before.boxes[_none_of(before.ids, tracks.ids)]
        self._second.looked(part, np.concatenate([fresh, gone]), captured_at_us)
        news = np.concatenate([tracks.boxes[is_new], fresh])
        self._judge_motion(part, news)
        self._far.looked(part, self._blobs, news, captured_at_us)
        self._looks.looked(part, tracks.ids[is_seen | is_new].tolist(), captured_at_us, width, height)
        self._looks.forget_others(set(tracks.ids.tolist()))
        self._follower.found(tracks, is_seen | is_new, self._glance, captured_at_us)
        shares = self._glance.share_inside(tracks.boxes)
        self._filled = frozenset(i for i, share in zip(tracks.ids.tolist(), shares, strict=True) if share >= FILLED)

    def _asks(self, glance: Glance, at_us: int) -> Asked:
        """The whole frame, the tracks, what must be looked at again, and what moves besides."""
        tracks, (width, height) = self.tracks, self._size
        whole = Reason.CHANGED if glance.is_new else Reason.QUIET
        reasons = self._reasons(glance, tracks)
        self._blobs = _roomy(glance.blobs_outside(tracks.boxes), width, height)
        asked = Asked(
            np.concatenate(
                [np.array([[0, 0, width, height]], np.float32), tracks.boxes, self._second.boxes, self._blobs]
            ),
            (
                whole,
                *reasons,
                *(Reason.UNCERTAIN for _ in self._second.boxes),
                *(Reason.APPEARED for _ in self._blobs),
            ),
            np.array(
                [
                    self._looks.whole(whole, at_us),
                    *self._looks.tracks(tracks.ids.tolist(), reasons, at_us),
                    *self._second.urgencies(at_us),
                    *self._looks.moving(self._blobs, at_us, width, height),
                ],
                np.float32,
            ),
        )
        return self._far.taking_over(asked, len(self._blobs), at_us)

    def _reasons(self, glance: Glance, tracks: Tracks) -> list[Reason]:
        """Of each track."""
        usual = Reason.MOVING if glance.moving.any() else Reason.STANDING
        if self._wants_ppe():
            usual = Reason.EQUIPMENT
        emptied = self._emptied(glance, tracks)
        return [
            Reason.UNCERTAIN if is_blind or i in emptied else usual
            for i, is_blind in zip(tracks.ids.tolist(), self._follower.blind.tolist(), strict=True)
        ]

    def _emptied(self, glance: Glance, tracks: Tracks) -> set[int]:
        """Tracks where the background is back: they left by a way that could not be followed."""
        if not self._filled:
            return set()
        shares = zip(tracks.ids.tolist(), glance.share_inside(tracks.boxes), strict=True)
        return {i for i, share in shares if share <= EMPTIED and i in self._filled}

    def _without_track(self, found: Detections, tracks: Tracks) -> Floats:
        """Boxes of strong detections that the tracker does not know yet."""
        strong = found.boxes[found.scores >= self._new_score]
        if not len(strong) or not len(tracks):
            return strong
        return np.asarray(strong[~(iou(strong, tracks.boxes) >= SAME).any(axis=1)], np.float32)

    def _judge_motion(self, part: Part | None, news: Floats) -> None:
        """What moved and was looked at: was it somebody?"""
        blobs, (width, height) = self._blobs, self._size
        if part is None or part.is_all_of(self._size):
            self._looks.calm(blobs, width, height)
        looked: Mask = np.ones(len(blobs), np.bool_) if part is None else part.covers(blobs)
        blobs = blobs[looked]
        touched = iou(blobs, news) > 0
        self._looks.in_vain(blobs, np.asarray(touched.any(axis=1), np.bool_), width, height)


def _none_of(ids: NDArray[np.int64], others: NDArray[np.int64]) -> Mask:
    """(n,) which of the ids are not among the others; so few are compared sooner so than by numpy's sorting."""
    known = set(others.tolist())
    return np.fromiter((i not in known for i in ids.tolist()), np.bool_, len(ids))


def _roomy(boxes: Floats, width: int, height: int) -> Floats:
    room = np.array([-ROOM_PX, -ROOM_PX, ROOM_PX, ROOM_PX], np.float32)
    return np.asarray(np.clip(boxes + room, 0.0, np.array([width, height, width, height], np.float32)))
