"""Brings a piece of evidence to the object store and tells the domain, again and again until both know it.

A repeat is harmless: the object's key and the command's identity follow from incident and kind.
"""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid5

import urllib3.exceptions
from minio import Minio
from minio.error import MinioException, S3Error

from domain.contracts.codec import CodecError
from domain.contracts.commands import AttachEvidence, Refused, ReportEvidenceMissed, decode_reply, encode_command
from domain.contracts.detections import from_microseconds
from domain.contracts.events import IncidentOpened
from domain.contracts.plant import EvidenceKind
from domain.contracts.subjects import INCIDENT, command_subject
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.nats.requests import ask
from infra.objects import ensure_bucket
from producers.backoff import Backoff
from producers.meters import Meters
from producers.spool import FILE_NAMES, Piece, Spool

log = logging.getLogger(__name__)

FIRST_PAUSE_S: Final = 0.5
MOST_PAUSE_S: Final = 30.0
STORE_ERRORS: Final = (MinioException, urllib3.exceptions.HTTPError, OSError)
DOMAIN_ERRORS: Final = (NatsAdapterError, TimeoutError, CodecError)


class Delivery:
    """by   name of this process in the incident's history: `producer.gate`"""

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
    ) -> None:
        self._store, self._bucket, self._bridge = store, bucket, bridge
        self._spool, self._meters, self._stop, self._by = spool, meters, stop, by

    def attach(self, incident: IncidentOpened, piece: Piece) -> bool:
        """Whether it is done; False when the process stops before."""
        key = object_key(incident, piece.kind)
        if not self._until_done(lambda: self._upload(key, piece), piece.kind, STORE_ERRORS):
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
        )
        if not self._tell(command, piece.kind, "attached"):
            return False
        self._spool.remove(piece)
        return True

    def report_missed(self, incident: IncidentOpened, kind: EvidenceKind, reason: str) -> bool:
        """Whether it is done; False when the process stops before."""
        log.warning(
            "evidence missed", extra={"incident": str(incident.incident_id), "kind": kind.value, "reason": reason}
        )
        return self._tell(ReportEvidenceMissed(incident.incident_id, kind, reason), kind, "missed")

    def _upload(self, key: str, piece: Piece) -> None:
        try:
            self._store.fput_object(self._bucket, key, str(piece.path), content_type=piece.media_type)
        except S3Error as error:
            if error.code == "NoSuchBucket":
                ensure_bucket(self._store, self._bucket)
            raise

    def _tell(self, command: AttachEvidence | ReportEvidenceMissed, kind: EvidenceKind, outcome: str) -> bool:
        return self._until_done(lambda: self._command(command, kind, outcome), kind, DOMAIN_ERRORS)

    def _command(self, command: AttachEvidence | ReportEvidenceMissed, kind: EvidenceKind, outcome: str) -> None:
        payload = encode_command(
            command, command_id=command_id(command.incident_id, kind), by=self._by, at=datetime.now(UTC)
        )
        asking = ask(self._bridge.nc, command_subject(INCIDENT), payload, timeout_s=self._bridge.timeout_s)
        reply = decode_reply(self._bridge.run(asking).data)
        if isinstance(reply, Refused):
            log.error(
                "the domain refused evidence",
                extra={"incident": str(command.incident_id), "kind": kind.value, "code": reply.code},
            )
            outcome = "refused"
        self._meters.evidence(kind.value, outcome)

    def _until_done(self, work: Callable[[], None], kind: EvidenceKind, errors: tuple[type[Exception], ...]) -> bool:
        backoff = Backoff(FIRST_PAUSE_S, MOST_PAUSE_S)
        while not self._stop.is_set():
            try:
                work()
            except errors as error:
                pause_s = backoff.pause_s()
                self._meters.evidence(kind.value, "retried")
                log.warning(
                    "evidence not delivered yet",
                    extra={"kind": kind.value, "reason": f"{type(error).__name__}: {error}", "pause_s": pause_s},
                )
                self._stop.wait(pause_s)
            else:
                return True
        return False


def object_key(incident: IncidentOpened, kind: EvidenceKind) -> str:
    """`incidents/<yyyy>/<mm>/<dd>/<incident>/photo.jpg`, by the UTC day of the incident."""
    day = incident.opened_at.astimezone(UTC).strftime("%Y/%m/%d")
    return f"incidents/{day}/{incident.incident_id}/{FILE_NAMES[kind]}"


def command_id(incident_id: UUID, kind: EvidenceKind) -> str:
    """The same for `attach` and `report missed`: whichever came first is the answer to both."""
    return str(uuid5(incident_id, kind.value))
