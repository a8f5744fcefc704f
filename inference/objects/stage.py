"""Looks at a camera's no-storage zones about once a second, and tells what stands there, as tracks (R61-R65)."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from domain.contracts.detections import ModelRef, ObjectClass, TrackObservation
from domain.contracts.plant import OBJECTS_MODEL, RuleKind
from inference.detections import Floats, Mask, Tracks
from inference.objects.keeping import Keeper, Kept
from inference.objects.standing import Thing
from inference.objects.structure import WHOLE, Part, picture, small_size
from inference.objects.watch import Somewhere
from inference.scene import NOTHING_SEEN, SceneStage, Seen
from inference.zones import WatchedZone, ZoneBook
from infra.frames import SharedFrame

LOOK_US: Final = 1_000_000
KEEP_US: Final = 60_000_000
"""The reference follows the light; so much of that may be lost in a crash. Found and gone things are kept at once."""

ROOM: Final = 40
"""Pixels of the small luma around the zones."""

TOLD_GONE: Final = 3
"""In so many looks it is said that a thing is gone."""

KINDS: Final = frozenset({RuleKind.LEFT_OBJECT})

Zones = Callable[[], Sequence[WatchedZone]]


class Objects:
    """The stages of all cameras of a process; what they know is kept under `home`."""

    def __init__(self, home: Path, zones: ZoneBook) -> None:
        self._home, self._zones = home, zones

    def stages(self, camera: str) -> tuple[SceneStage, ...]:
        return (ObjectStage(lambda: self._zones.zones(camera, KINDS), Keeper(self._home, camera)),)


class ObjectStage:
    """A SceneStage of one camera.

    zones    where nothing may stand, asked for at each look
    keeper   None where nothing is kept over a restart
    """

    def __init__(self, zones: Zones, keeper: Keeper | None = None) -> None:
        self._zones, self._keeper = zones, keeper
        self._kept: Kept | None = None
        self._masks = _Masks((), (0, 0), {}, np.empty((0, 0), np.bool_), WHOLE)
        self._gone: list[tuple[TrackObservation, int]] = []
        self._looked_us = self._saved_us = 0

    def observe(self, frame: SharedFrame, tracks: Tracks) -> Seen:
        at_us = frame.captured_at_us
        if 0 <= at_us - self._looked_us < LOOK_US:
            return NOTHING_SEEN
        zones = self._zones()
        if not zones:
            return NOTHING_SEEN
        self._looked_us = at_us
        if self._kept is None:
            self._kept = Kept() if self._keeper is None else self._keeper.load()
        width, height = small_size(frame.width, frame.height)
        masks = self._rasterised(zones, width, height)
        known = self._kept.watch.mark()
        gone = self._renewed(self._kept, zones, masks.each)
        scale = width / frame.width
        people = {int(track): _area(box * scale) for track, box in zip(tracks.ids, tracks.boxes, strict=True)}
        seen, left = self._kept.watch.look(picture(frame.luma, masks.at), masks.at, masks.all, people, at_us)
        if known != self._kept.watch.mark():
            self._saved_us = 0
        self._save(at_us)
        found = [_observation(thing, thing.score, width, height) for thing in seen]
        found += self._told_gone([_observation(thing, 0.0, width, height) for thing in (*gone, *left)])
        return Seen(tuple(found), (model(),)) if found else NOTHING_SEEN

    def _renewed(self, kept: Kept, zones: Sequence[WatchedZone], masks: dict[str, Mask]) -> list[Thing]:
        """Zones whose reference is to be learnt anew, since the last look or while this process did not run."""
        gone = []
        for zone in zones:
            if zone.renewed_us > kept.renewed.get(zone.zone_id, 0):
                kept.renewed[zone.zone_id] = zone.renewed_us
                gone += kept.watch.renew(masks[zone.zone_id])
        return gone

    def _told_gone(self, gone: Sequence[TrackObservation]) -> list[TrackObservation]:
        self._gone = [(each, left - 1) for each, left in self._gone if left > 1] + [(each, TOLD_GONE) for each in gone]
        return [each for each, _ in self._gone]

    def _save(self, at_us: int) -> None:
        if self._keeper is not None and self._kept is not None and not 0 <= at_us - self._saved_us < KEEP_US:
            self._saved_us = at_us
            self._keeper.save(self._kept)

    def _rasterised(self, zones: Sequence[WatchedZone], width: int, height: int) -> "_Masks":
        if self._masks.zones != zones or self._masks.size != (width, height):
            each = {str(zone.zone_id): _filled(zone, width, height) for zone in zones}
            together: Mask = np.logical_or.reduce(list(each.values()))
            self._masks = _Masks(zones, (width, height), each, together, _around(together))
        return self._masks


@dataclass(frozen=True, slots=True)
class _Masks:
    """The zones in pixels of the small luma, by name and all of them together, and the part that is looked at."""

    zones: Sequence[WatchedZone]
    size: tuple[int, int]
    each: dict[str, Mask]
    all: Mask
    at: Part


def _around(mask: Mask) -> Part:
    """Rows and columns with what lies in the mask, and enough beside it to know the light."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return _stretch(rows, mask.shape[0]), _stretch(columns, mask.shape[1])


def _stretch(places: NDArray[np.intp], size: int) -> slice:
    return slice(max(0, int(places[0]) - ROOM), min(size, int(places[-1]) + 1 + ROOM))


def _filled(zone: WatchedZone, width: int, height: int) -> Mask:
    mask = np.zeros((height, width), np.uint8)
    corners = np.array(zone.polygon, np.float64) * (width, height)
    cv2.fillPoly(mask, [np.round(corners).astype(np.int32)], 1)
    return mask.view(np.bool_)


def _area(box: Floats) -> Somewhere:
    x1, y1, x2, y2 = box.tolist()
    return x1, y1, x2, y2


def _observation(thing: Thing, score: float, width: int, height: int) -> TrackObservation:
    return TrackObservation(thing.track_id, ObjectClass.OBJECT, score, thing.box(width, height))


@cache
def model() -> ModelRef:
    """What compares: named, and known by the program text that does it."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return ModelRef(OBJECTS_MODEL, digest.hexdigest())
