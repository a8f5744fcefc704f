"""The moment of the best evidence: where the models saw most clearly what an incident is about (R24). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from domain.contracts.detections import Box, FrameAnalysed, TrackObservation, to_microseconds
from domain.contracts.events import IncidentOpened
from domain.contracts.plant import MISSING_ITEMS

SAME_PLACE: Final = 0.5
"""Of a rule about a zone: where the object stood so much as in the deciding frame, it stood in the zone as well."""


@dataclass(frozen=True, slots=True)
class Moment:
    """box: where the object is then; None: as in the deciding frame."""

    at_us: int
    box: Box | None = None


def best_moment(incident: IncidentOpened, frames: Iterable[FrameAnalysed], since_us: int) -> Moment:
    """The frame of the incident's track that speaks most for the rule; of equals the one that shows most of it.

    frames     of the range that the decision rests on
    since_us   capture time from which there is video
    The deciding frame's moment when no frame says more.
    """
    found: list[tuple[float, bool, float, int, Box]] = []
    for frame in frames:
        track = next((each for each in frame.tracks if each.track_id == incident.track_id), None)
        if track is None or frame.captured_at_us < since_us or not _is_in_place(incident, track):
            continue
        strength = evidence_of(incident, track)
        if strength > 0.0:
            found.append((strength, not frame.predicted, _area(track.box), frame.captured_at_us, track.box))
    opened_us = to_microseconds(incident.opened_at)
    if not found:
        return Moment(opened_us)
    *_, at_us, box = max(found)
    return Moment(at_us, None if at_us == opened_us else box)


def evidence_of(incident: IncidentOpened, track: TrackObservation) -> float:
    """What speaks for the rule in one frame, 0..1: that the item is missing, or that the object is there."""
    item = MISSING_ITEMS.get(incident.kind)
    if item is None:
        return track.score
    told = next((each for each in track.attributes if each.attribute is item), None)
    return told.absent if told is not None and told.absent > told.present else 0.0


def _is_in_place(incident: IncidentOpened, track: TrackObservation) -> bool:
    return incident.zone_id is None or _overlap(incident.box, track.box) >= SAME_PLACE


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    common = _area((max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])))
    whole = _area(one) + _area(other) - common
    return common / whole if whole > 0.0 else 0.0
