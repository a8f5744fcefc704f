"""Far zones: small ones of a wide frame, which the detector is given at full resolution or enlarged (R78, R80). Pure.

Somebody 24 pixels high in a frame 1280 wide has 12 at the scale of the whole frame, and is not found there. What lies
in a tile is left to looks at the tile: the others say nothing of who is too small for them. Of the people of a real
street, made 24 pixels high, YOLO11n finds 3 % at half that height, 58 % as they are, 83 % enlarged by half, 88 % twice.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from domain.contracts.plant import Polygon, RuleKind
from inference.detections import Floats
from inference.looks import Asked
from inference.motion import Glance
from inference.overlap import iou
from inference.pacing import JITTER_S, SECOND_US, Reason
from inference.parts import Part, Size

FAR_KINDS: Final = frozenset(RuleKind) - {RuleKind.LEFT_OBJECT, RuleKind.GUARD_OPEN, RuleKind.LAMP}
"""Rules on what the detector finds; the others look at the pixels of their zones themselves."""

WIDE: Final = 1.5
"""A frame that is more than so many times as wide as the detector's input shows what the input does not."""

FOLLOWED_S: Final = 0.4
"""After so long a tile is due in which somebody walks: the small luma shows too little of them to be followed well, and
in a second they are two widths further."""

ENOUGH: Final = 1.5
MOST: Final = 2.0
"""A tile is enlarged: so much if an input has room for it, even the larger ones; never more than the other."""

HIGH_PX: Final = 24.0
"""Somebody so high in the input is found without a tile. A tile reaches so far over its zone, half of it to each side
and a quarter below: it shows whoever stands on the zone's edge as a whole."""


class Zone(Protocol):
    @property
    def polygon(self) -> Polygon:
        """x y in 0..1 of the frame."""


def tiles_of(polygons: Sequence[Polygon], frame: Size, inputs: Sequence[Size]) -> tuple[Part, ...]:
    """Windows of a wide frame around the zones that fit into an input at full resolution.

    inputs   of the detector: the one for whole frames first, then smaller ones
    """
    found: list[Part] = []
    if frame[0] <= WIDE * inputs[0][0]:
        return ()
    high = HIGH_PX * frame[0] / inputs[0][0]
    reach = np.array([-high / 2, -high, high / 2, high / 4], np.float32)
    for polygon in polygons:
        corners = np.array(polygon, np.float32) * np.array(frame, np.float32)
        around = np.concatenate([corners.min(axis=0), corners.max(axis=0)]) + reach
        box = np.clip(around, 0.0, np.array(frame * 2, np.float32))
        if not any(tile.covers(box[None])[0] for tile in found):
            tile = _around(box.tolist(), frame, inputs[1:])
            found.extend([] if tile is None else [tile])
    return tuple(found)


def _around(box: Sequence[float], frame: Size, inputs: Sequence[Size]) -> Part | None:
    """In the smallest input that enlarges enough, else the one that enlarges most; None where it would be reduced."""
    left, top, right, bottom = box
    scales = [min(MOST, size[0] / (right - left), size[1] / (bottom - top)) for size in inputs]
    best = max(range(len(inputs)), key=lambda i: (min(scales[i], ENOUGH), -math.prod(inputs[i])))
    room = [math.floor(side / scales[best]) for side in inputs[best]]
    if scales[best] < 1 or room[0] > frame[0] or room[1] > frame[1]:
        return None
    x = min(max(0, round((left + right - room[0]) / 2)), frame[0] - room[0])
    y = min(max(0, round((top + bottom - room[1]) / 2)), frame[1] - room[1])
    return Part(x, y, x + room[0], y + room[1], inputs[best])


