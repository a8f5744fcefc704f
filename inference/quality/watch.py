"""One camera's quality watch: a stage of its pipeline that looks every other second and tells faults to an outbox."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from domain.contracts.detections import from_microseconds, to_microseconds
from domain.contracts.identifiers import CameraId
from domain.contracts.observations import PictureQuality, QualityFault
from inference.detections import Tracks
from inference.quality.episodes import HOLD_US, STILL_HOLD_US, Course, Episodes
from inference.quality.judge import Finding, frozen, is_same, judged
from inference.quality.memory import Memory
from inference.quality.reference import Reference
from inference.quality.view import View, view_of
from inference.scene import NOTHING_SEEN, Seen
from infra.frames import Pixels, SharedFrame

LOOK_US: Final = 2_000_000
REMEMBER_US: Final = 60_000_000
MOST_LEARNT_US: Final = 5_000_000
"""After a pause one picture counts no more than others do."""

STILL_US: Final = 6_000_000
"""Encoders repeat parts of a still scene for this long; then their own errors change it."""

Accepted = Callable[[], datetime | None]
"""When a person last said that the camera looks where it should: saved its settings or drew a zone; None for never."""


class Outbox(Protocol):
    """Where a watch leaves what it found; never waits."""

    def tell(self, observation: PictureQuality) -> None: ...

    def remember(self, camera: CameraId, memory: Memory) -> None: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """All that a watch knows between two pictures, for one that goes on exactly as it would have.

    anchor   grid of points of the picture that comes again and again, and since when
    """

    reference: Reference | None
    since: datetime | None
    picture: Course
    still: Course
    anchor: tuple[Pixels, int] | None
    looked_us: int
    learnt_us: int


class QualityWatch:
    """A SceneStage that adds nothing to the facts of a frame.

    remembered   by an earlier process of the camera: a camera that was covered meanwhile is not new
    accepted     a view from before that moment is not compared with any more
    """

    def __init__(self, camera: CameraId, outbox: Outbox, accepted: Accepted, remembered: Memory | None = None) -> None:
        self._camera, self._outbox, self._accepted = camera, outbox, accepted
        memory = remembered or Memory()
        self._reference, self._since = memory.reference, memory.since
        self._picture = Episodes(camera, HOLD_US, memory.going_on(QualityFault.FROZEN_PICTURE, is_wanted=False))
        self._still = Episodes(camera, STILL_HOLD_US, memory.going_on(QualityFault.FROZEN_PICTURE, is_wanted=True))
        self._anchor: tuple[Pixels, int] | None = None
        self._looked_us = self._learnt_us = 0
        self._remember_at_us = 0
        for going_on in self._going_on():
            outbox.tell(going_on)

    @property
    def standing(self) -> Standing:
        reference = None if self._reference is None else self._reference.copied()
        return Standing(
            *(reference, self._since, self._picture.course, self._still.course),
            *(self._anchor, self._looked_us, self._learnt_us),
        )

    def go_on(self, standing: Standing) -> None:
        """What was told before that moment is not told again."""
        self._reference, self._since = standing.reference, standing.since
        self._picture.go_on(standing.picture)
        self._still.go_on(standing.still)
        self._anchor, self._looked_us, self._learnt_us = standing.anchor, standing.looked_us, standing.learnt_us

    def observe(self, frame: SharedFrame, tracks: Tracks) -> Seen:
        del tracks
        at_us = frame.captured_at_us
        if 0 <= at_us - self._looked_us < LOOK_US:
            return NOTHING_SEEN
        self._looked_us = at_us
        self._begin_anew_if_accepted(at_us)
        view = view_of(frame.luma)
        finding = judged(view, self._comparable(view))
        is_still = self._is_still(view, at_us) and finding is None
        for episodes, found in ((self._picture, finding), (self._still, frozen(view) if is_still else None)):
            self._take(episodes, found, at_us)
        if finding is None and not self._picture.is_suspected and not is_still:
            self._learn(view, at_us)
        if at_us >= self._remember_at_us:
            self._remember(at_us)
        return NOTHING_SEEN

    def _take(self, episodes: Episodes, finding: Finding | None, at_us: int) -> None:
        changed = episodes.take(finding, at_us)
        if changed is not None:
            self._outbox.tell(changed)
            self._remember(at_us)

    def _is_still(self, view: View, at_us: int) -> bool:
        """Whether the same picture comes for STILL_US or longer."""
        if self._anchor is None or not is_same(self._anchor[0], view.points):
            self._anchor = view.points, at_us
        return at_us - self._anchor[1] >= STILL_US

    def _learn(self, view: View, at_us: int) -> None:
        known = self._comparable(view)
        if known is None:
            self._reference, self._since = Reference.of(view), from_microseconds(at_us)
        else:
            known.learn(view, min(max(0, at_us - self._learnt_us), MOST_LEARNT_US) / 1e6)
        self._learnt_us = at_us

    def _comparable(self, view: View) -> Reference | None:
        """None where nothing is known yet, or that of a picture of another shape."""
        known = self._reference
        return known if known is not None and known.edges.shape == view.edges.shape else None

    def _begin_anew_if_accepted(self, at_us: int) -> None:
        accepted = self._accepted()
        if accepted is None or self._since is None or to_microseconds(accepted) > at_us or accepted <= self._since:
            return
        self._reference, self._since = None, None
        over = self._picture.end(to_microseconds(accepted))
        if over is not None:
            self._outbox.tell(over)

    def _remember(self, at_us: int) -> None:
        self._remember_at_us = at_us + REMEMBER_US
        reference = None if self._reference is None else self._reference.copied()
        self._outbox.remember(self._camera, Memory(reference, self._since, tuple(self._going_on())))

    def _going_on(self) -> list[PictureQuality]:
        return [each.going_on for each in (self._picture, self._still) if each.going_on is not None]
