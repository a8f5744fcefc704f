"""Brings a piece of evidence to the object store and tells the domain, again and again until both know it.

A repeat is harmless: the object's key and the command's identity follow from incident and kind.
"""

import logging
import threading
from datetime import UTC
from typing import Final
from uuid import UUID, uuid5

from minio import Minio

from domain.contracts.commands import AttachEvidence, ReportEvidenceMissed
from domain.contracts.detections import from_microseconds
from domain.contracts.events import IncidentOpened
from domain.contracts.plant import EvidenceKind
from domain.contracts.subjects import INCIDENT
from infra.nats.bridge import Bridge
from producers.courier import Courier, Told
from producers.meters import Meters
from producers.spool import FILE_NAMES, Piece, Spool

log = logging.getLogger(__name__)

ATTACHED: Final = "attached"
MISSED: Final = "missed"


class Delivery:
    """Called by several threads, each with its own piece.

    by      name of this process in the incident's history: `producer.gate`
    fence   see Courier
    """

    def __init__(
        self,
        store: Minio,
        bucket: str,
        bridge: Bridge,
        *,
        spool: Spool,
        meters: Meters,
        stop: threading.Event,
        by: str,
        fence: Told = lambda: None,
    ) -> None:
        self._courier = Courier(store, bucket, bridge, stop=stop, by=by, fence=fence)
        self._spool, self._meters = spool, meters

    def attach(self, incident: IncidentOpened, piece: Piece) -> bool:
        """Whether it is done; False when the process stops before."""
        key, kind = object_key(incident, piece.kind), piece.kind.value
        if not self._courier.upload(key, piece.path, piece.media_type, lambda: self._meters.evidence(kind, "retried")):
            return False
        command = AttachEvidence(
            incident_id=incident.incident_id,
            kind=piece.kind,
            key=key,
            sha256=piece.sha256,
            size_bytes=piece.size_bytes,
            media_type=piece.media_type,
            captured_from=from_microseconds(piece.captured_from_us),
            captured_to=from_microseconds(piece.captured_to_us),
            box=piece.box,
        )
        if not self._tell(command, piece.kind, ATTACHED):
            return False
        self._spool.remove(piece)
        return True

    def report_missed(self, incident: IncidentOpened, kind: EvidenceKind, reason: str) -> bool:
        """Whether it is done; False when the process stops before."""
        log.warning(
            "evidence missed", extra={"incident": str(incident.incident_id), "kind": kind.value, "reason": reason}
        )
        return self._tell(ReportEvidenceMissed(incident.incident_id, kind, reason), kind, MISSED)

    def _tell(self, command: AttachEvidence | ReportEvidenceMissed, kind: EvidenceKind, outcome: str) -> bool:
        id_ = command_id(command.incident_id, kind)
        told = self._courier.tell(
            INCIDENT, command, command_id=id_, on_retry=lambda: self._meters.evidence(kind.value, "retried")
        )
        if told is None:
            return False
        self._meters.evidence(kind.value, outcome if told else "refused")
        return True


def object_key(incident: IncidentOpened, kind: EvidenceKind) -> str:
    """`incidents/<yyyy>/<mm>/<dd>/<incident>/photo.jpg`, by the UTC day of the incident."""
    day = incident.opened_at.astimezone(UTC).strftime("%Y/%m/%d")
    return f"incidents/{day}/{incident.incident_id}/{FILE_NAMES[kind]}"


def command_id(incident_id: UUID, kind: EvidenceKind) -> str:
    """The same for `attach` and `report missed`: whichever came first is the answer to both."""
    return str(uuid5(incident_id, kind.value))
