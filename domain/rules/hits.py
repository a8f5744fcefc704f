"""Rule hits: how strongly one track breaks one rule in one frame.

A hit function answers None for "cannot tell", 0.0 for "not broken", and otherwise 0..1, how sure it is.
"""

from dataclasses import dataclass
from typing import Final

from domain.contracts.detections import Attribute, Box, TrackObservation
from domain.contracts.events import RulePublished
from domain.contracts.plant import Polygon, RuleKind
from domain.rules.geometry import covered_fraction

FEET: Final = 0.25
"""The lower part of a box by which a person stands in a zone: a head above a far zone is no entry (R54)."""

MIN_COVERED: Final = 0.3
"""Less of the feet inside the polygon than this is a box that trembles at the border."""


class RuleUnknown(ValueError):
    """A rule is of a kind that this build lacks."""


@dataclass(frozen=True, slots=True)
class ActiveRule:
    """A rule's version in force, with the polygon that it uses."""

    rule: RulePublished
    polygon: Polygon | None = None
    zone_version: int | None = None


def hit(active: ActiveRule, track: TrackObservation) -> float | None:
    """How strongly the track breaks the rule in this frame. Raises RuleUnknown. R46, R54, R70."""
    match active.rule.kind:
        case RuleKind.DANGER_ZONE | RuleKind.PERIMETER:
            return None if active.polygon is None else zone_hit(active.polygon, track)
        case RuleKind.NO_HELMET:
            return missing_hit(Attribute.HELMET, track)
    raise RuleUnknown(active.rule.kind)


def zone_hit(polygon: Polygon, track: TrackObservation) -> float:
    """Confidence that the object stands in the zone: the detector's score, and full only with both feet inside."""
    covered = covered_fraction(polygon, feet(track.box))
    return 0.0 if covered < MIN_COVERED else track.score * min(1.0, 0.5 + covered / 2)


def feet(box: Box) -> Box:
    """The lower quarter of a box."""
    x1, y1, x2, y2 = box
    return (x1, y2 - (y2 - y1) * FEET, x2, y2)


def missing_hit(attribute: Attribute, track: TrackObservation) -> float | None:
    """Confidence that a protective item is missing; None where the models could not tell."""
    for score in track.attributes:
        if score.attribute is attribute:
            return score.absent if score.absent > score.present else 0.0
    return None
