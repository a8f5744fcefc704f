"""What the plant consists of: words that events, commands and rules share for cameras, zones and rules."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Final

from domain.contracts.detections import Attribute

Polygon = tuple[tuple[float, float], ...]
"""Vertices x y in 0..1 of the frame's width and height; the last one is joined to the first."""

WHOLE_PICTURE: Final[Polygon] = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


@dataclass(frozen=True, slots=True)
class DirectionLine:
    """A line over a zone, ends x y in 0..1. In goes what crosses it to the right of who looks from `start` to `end`.

    Right is that of the picture as a person sees it (x to the right, y down).
    """

    start: tuple[float, float]
    end: tuple[float, float]


ARCHIVE_SCHEME: Final = "archive://"
"""Begins the source of a camera whose pictures are recordings (R27): no process watches it."""


class RuleKind(StrEnum):
    """What a rule forbids (R94), or warns of: loitering near a zone (R66)."""

    DANGER_ZONE = "danger_zone"
    NO_HELMET = "no_helmet"
    PERIMETER = "perimeter"
    NO_VEST = "no_vest"
    NO_GLASSES = "no_glasses"
    NO_GLOVES = "no_gloves"
    NO_MASK = "no_mask"
    DIRECTION = "direction"
    LOITERING = "loitering"
    WEAPON = "weapon"
    LEFT_OBJECT = "left_object"
    GUARD_OPEN = "guard_open"
    LAMP = "lamp"
    UNATTENDED = "unattended_machine"


MISSING_ITEMS: Final = {
    RuleKind.NO_HELMET: Attribute.HELMET,
    RuleKind.NO_VEST: Attribute.VEST,
    RuleKind.NO_GLASSES: Attribute.GLASSES,
    RuleKind.NO_GLOVES: Attribute.GLOVES,
    RuleKind.NO_MASK: Attribute.MASK,
}
"""The kinds of rule about protective equipment, and the item that is missing (R44)."""


class Lamp(StrEnum):
    """What a machine's signal light («светофор») shows (R59)."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    OFF = "off"


LAMPS: Final = {
    Lamp.RED: Attribute.LAMP_RED,
    Lamp.YELLOW: Attribute.LAMP_YELLOW,
    Lamp.GREEN: Attribute.LAMP_GREEN,
}
"""The lights that shine, and the attribute of a machine that says so; OFF is that none of them does."""

MACHINE_KINDS: Final = frozenset({RuleKind.GUARD_OPEN, RuleKind.LAMP, RuleKind.UNATTENDED})
"""The kinds of rule about a machine: their zone is what the camera sees of it (R57-R60)."""


OBJECTS_MODEL: Final = "reference-comparison"
"""What compares a picture with its reference, and so finds objects that are not in it (R62), as a model's name."""


class Verdict(StrEnum):
    """Where an incident stands. `review` waits for a person (R49, R100)."""

    DISMISSED = "dismissed"
    REVIEW = "review"
    VIOLATION = "violation"
    FALSE_POSITIVE = "false_positive"


class EvidenceKind(StrEnum):
    """What is kept with an incident: a photo, a clip, and the detections that it rests on."""

    PHOTO = "photo"
    CLIP = "clip"
    DETECTIONS = "detections"


class ExpiryCause(StrEnum):
    """Why a file of evidence was given up: its time was over (R118), or the store was full (R119)."""

    RETENTION = "retention"
    STORE_FULL = "store_full"


@dataclass(frozen=True, slots=True)
class Window:
    """A span of local wall time on some weekdays (0 = Monday). An end not after the start is on the next day."""

    days: tuple[int, ...]
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a rule is in force, in the wall time of a place (IANA name of its time zone). R72."""

    tz: str
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """R48, R99, R100: score < min is dismissed, min <= score < max goes to review, score >= max is a violation."""

    min: float
    max: float
