"""What a camera's picture itself says of a frame: who is where by now, and how much the detector is wanted.

Everything here is cheap enough for every frame; the detector's runs are not.
"""

from collections.abc import Callable, Iterator
from typing import Final

from inference.detections import Detections, Tracks
from inference.following import Follower
from inference.motion import LEAST_AREA, Glance, MotionGate
from inference.pacing import CameraPace, Reason
from infra.frames import SharedFrame

MOST_RETRIES: Final = 3
"""So many times in a row the detector is asked at once about an object that comes and goes."""


FILLED: Final = 0.15
EMPTIED: Final = 0.03
"""Of a box, the part that differs from the background: somebody is there, and he is gone."""


class Attention:
    """One camera. Frames are to come in the order of their capture: `look` at each, and `found` after a detection.

    new_score     of a detection from which the tracker starts a track
    wants_ppe     people who stand are looked at as often as those who walk
    """

    def __init__(self, new_score: float, wants_ppe: Callable[[], bool] = lambda: False) -> None:
        self._new_score, self._wants_ppe = new_score, wants_ppe
        self._gate, self._follower, self._pace = MotionGate(), Follower(), CameraPace()
        self._glance: Glance | None = None
        self._retries = 0
        self._filled: frozenset[int] = frozenset()

    @property
    def tracks(self) -> Tracks:
        """Where the known tracks are in the frame that was looked at."""
        return self._follower.tracks

    @property
    def reason(self) -> Reason:
        """Why the detector should look at that frame, sooner or later."""
        return self._pace.reason

    def look(self, frame: SharedFrame) -> float:
        """How urgently the frame should go to the detector; due from 1 on."""
        glance = self._gate.look(frame.luma, frame.captured_at_us)
        self._follower.follow(glance, frame.captured_at_us, frame.width, frame.height)
        self._glance = glance
        return self._pace.urgency(self._reasons(glance), frame.captured_at_us)

    def found(self, found: Detections, tracks: Tracks, captured_at_us: int) -> None:
        """The detector has looked at the frame that was looked at last."""
        if self._glance is None:
            raise RuntimeError("a frame must be looked at before it goes to the detector")
        before, now = set(self.tracks.ids.tolist()), set(tracks.ids.tolist())
        strong = int((found.scores >= self._new_score).sum())
        is_fresh = strong > int((tracks.scores >= self._new_score).sum())
        self._retries = self._retries + 1 if is_fresh or before - now else 0
        self._pace.ran(captured_at_us, found_more=is_fresh or bool(now - before))
        self._follower.found(tracks, self._glance, captured_at_us)
        shares = self._glance.share_inside(tracks.boxes)
        self._filled = frozenset(i for i, share in zip(tracks.ids.tolist(), shares, strict=True) if share >= FILLED)

    def _reasons(self, glance: Glance) -> Iterator[Reason]:
        tracks = self._follower.tracks
        if glance.is_new:
            yield Reason.CHANGED
        if 0 < self._retries <= MOST_RETRIES or self._follower.is_lost or self._has_emptied(glance, tracks):
            yield Reason.UNCERTAIN
        if glance.area_outside(tracks.boxes) >= LEAST_AREA:
            yield Reason.APPEARED
        if len(tracks):
            yield Reason.MOVING if self._wants_ppe() or glance.moving.any() else Reason.STANDING
        yield Reason.QUIET

    def _has_emptied(self, glance: Glance, tracks: Tracks) -> bool:
        """Whether the background is back where somebody was: he left by a way that could not be followed."""
        if not self._filled:
            return False
        shares = zip(tracks.ids.tolist(), glance.share_inside(tracks.boxes), strict=True)
        return any(share <= EMPTIED and i in self._filled for i, share in shares)
