"""Makes the pieces of evidence of one incident: photo and clip from the packet ring, detections from their stream."""

from collections.abc import Sequence
from typing import Protocol

from domain.contracts.detections import to_microseconds
from domain.contracts.events import IncidentOpened
from domain.contracts.plant import EvidenceKind
from infra.nats.bridge import Bridge
from producers import clip, detections_slice
from producers.best_moment import Moment, best_moment
from producers.errors import DetectionsGone, MomentNotCovered, PhotoImpossible
from producers.packets import EncodedPacket
from producers.photo import photograph
from producers.spool import Piece, Spool

AHEAD_US = 3_000_000
"""Packets after the moment that the photo's decoder may need until the frame comes out."""


LONGEST_BACK_US = 20_000_000
"""So far back the packet ring holds video for certain."""


class Video(Protocol):
    """Encoded video of a camera: the packet ring, or a recording."""

    def around(self, moment_us: int, before_us: int, after_us: int) -> Sequence[EncodedPacket]:
        """The packets around a moment, beginning with a keyframe. Raises MomentNotCovered."""
        ...


class Cutter:
    """before_us, after_us   length of a clip before and after the moment of the incident"""

    def __init__(self, video: Video, spool: Spool, bridge: Bridge, *, before_us: int, after_us: int) -> None:
        self._video, self._spool, self._bridge = video, spool, bridge
        self._before_us, self.after_us = before_us, after_us

    def make(self, incident: IncidentOpened, kind: EvidenceKind) -> Piece:
        """The finished piece in the spool, also when an earlier run of the process made it.

        Raises  EvidenceError, NatsAdapterError
        """
        known = self._spool.find(incident.incident_id, kind)
        if known is not None:
            return known
        match kind:
            case EvidenceKind.PHOTO:
                return self._photo(incident)
            case EvidenceKind.CLIP:
                return self._clip(incident)
            case EvidenceKind.DETECTIONS:
                return self._detections(incident)

    def _photo(self, incident: IncidentOpened) -> Piece:
        moment = self._moment(incident)
        try:
            taken = photograph(self._video.around(moment.at_us, 0, AHEAD_US), moment.at_us)
        except (MomentNotCovered, PhotoImpossible):
            moment = Moment(to_microseconds(incident.opened_at))
            taken = photograph(self._video.around(moment.at_us, 0, AHEAD_US), moment.at_us)
        self._spool.place(incident.incident_id, EvidenceKind.PHOTO).write_bytes(taken.jpeg)
        at_us = taken.captured_at_us
        return self._spool.finish(incident.incident_id, EvidenceKind.PHOTO, at_us, at_us, box=moment.box)

    def _moment(self, incident: IncidentOpened) -> Moment:
        """That of the best evidence; of the deciding frame where the detections are gone."""
        first, last = incident.detections_from, incident.detections_to
        try:
            frames = detections_slice.frames(self._bridge, incident.camera_id, first, last)
        except DetectionsGone:
            return Moment(to_microseconds(incident.opened_at))
        return best_moment(incident, frames, to_microseconds(incident.opened_at) - LONGEST_BACK_US)

    def _clip(self, incident: IncidentOpened) -> Piece:
        packets = self.clip_packets(incident)
        made = clip.cut(packets, self._spool.place(incident.incident_id, EvidenceKind.CLIP))
        return self._spool.finish(
            incident.incident_id,
            EvidenceKind.CLIP,
            made.captured_from_us,
            made.captured_to_us,
            codec=packets[0].format.codec,
        )

    def clip_packets(self, incident: IncidentOpened) -> Sequence[EncodedPacket]:
        """The video of the clip, beginning with a keyframe. Raises EvidenceError."""
        return self._video.around(to_microseconds(incident.opened_at), self._before_us, self.after_us)

    def _detections(self, incident: IncidentOpened) -> Piece:
        first, last = incident.detections_from, incident.detections_to
        messages = detections_slice.fetch(self._bridge, incident.camera_id, first, last)
        path = self._spool.place(incident.incident_id, EvidenceKind.DETECTIONS)
        path.write_bytes(detections_slice.packed(messages))
        from_us, to_us = detections_slice.span_us(incident.camera_id, messages)
        return self._spool.finish(incident.incident_id, EvidenceKind.DETECTIONS, from_us, to_us)
