"""Boxes between two looks of the detector: each track goes on as it went, corrected by the optical flow inside it.

The small luma of `inference.motion` is enough for that. A box whose picture was lost says so: the detector is asked.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.detections import Floats, Mask, Tracks, no_tracks
from inference.motion import Glance
from inference.overlap import iou
from infra.frames import Pixels

COLUMNS: Final = np.array([0.3, 0.5, 0.7], np.float32)
ROWS: Final = np.array([0.12, 0.25, 0.4, 0.55, 0.7], np.float32)
"""Where in a box its flow is looked at: head, trunk and thighs, away from the background beside them."""

GRID: Final = np.stack(np.meshgrid(COLUMNS, ROWS), axis=-1).reshape(-1, 2)
"""(15, 2) all of them."""

WINDOW: Final = (9, 9)
PYRAMID: Final = 1
STOP: Final = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 8, 0.03)
MOST_ERROR: Final = 14.0
"""Mean grey values by which a point may have changed and still be the same."""

LEAST_POINTS: Final = 3
"""So many points of a box must be found again, or its flow is not known."""

MOST_BLIND: Final = 3
"""Frames that a box may go on without any flow before it counts as lost."""

STANDS: Final = 0.01
"""Of a box, the part that differs from the background: with less, nobody walks in it."""

STEADY: Final = 0.6
"""Weight of the speed so far against the newest step."""

CROSSING: Final = 0.2
"""From this overlap with another box on, the flow inside a box may be that of the other."""

LEAST_VISIBLE: Final = 0.5
"""A box of which less is left inside the frame has left it."""


@dataclass(slots=True)
class _Known:
    """One camera's tracks: ids (n,), boxes (n, 4) pixels of the frame, speeds (n, 2) pixels per second, blind (n,)."""

    tracks: Tracks
    speeds: Floats
    blind: NDArray[np.int64]


