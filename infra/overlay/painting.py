"""Draws tracks, zones and the time of capture into a picture. OpenCV's own font knows Russian letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache
from typing import Any, Final

import cv2
import numpy as np

from domain.contracts.detections import TrackObservation, from_microseconds
from domain.contracts.identifiers import TrackId
from domain.contracts.plant import Polygon
from infra.frames import Pixels
from infra.overlay.words import MISSING, object_word

Colour = tuple[int, int, int]

GOOD: Final[Colour] = (139, 182, 63)
VIOLATION: Final[Colour] = (79, 82, 240)
ZONE: Final[Colour] = (255, 168, 74)
GROUND: Final[Colour] = (22, 17, 13)
TEXT: Final[Colour] = (234, 226, 219)
"""Blue, green, red, as in the console."""

WEIGHT: Final = 400
LEAST_TEXT: Final = 11
TEXT_SHARE: Final = 40
"""A line of text is so many times lower than the picture."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A zone by its name."""

    name: str
    polygon: Polygon


def paint(
    picture: Pixels,
    at_us: int,
    tracks: Sequence[TrackObservation],
    zones: Sequence[Outline],
    *,
    tz: tzinfo,
    guilty: TrackId | None = None,
) -> None:
    """Draws into (h, w, 3) uint8 BGR, in place.

    at_us    capture time, shown by the clocks of `tz`
    guilty   the track that an incident is about; others are drawn as what they wear says
    """
    for zone in zones:
        _zone(picture, zone)
    for track in tracks:
        _track(picture, track, is_guilty=track.track_id == guilty)
    at = from_microseconds(at_us).astimezone(tz)
    _label(picture, f"{at:%d.%m.%Y %H:%M:%S}.{at.microsecond // 100_000}", 0, 0, TEXT)


def _zone(picture: Pixels, zone: Outline) -> None:
    height, width = picture.shape[:2]
    points = np.array([(round(x * width), round(y * height)) for x, y in zone.polygon], np.int32)
    cv2.polylines(picture, [points], isClosed=True, color=ZONE, thickness=_stroke(height), lineType=cv2.LINE_AA)
    x, y = min(points.tolist(), key=lambda point: point[1])
    _label(picture, zone.name, x, y, ZONE)


def _track(picture: Pixels, track: TrackObservation, *, is_guilty: bool) -> None:
    height, width = picture.shape[:2]
    x1, y1, x2, y2 = track.box
    left, top = round(x1 * width), round(y1 * height)
    missing = [MISSING[a.attribute] for a in track.attributes if a.absent > a.present and a.attribute in MISSING]
    colour = VIOLATION if is_guilty or missing else GOOD
    cv2.rectangle(picture, (left, top), (round(x2 * width), round(y2 * height)), colour, _stroke(height))
    words = ", ".join((object_word(track.object_class), *missing))
    _label(picture, f"{words} {round(track.score * 100)} %", left, top, colour)


def _label(picture: Pixels, text: str, left: int, bottom: int, colour: Colour) -> None:
    """Words over a dark ground, kept inside the picture."""
    height, width = picture.shape[:2]
    size = max(LEAST_TEXT, height // TEXT_SHARE)
    wide = cv2.getTextSize((width, height), text, (0, 0), _font(), size, WEIGHT)[2] + size // 2
    tall = size + size // 2
    x = max(0, min(left, width - wide))
    y = max(tall, min(bottom, height))
    picture[y - tall : y, x : x + wide] = GROUND
    cv2.putText(picture, text, (x + size // 4, y - size // 3), colour, _font(), size, WEIGHT)


def _stroke(height: int) -> int:
    return max(1, height // 360)


@cache
def _font() -> Any:
    return cv2.FontFace("sans")
