"""What a camera sees where nothing stands: references for its lights, and for how long each place has differed.

Pure: pictures and what hides them in, differences out. A reference follows the light where nothing foreign is. When
most of the picture changes its structure at once (night lamps, infrared, a turned camera), another reference that fits
is taken, or a new one is learnt.
"""

import math
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from inference.detections import Floats, Mask
from inference.objects.structure import Comparison, Part, Picture, compare, in_light_of, moved

FOREIGN: Final = 0.4
"""A difference from which a place is foreign."""

LEARN_S: Final = 3.0
"""A place was seen, and nothing moved in it, for so long before it can be compared."""

FOLLOW_S: Final = 60.0
"""After so long two thirds of a slow change of the pattern are in the reference. It keeps a light of its own, whatever
the light of now: else the border of what it must not follow would be a pattern."""

LONGEST_STEP_S: Final = 2.0
"""What is not looked at for longer counts no more than this."""

CHANGED: Final = 0.35
"""Of the places with a pattern, the share that differs when the scene, and not a thing in it, has changed."""

FITS: Final = 0.2
"""Another reference is taken when no more than this share differs from it."""

CHANGED_S: Final = 3.0
"""For so long before anything is concluded from a changed scene."""

LEAST_PATTERN: Final = 0.3
LEAST_PLACES: Final = 500
"""Fewer places with a pattern tell nothing about the scene as a whole."""

RESTLESS: Final = 0.25
RESTLESS_S: Final = 120.0
"""A place that moved in more than this share of the last minutes (a screen, leaves) cannot be judged."""

FOLLOW_EVERY_S: Final = 5.0
"""The reference follows in steps: each costs as much as a look."""

MOST_REFERENCES: Final = 4
_NEAR: Final = cv2.getStructuringElement(cv2.MORPH_RECT, (9, 9))


@dataclass
class Reference:
    """The picture under one light: pixels (h, w), and the seconds for which each place was learnt, up to LEARN_S."""

    pixels: Floats
    learnt: Floats
    used_us: int = 0

    @property
    def valid(self) -> Mask:
        return np.asarray(self.learnt >= LEARN_S)


@dataclass(frozen=True, slots=True)
class View:
    """One look at a part of the picture. All arrays are of that part.

    at          which part
    now         the picture
    reference   what it was compared with
    hidden      who moves about covers these places
    moving      something moves there
    age         for how many seconds each place has been foreign and still
    step_s      since the look before
    """

    at: Part
    now: Picture
    reference: Picture
    compared: Comparison
    valid: Mask
    hidden: Mask
    moving: Mask
    age: Floats
    step_s: float


@dataclass(frozen=True, slots=True)
class Places:
    """What is known of the part before anybody compares; masks of its size.

    at       which part
    shape    of the whole picture
    watched  where it matters what stands; elsewhere it becomes a part of the reference
    hidden   where tracked people and vehicles are
    kept     where known things are: the reference knows the ground below them
    """

    at: Part
    shape: tuple[int, ...]
    watched: Mask
    hidden: Mask
    kept: Mask