@dataclass(slots=True)
class _Watched:
    """at_us        of the last look, None before the first one
    has_moved    anything since then
    interval_s   after which a look at what moves there is due: ever longer while there is nobody
    """

    at_us: int | None = None
    has_moved: bool = True
    interval_s: float = Reason.APPEARED.interval_s

    def urgency(self, at_us: int, *, is_known: bool, stirs: bool) -> float:
        """is_known   somebody is in the tile
        stirs      something moves there that is nobody known
        """
        if self.at_us is None or at_us < self.at_us:
            return math.inf
        interval_s = (FOLLOWED_S if is_known else Reason.FAR.interval_s) if self.has_moved else Reason.QUIET.interval_s
        if stirs:
            interval_s = min(interval_s, self.interval_s)
        return ((at_us - self.at_us) / SECOND_US + JITTER_S) / interval_s


class FarZones:
    """One camera's. `look` at each frame; a camera whose frames are not wide pays for one comparison.

    zones    asked for every wide frame: they may change
    inputs   of the detector
    tiles    of the frame that was looked at last
    """

    def __init__(self, zones: Callable[[], Sequence[Zone]], inputs: Sequence[Size]) -> None:
        self._zones, self._inputs = zones, inputs
        self._least_width = WIDE * inputs[0][0] if len(inputs) > 1 else math.inf
        self._of: tuple[Size, tuple[Zone, ...]] | None = None
        self._watched: dict[Part, _Watched] = {}
        self.tiles: tuple[Part, ...] = ()

    def look(self, glance: Glance, frame: Size) -> None:
        """Notes in which tiles something moves; tiles of zones that stay as they were keep what is known of them."""
        if frame[0] <= self._least_width:
            self.tiles = ()
            return
        of = (frame, tuple(self._zones()))
        if of != self._of:
            self._of = of
            known = tiles_of([zone.polygon for zone in of[1]], frame, self._inputs)
            self._watched = {tile: self._watched.get(tile, _Watched()) for tile in known}
        self.tiles = tuple(self._watched)
        for tile, watched in self._watched.items():
            left, top, right, bottom = (int(at * glance.scale) for at in (tile.left, tile.top, tile.right, tile.bottom))
            watched.has_moved |= glance.is_new or bool(glance.moving[top:bottom, left:right].any())

    def taking_over(self, asked: Asked, blobs: int, at_us: int) -> Asked:
        """The tiles ask besides, and for what lies in them, which asks no more.

        blobs   how many of those who ask, the last ones, are but places where something moves
        """
        if not self.tiles:
            return asked
        urgencies, others, of_tiles = asked.urgencies.copy(), len(asked.boxes) - blobs, []
        for tile in self.tiles:
            inside = tile.covers(asked.boxes)
            most = float(urgencies[:others][inside[:others]].max(initial=0.0))
            own = self._watched[tile].urgency(at_us, is_known=most > 0, stirs=bool(inside[others:].any()))
            of_tiles.append(max(most, own))
            urgencies[inside] = 0.0
        windows = np.array([(tile.left, tile.top, tile.right, tile.bottom) for tile in self.tiles], np.float32)
        return Asked(
            np.concatenate([asked.boxes, windows]),
            (*asked.reasons, *(Reason.FAR for _ in self.tiles)),
            np.concatenate([urgencies, np.array(of_tiles, np.float32)]),
            self.tiles,
        )

    def looked(self, part: Part | None, blobs: Floats, news: Floats, at_us: int) -> None:
        """The detector has looked at a part of the frame: at a tile?

        blobs   (n, 4) where something moved that was no track
        news    (n, 4) who was found that was not known before
        """
        watched = None if part is None else self._watched.get(part)
        if part is None or watched is None:
            return
        watched.at_us, watched.has_moved = at_us, False
        moved = blobs[part.covers(blobs)]
        longer = min(Reason.FAR.interval_s, 2 * watched.interval_s)
        is_in_vain = len(moved) > 0 and not (iou(moved, news) > 0).any()
        watched.interval_s = longer if is_in_vain else Reason.APPEARED.interval_s
