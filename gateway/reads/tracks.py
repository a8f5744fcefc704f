"""What the models saw of one track, decoded from the range of DETECTIONS that an incident cites."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from nats.aio.client import Client

from domain.contracts.detections import Attribute, Box, DetectionsUnreadable, TrackObservation, decode
from domain.contracts.identifiers import CameraId
from domain.contracts.plant import LAMPS, MISSING_ITEMS, RuleKind
from domain.contracts.subjects import DETECTIONS, detections_subject
from gateway.reads.rows import IncidentRow
from infra.nats.direct import StoredMessage, get_page

SHOWN_STATES: Final = {
    RuleKind.GUARD_OPEN: frozenset({Attribute.GUARD_OPEN}),
    RuleKind.LAMP: frozenset(LAMPS.values()),
    RuleKind.UNATTENDED: frozenset({Attribute.RUNNING}),
}
"""What of a machine speaks for the rule; which lamps it forbids is not recorded with the incident."""

MOST_POINTS = 2000
_MOST_MESSAGES = 20_000
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class TrackSample:
    """The track in one frame.

    score     the detector's, 0..1
    evidence  0..1, what speaks for the rule: that the item is absent, that the machine's state is there, or the
              detector's score; None: cannot tell
    """

    at: datetime
    frame: int
    sequence: int
    score: float
    evidence: float | None
    box: Box


async def track_of(nc: Client, incident: IncidentRow) -> list[TrackSample]:
    """At most 2000 samples of the incident's track in the order of capture, evenly thinned when there are more.

    Empty when DETECTIONS has let the range go. Raises infra.nats.errors.NatsAdapterError.
    """
    camera = CameraId(incident.camera_id)
    samples = [
        sample
        for message in await _range(nc, camera, incident.detections_from, incident.detections_to)
        if (sample := _sample(camera, incident, message)) is not None
    ]
    step = -(-len(samples) // MOST_POINTS) or 1
    return samples[::step]


async def _range(nc: Client, camera: CameraId, first: int, last: int) -> list[StoredMessage]:
    found: list[StoredMessage] = []
    at = first
    while at <= last and len(found) < _MOST_MESSAGES:
        page = await get_page(nc, DETECTIONS, at, _PAGE, detections_subject(camera))
        found += (m for m in page.messages if m.sequence <= last)
        if not page.messages or not page.pending:
            break
        at = page.messages[-1].sequence + 1
    return found


def _sample(camera: CameraId, incident: IncidentRow, message: StoredMessage) -> TrackSample | None:
    try:
        frame = decode(camera, message.data)
    except DetectionsUnreadable:
        return None
    for track in frame.tracks:
        if track.track_id == incident.track_id:
            evidence = _evidence(incident.rule_kind, track)
            return TrackSample(frame.captured_at, frame.frame, message.sequence, track.score, evidence, track.box)
    return None


def _evidence(kind: RuleKind, track: TrackObservation) -> float | None:
    if kind in SHOWN_STATES:
        shown = [score for score in track.attributes if score.attribute in SHOWN_STATES[kind]]
        told = [score.present for score in shown if score.present != score.absent]
        return max(told, default=None)
    if kind not in MISSING_ITEMS:
        return track.score
    item = next((a for a in track.attributes if a.attribute is MISSING_ITEMS[kind]), None)
    if item is None:
        return None
    return item.absent if item.absent > item.present else 0.0