@dataclass
class Ground:
    """One camera. Looks are to come in the order of their capture.

    references   the one in use comes first, all of the whole picture's size
    """

    references: list[Reference] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._before: tuple[Picture, Part] | None = None
        self._age: Floats = np.empty((0, 0), np.float32)
        self._restless: Floats = np.empty((0, 0), np.float32)
        self._then: Picture | None = None
        self._unfollowed_s = self._changed_s = 0.0
        self.looked_us = 0

    def look(self, now: Picture, seen: Places, captured_at_us: int) -> View | None:
        """What can be told in this part of the picture; None while the scene changes as a whole, and at first."""
        at, step_s = seen.at, min(LONGEST_STEP_S, max(0.0, (captured_at_us - self.looked_us) / 1e6))
        before, self._before, self.looked_us = self._before, (now, at), captured_at_us
        self._begin(seen.shape)
        if before is None or before[1] != at or before[0].pixels.shape != now.pixels.shape:
            self._then = None
            return None
        moving = moved(before[0], now)
        restless = self._restless[at]
        restless += (moving & ~seen.hidden).astype(np.float32) * np.float32(step_s / RESTLESS_S)
        restless *= np.float32(math.exp(-step_s / RESTLESS_S))
        reference = self._reference(now, at)
        reference.used_us = captured_at_us
        then = self._then or Picture(reference.pixels[at].copy())
        self._then = then
        compared, valid = compare(then, now), reference.valid[at] & (restless < RESTLESS)
        if self._has_changed(compared, valid & ~seen.hidden & ~seen.kept, seen.watched, step_s):
            self._settle(now, moving, seen)
            return None
        age = self._aged(compared, valid, moving, seen, step_s)
        self._follow(reference, now, moving, seen, step_s)
        return View(at, now, then, compared, valid, seen.hidden, moving, age, step_s)

    def _aged(self, compared: Comparison, valid: Mask, moving: Mask, seen: Places, step_s: float) -> Floats:
        """For how long each place has differed and been still; what is hidden keeps its age."""
        age = self._age[seen.at]
        grown = (compared.difference > FOREIGN) & valid & seen.watched & ~moving
        age += np.where(seen.hidden, 0.0, np.where(grown, step_s, -2.0 * step_s)).astype(np.float32)
        np.maximum(age, 0.0, out=age)
        return age

    def mark(self) -> tuple[int, int]:
        """Changes with another reference, or a tenth more or less of the one in use."""
        tenths = round(10 * float(self.references[0].valid.mean())) if self.references else 0
        return len(self.references), tenths

    def heal(self, place: Mask) -> None:
        """What is seen in the place now, (h, w) of the whole picture, belongs to the ground."""
        if self._before is not None and self.references:
            now, at = self._before
            inside, reference = place[at], self.references[0]
            known = reference.valid[at] & (self._age[at] <= 0.0) & ~inside
            pixels = in_light_of(reference.pixels[at], now.pixels, known)
            reference.pixels[at][inside] = pixels[inside]
            reference.learnt[at][inside] = LEARN_S
            self._then = None
        self.calm(place)

    def calm(self, place: Mask) -> None:
        """What differs in the place begins to count anew."""
        self._age[place] = 0.0

    def forget(self, place: Mask) -> None:
        """The place is to be learnt anew, under every light."""
        self._begin(place.shape)
        for reference in self.references:
            reference.learnt[place] = 0.0
        self._then = None
        self.calm(place)

    def _begin(self, shape: tuple[int, ...]) -> None:
        """The first picture, or one of another size."""
        if self._age.shape != shape:
            self._age, self._restless = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
            self.references = [each for each in self.references if each.pixels.shape == shape]
            self._then = None

    def _reference(self, now: Picture, at: Part) -> Reference:
        if not self.references:
            self._learn(now, at)
        return self.references[0]

    def _learn(self, now: Picture, at: Part) -> None:
        """Another reference, that begins with what is seen now."""
        reference = Reference(np.zeros_like(self._age), np.zeros_like(self._age))
        reference.pixels[at] = now.pixels
        self.references.insert(0, reference)
        del self.references[MOST_REFERENCES:]

    def _has_changed(self, compared: Comparison, where: Mask, watched: Mask, step_s: float) -> bool:
        """Also beside the watched places: what only fills those is a thing, however large."""
        share, beside = _share(compared, where), where & ~watched
        if _places(compared, beside) >= LEAST_PLACES:
            share = min(share, _share(compared, beside))
        self._changed_s = self._changed_s + step_s if share > CHANGED else 0.0
        return share > CHANGED

    def _settle(self, now: Picture, moving: Mask, seen: Places) -> None:
        """Another reference, once the changed scene is calm."""
        if self._changed_s < CHANGED_S or moving.mean() > FITS:
            return
        at, self._changed_s, self._then = seen.at, 0.0, None
        self._age[:] = 0.0
        visible = ~(seen.hidden | seen.kept)
        shares = [
            (_share(compare(Picture(each.pixels[at].copy()), now), each.valid[at] & visible), i)
            for i, each in enumerate(self.references[1:], 1)
            if np.count_nonzero(each.valid[at] & visible) > FITS * visible.size
        ]
        share, best = min(shares, default=(1.0, 0))
        if share > FITS:
            self._learn(now, at)
        else:
            self.references.insert(0, self.references.pop(best))

    def _follow(self, reference: Reference, now: Picture, moving: Mask, seen: Places, step_s: float) -> None:
        """The reference takes the light of the picture where it shows the ground, and learns what it has not seen."""
        self._unfollowed_s += step_s
        learnt, pixels = reference.learnt[seen.at], reference.pixels[seen.at]
        known = learnt >= LEARN_S
        unseen = seen.hidden | seen.kept | moving
        fresh = ~known & ~unseen
        if self._unfollowed_s < FOLLOW_EVERY_S and not fresh.any():
            return
        doubtful = cv2.dilate((self._age[seen.at] > 0.0).view(np.uint8), _NEAR).view(np.bool_)
        same = known & ~unseen & ~doubtful
        shown = in_light_of(pixels, now.pixels, same)
        taken = 1.0 - math.exp(-self._unfollowed_s / FOLLOW_S)
        share = np.where(fresh, step_s / (learnt + step_s + 1e-6), np.where(same, taken, 0.0))
        pixels += share.astype(np.float32) * (shown - pixels)
        learnt += np.where(fresh, np.float32(step_s), np.float32(0))
        self._unfollowed_s, self._then = 0.0, None


def _share(compared: Comparison, where: Mask) -> float:
    """Of the places with a pattern, how many differ."""
    count = _places(compared, where)
    if count < LEAST_PLACES:
        return 0.0
    differ = where & (compared.pattern > LEAST_PATTERN) & (compared.difference > FOREIGN)
    return int(np.count_nonzero(differ)) / count


def _places(compared: Comparison, where: Mask) -> int:
    """How many places have a pattern."""
    return int(np.count_nonzero(where & (compared.pattern > LEAST_PATTERN)))