class Follower:
    """The tracks of one camera between detections. Frames are to come in the order of their capture."""

    def __init__(self) -> None:
        self._known = _Known(no_tracks(), np.empty((0, 2), np.float32), np.empty(0, np.int64))
        self._small: Pixels | None = None
        self._at_us = 0
        self._looked: dict[int, tuple[float, float, int]] = {}

    @property
    def tracks(self) -> Tracks:
        """As they are now."""
        return self._known.tracks

    @property
    def blind(self) -> Mask:
        """(n,) which tracks go on without anything in the picture that would say so."""
        return np.asarray(self._known.blind > MOST_BLIND)

    def found(self, tracks: Tracks, is_seen: Mask, glance: Glance, captured_at_us: int) -> None:
        """The detector has looked: these are the tracks of this frame.

        is_seen   (n,) of each, whether it was looked at; the others only go on
        """
        before = {int(i): at for at, i in enumerate(self._known.tracks.ids)}
        middles = (tracks.boxes[:, :2] + tracks.boxes[:, 2:]) / 2
        speeds = np.zeros((len(tracks), 2), np.float32)
        blind = np.zeros(len(tracks), np.int64)
        looked: dict[int, tuple[float, float, int]] = {}
        for at, i in enumerate(tracks.ids.tolist()):
            if not is_seen[at] and i in before:
                speeds[at], blind[at] = self._known.speeds[before[i]], self._known.blind[before[i]]
                if i in self._looked:
                    looked[i] = self._looked[i]
                continue
            x, y = middles[at].tolist()
            looked[i] = (x, y, captured_at_us)
            last = self._looked.get(i)
            if last is not None and captured_at_us > last[2]:
                elapsed_s = (captured_at_us - last[2]) / 1e6
                speeds[at] = ((x - last[0]) / elapsed_s, (y - last[1]) / elapsed_s)
                if i in before and not self._known.blind[before[i]]:
                    speeds[at] = (speeds[at] + self._known.speeds[before[i]]) / 2
        self._looked = looked
        self._known = _Known(tracks, speeds, blind)
        self._small, self._at_us = glance.small, captured_at_us

    def follow(self, glance: Glance, captured_at_us: int, width: int, height: int) -> None:
        """The tracks go on into this frame.

        width, height   of the frame in pixels
        """
        known, before = self._known, self._small
        elapsed_s = max(0.0, (captured_at_us - self._at_us) / 1e6)
        self._small, self._at_us = glance.small, captured_at_us
        if not len(known.tracks) or before is None:
            return
        expected = known.speeds * np.float32(elapsed_s)
        steps, is_seen = expected, np.zeros(len(expected), np.bool_)
        if before.shape == glance.small.shape:
            steps, is_seen = self._steps(before, glance, expected)
        if elapsed_s > 0:
            newest = steps / np.float32(elapsed_s)
            known.speeds = np.where(is_seen[:, None], STEADY * known.speeds + (1 - STEADY) * newest, known.speeds)
        known.blind = np.where(is_seen, 0, known.blind + 1)
        boxes = known.tracks.boxes + np.tile(steps, 2)
        self._keep(boxes, width, height)

    def _steps(self, before: Pixels, glance: Glance, expected: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """Where nothing of a box moves, it stands; the flow of the others is looked for.

        Of two who cross, the flow of the one is that of the other, too: who overlaps somebody keeps going as they went.
        """
        scale = np.float32(glance.scale)
        boxes = self._known.tracks.boxes * scale
        moving = np.array(glance.share_inside(self._known.tracks.boxes)) > STANDS
        steps, is_seen = np.zeros_like(expected), ~moving
        if moving.any():
            found = flow(before, glance.small, boxes[moving], expected[moving] * scale)
            steps[moving], is_seen[moving] = found[0] / scale, found[1]
            crossing = moving & _overlapping(boxes)
            steps[crossing] = expected[crossing]
        return steps, is_seen

    def _keep(self, boxes: Floats, width: int, height: int) -> None:
        """Moves the boxes and lets those go that have left the frame."""
        known = self._known
        border = np.array([width, height, width, height], np.float32)
        inside = np.clip(boxes, 0.0, border)
        visible = (inside[:, 2:] - inside[:, :2]).prod(axis=1)
        stay = visible >= LEAST_VISIBLE * (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
        tracks = known.tracks
        self._known = _Known(
            Tracks(tracks.ids[stay], boxes[stay].astype(np.float32), tracks.scores[stay], tracks.codes[stay]),
            known.speeds[stay].astype(np.float32),
            known.blind[stay],
        )


def _overlapping(boxes: Floats) -> Mask:
    """(n,) which of the boxes another one crosses."""
    if len(boxes) < 2:
        return np.zeros(len(boxes), np.bool_)
    overlaps = iou(boxes, boxes)
    np.fill_diagonal(overlaps, 0.0)
    return np.asarray(overlaps.max(axis=1) > CROSSING)


def flow(before: Pixels, now: Pixels, boxes: Floats, expected: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """How far each box's content moved, and whether that was seen; `expected` where it was not.

    before, now   (h, w) uint8
    boxes         (n, 4) in `before`
    expected      (n, 2) the step that its speed would give
    """
    size = boxes[:, 2:] - boxes[:, :2]
    points = boxes[:, None, :2] + GRID[None] * size[:, None]
    guess = (points + expected[:, None]).astype(np.float32)
    found, status, error = cv2.calcOpticalFlowPyrLK(
        before,
        now,
        points.reshape(-1, 1, 2).astype(np.float32),
        guess.reshape(-1, 1, 2).copy(),
        winSize=WINDOW,
        maxLevel=PYRAMID,
        criteria=STOP,
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    shape = points.shape[:2]
    good = (status.reshape(shape) == 1) & (error.reshape(shape) < MOST_ERROR)
    moved = found.reshape(points.shape) - points
    good &= np.abs(moved).max(axis=2) < np.maximum(4.0, size.max(axis=1) / 2)[:, None]
    is_seen = good.sum(axis=1) >= LEAST_POINTS
    # The median of the good ones in one go: the others sort behind them.
    ordered = np.sort(np.where(good[..., None], moved, np.inf), axis=1)
    middle = np.maximum(good.sum(axis=1) - 1, 0) // 2
    medians = ordered[np.arange(len(boxes)), middle]
    return np.where(is_seen[:, None], medians, expected).astype(np.float32), is_seen
