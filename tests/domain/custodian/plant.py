"""What the tests of the custodian share: a domain with a clock that is moved, evidence in a real store, a custodian."""

import hashlib
import io
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from minio import Minio
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from domain.contracts.commands import (
    CONTEXT_OF,
    AttachEvidence,
    Command,
    LockEvidence,
    RegisterCamera,
    Reply,
    UnlockEvidence,
    decode_reply,
    encode_command,
)
from domain.contracts.commands.replies import Accepted
from domain.contracts.identifiers import CameraId, IncidentId, TrackId, incident_id
from domain.contracts.plant import EvidenceKind
from domain.contracts.subjects import INCIDENT, event_subject
from domain.custodian.custodian import Custodian
from domain.custodian.custody import messages
from domain.custodian.settings import CustodianSettings
from domain.incident import Acting, OpenIncident
from domain.service.folding import fold_incident
from infra.embedded.s3 import S3Server
from infra.eventstore.envelope import TOPIC
from infra.nats.bridge import Bridge
from tests.conftest import OwnNats
from tests.domain.samples import DANGER, T0, YARD, opened
from tests.domain.service.test_service import Plant

PHOTO, CLIP, DETECTIONS = EvidenceKind.PHOTO, EvidenceKind.CLIP, EvidenceKind.DETECTIONS
SUFFIXES = {PHOTO: "jpg", CLIP: "mp4", DETECTIONS: "bin"}
GATE = CameraId("gate")
DAY = timedelta(days=1)


class Clock:
    """Time that stands still until it is moved; the domain and the custodian share it."""

    def __init__(self, now: datetime = T0) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class CustodianPlant:
    """Cameras `yard` and `gate`, incidents with files, and custodians that come and go."""

    def __init__(self, server: OwnNats, s3: S3Server, store: Minio, bucket: str, home: Path) -> None:
        self.server, self.s3, self.store, self.bucket, self.home = server, s3, store, bucket, home
        self.clock, self.stopping = Clock(), threading.Event()
        self.service = Plant(server)
        self.service.desk._clock = self.clock
        self.admin = self.service.admin
        self.bridge = Bridge(server.url("custodian"), name="custodian")
        self._commands = 0
        for camera in (YARD, GATE):
            self.send(RegisterCamera(camera, "Камера", "rtsp://10.0.0.1/1"))

    def send(self, command: Command) -> Reply:
        self._commands += 1
        data = encode_command(command, command_id=f"command-{self._commands}", by="anna", at=self.clock())
        context = CONTEXT_OF[type(command)]
        return decode_reply(self.admin.run(self.admin.nc.request(f"cmd.{context}", data, timeout=10)).data)

    def incident(self, number: int, *kinds: EvidenceKind, camera: CameraId = YARD, size: int = 1000) -> IncidentId:
        """Opened now, with files attached now."""
        at, track = self.clock(), TrackId(number)
        id_ = incident_id(camera, DANGER, track, at)
        event = replace(
            opened(), incident_id=id_, camera_id=camera, track_id=track, first_seen=at, last_seen=at, opened_at=at
        )
        fold = fold_incident(OpenIncident(event), Acting("rules"))
        self.service.ledgers[INCIDENT].execute(str(id_), "open", "rules", at, fold)  # type: ignore[arg-type]
        for kind in kinds or (PHOTO, CLIP, DETECTIONS):
            self.attach(id_, kind, size)
        return id_

    def attach(self, id_: IncidentId, kind: EvidenceKind, size: int = 1000) -> None:
        data = b"x" * size
        key = f"incidents/{self.clock().astimezone(UTC):%Y/%m/%d}/{id_}/{kind.value}.{SUFFIXES[kind]}"
        self.store.put_object(self.bucket, key, io.BytesIO(data), size)
        now = self.clock()
        command = AttachEvidence(id_, kind, key, hashlib.sha256(data).hexdigest(), size, "image/jpeg", now, now)
        assert isinstance(self.send(command), Accepted)

    def lock(self, id_: IncidentId) -> None:
        assert isinstance(self.send(LockEvidence(id_, "суд")), Accepted)

    def unlock(self, id_: IncidentId) -> None:
        assert isinstance(self.send(UnlockEvidence(id_, "дело закрыто")), Accepted)

    def kept(self, id_: IncidentId) -> set[str]:
        """Names of the incident's files that the store has."""
        return {key.rpartition("/")[2].partition(".")[0] for key in self.stored() if f"/{id_}/" in key}

    def stored(self, prefix: str = "incidents/") -> list[str]:
        return [str(each.object_name) for each in self.store.list_objects(self.bucket, prefix, recursive=True)]

    def expiries(self, id_: IncidentId) -> list[str]:
        """Kind and cause of each event that gave up a file, in order."""
        found = messages(self.admin, event_subject(INCIDENT, str(id_)))
        return [m.data.decode() for m in found if m.headers[TOPIC] == "incident.evidence_expired.v1"]

    def settings(self, **changes: Any) -> CustodianSettings:
        values: dict[str, Any] = {
            "home": self.home,
            "nats_url": SecretStr(self.server.url("custodian")),
            "s3_endpoint": self.s3.endpoint,
            "s3_access_key": SecretStr(self.s3.access_key),
            "s3_secret_key": SecretStr(self.s3.secret_key),
            "s3_bucket": self.bucket,
            "measure_s": 0.001,
        }
        return CustodianSettings(**(values | changes))

    def custodian(self, *, archives: bool = False, **changes: Any) -> Custodian:
        """A fresh one with what an earlier one remembered on disk. archives: False says that this was done for ever."""
        settings = self.settings(**changes)
        custodian = Custodian(
            settings,
            self.bridge,
            self.store,
            registry=CollectorRegistry(),
            clock=self.clock,
            stopping=self.stopping,
        )
        if not archives:
            custodian.memory.change(archive_done=datetime.max.replace(tzinfo=UTC) - DAY)
        return custodian

    def close(self) -> None:
        self.bridge.close()
        self.service.close()
