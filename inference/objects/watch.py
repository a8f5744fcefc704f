"""The things that stand in the watched part of one camera's picture, from look to look. Pure.

A thing is found once it has differed from the reference and stood still for a while, and keeps its identity until it
was seen to be gone.
"""

from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from domain.contracts.identifiers import TrackId
from inference.detections import Mask
from inference.objects.blobs import Blob, Kind, blobs, judged
from inference.objects.ground import Ground, Places, View
from inference.objects.standing import JOINS_S, Area, Thing, next_to
from inference.objects.structure import Part, Picture

THING_TRACKS: Final = 1 << 52
"""Trackers give smaller ids until the year 2106; a browser reads ids exactly up to twice as much."""

SECOND_BITS: Final = 20

IN_ZONE: Final = 0.3
"""Of a thing, the part that must lie in a watched zone."""

FORGOTTEN_US: Final = 15_000_000
"""Where somebody was last seen is remembered for so long."""

SAME_PLACE: Final = 0.5
"""Overlap (intersection over union) of a blob with somebody whom the detector lost: it is still they, standing."""

MOVED: Final = 0.8
"""A thing that makes less of its difference, beside something new, was pushed there."""

_MARGIN: Final = cv2.getStructuringElement(cv2.MORPH_RECT, (7, 7))

Somewhere = tuple[float, float, float, float]
"""x1 y1 x2 y2 in pixels of the small luma."""


@dataclass
class Watch:
    """One camera.

    things    those that stand there
    numbered  how many have been found ever
    """

    ground: Ground = field(default_factory=Ground)
    things: list[Thing] = field(default_factory=list)
    numbered: int = 0
    _people: dict[int, tuple[Somewhere, int]] = field(default_factory=dict)

    def look(
        self, now: Picture, at: Part, zones: Mask, people: dict[int, Somewhere], captured_at_us: int
    ) -> tuple[list[Thing], list[Thing]]:
        """The things that can be seen in this picture, and those that were taken away since the last one.

        now      the part `at` of the picture
        zones    (h, w) of the whole picture, where nothing may stand; all of it lies in the part
        people   by track id, who is in the picture: also vehicles and animals
        """
        shape = zones.shape
        self.things = [thing for thing in self.things if thing.mask.shape == shape]
        kept = np.zeros(shape, np.bool_)
        for thing in self.things:
            kept |= _with_margin(thing.mask)
        places = Places(at, shape, _with_margin(zones[at]), covered(people, shape)[at], kept[at])
        view = self.ground.look(now, places, captured_at_us)
        self._remember(people, captured_at_us)
        if view is None:
            return [], []
        seen = [thing for thing in self.things if thing.is_seen(view)]
        gone = [thing for thing in self.things if thing.is_gone]
        self.things = [thing for thing in self.things if not thing.is_gone]
        for thing in gone:
            self._clear(thing, view)
        lights: list[Area] = []
        for blob in blobs(view.age, places.kept, places.hidden):
            found = self._take(blob, view, zones, lights)
            if found is not None:
                seen.append(found)
        return seen, gone

    def mark(self) -> tuple[int, ...]:
        """Changes with what must not be lost: a thing more or less, a reference, or a tenth of what is known of it."""
        return len(self.things), self.numbered, *self.ground.mark()

    def renew(self, zone: Mask) -> list[Thing]:
        """What stands in the zone belongs to the reference from now on. Returns what was known there."""
        known = [thing for thing in self.things if np.count_nonzero(thing.mask & zone) >= IN_ZONE * thing.mask.sum()]
        self.things = [thing for thing in self.things if thing not in known]
        place = _with_margin(zone)
        for thing in known:
            place |= _with_margin(thing.mask)
        self.ground.forget(place)
        return known

    def _take(self, blob: Blob, view: View, zones: Mask, lights: list[Area]) -> Thing | None:
        """A blob becomes a thing, or a part of one, or of the ground.

        lights   larger blobs of this look that were light: what remains of their border is no thing either
        """
        area, at_us = _moved_by(blob.box, view.at), self.ground.looked_us
        if np.count_nonzero(blob.mask & zones[view.at]) < IN_ZONE * blob.area or self._is_somebody(area, at_us):
            return None
        mask = np.zeros(zones.shape, np.bool_)
        mask[view.at] = blob.mask
        kind, score = judged(blob, view)
        if kind is not Kind.THING or any(next_to(area, light) for light in lights):
            if kind is not Kind.TAKEN_AWAY:
                lights.append(area)
            self.ground.heal(_with_margin(mask))
            return None
        for thing in self.things:
            if next_to(thing.area, area) and (at_us - thing.found_us < JOINS_S * 1e6 or _was_pushed(thing, view)):
                thing.join(mask, area)
                thing.difference = _difference(thing.mask[view.at], view)
                return None
        self.numbered += 1
        number = (at_us // 1_000_000 << SECOND_BITS) + self.numbered % (1 << SECOND_BITS)
        thing = Thing(TrackId(THING_TRACKS | number), mask, area, _difference(blob.mask, view), score, at_us)
        self.things.append(thing)
        return thing

    def _clear(self, thing: Thing, view: View) -> None:
        """The thing is away: its place begins anew, and is the ground where that was never seen."""
        self.ground.calm(_with_margin(thing.mask))
        unknown = thing.mask.copy()
        unknown[view.at] &= ~view.valid
        if unknown.any():
            self.ground.heal(_with_margin(unknown))

    def _remember(self, people: dict[int, Somewhere], at_us: int) -> None:
        self._people.update({track: (area, at_us) for track, area in people.items()})
        self._people = {track: known for track, known in self._people.items() if at_us - known[1] < FORGOTTEN_US}

    def _is_somebody(self, blob_area: Area, at_us: int) -> bool:
        """Whether a track ended just there; it is remembered as long as the blob stands."""
        for track, (area, _) in self._people.items():
            if _overlap(area, blob_area) > SAME_PLACE:
                self._people[track] = (area, at_us)
                return True
        return False


def covered(people: dict[int, Somewhere], shape: tuple[int, ...]) -> Mask:
    """Where people are, and what their arms and shadows reach."""
    hidden = np.zeros(shape, np.bool_)
    for x1, y1, x2, y2 in people.values():
        across, down = 0.15 * (x2 - x1) + 3.0, 0.1 * (y2 - y1) + 3.0
        rows = slice(max(0, int(y1 - down)), max(0, int(np.ceil(y2 + down))))
        hidden[rows, max(0, int(x1 - across)) : max(0, int(np.ceil(x2 + across)))] = True
    return hidden


def _was_pushed(thing: Thing, view: View) -> bool:
    return _difference(thing.mask[view.at] & ~view.hidden, view) < MOVED * thing.difference


def _difference(mask: Mask, view: View) -> float:
    return float(view.compared.difference[mask].mean()) if mask.any() else 0.0


def _with_margin(mask: Mask) -> Mask:
    return np.asarray(cv2.dilate(mask.view(np.uint8), _MARGIN).view(np.bool_))


def _moved_by(box: Area, at: Part) -> Area:
    """A box of the part as one of the whole picture."""
    down, across = at[0].start or 0, at[1].start or 0
    return box[0] + across, box[1] + down, box[2] + across, box[3] + down


def _overlap(a: Somewhere, b: Somewhere) -> float:
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if across <= 0.0 or down <= 0.0:
        return 0.0
    both = across * down
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)
