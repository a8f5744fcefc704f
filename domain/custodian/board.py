"""What the custodian says of itself: its vitals, and `<home>/custodian/status.json` for `./kaska status`."""

import logging
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge

from domain.contracts import codec
from domain.contracts.plant import ExpiryCause
from domain.custodian.shelf import Fill
from domain.custodian.state import FOLDER
from infra.settings import write_secret

log = logging.getLogger(__name__)

STATUS: Final = f"{FOLDER}/status.json"

ONLY_LOCKED: Final = "store_full"
UNARCHIVED: Final = "detections_unarchived"
LOST: Final = "detections_lost"
EVIDENCE_ROUND: Final = "evidence_round"
ARCHIVE_ROUND: Final = "archive_round"
WATCH: Final = "watch"
ALARMS: Final = (ONLY_LOCKED, UNARCHIVED, LOST, EVIDENCE_ROUND, ARCHIVE_ROUND, WATCH)


@dataclass(frozen=True, slots=True)
class Alarm:
    """name: one of ALARMS; why: the sentence that the operator reads."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Status:
    """
    media_bytes    all evidence in the store when it was last listed, slices of detections included
    media_limit    the budget; None = as the disk allows
    free_bytes     of the store's own disk; None when it is on another machine
    oldest         UTC day of the oldest photo or clip
    next_round     when the nightly round begins
    archived_until position in DETECTIONS up to which all is archived
    """

    measured_at: datetime | None = None
    media_bytes: int = 0
    media_objects: int = 0
    media_limit: int | None = None
    free_bytes: int | None = None
    free_floor: int = 0
    oldest: date | None = None
    next_round: datetime | None = None
    evidence_done: datetime | None = None
    archive_done: datetime | None = None
    archived_until: int = 0
    alarms: tuple[Alarm, ...] = ()


@dataclass
class Board:
    """Call `publish` when something has changed."""

    home: Path
    registry: CollectorRegistry
    status: Status = field(default_factory=Status)

    def __post_init__(self) -> None:
        self._alarms: dict[str, str] = {}
        registry = self.registry
        self._bytes = Gauge("kaska_media_bytes", "evidence in the store", registry=registry)
        self._objects = Gauge("kaska_media_objects", "files of evidence in the store", registry=registry)
        self._limit = Gauge("kaska_media_limit_bytes", "the store's budget, 0 = none", registry=registry)
        self._free = Gauge("kaska_media_free_bytes", "free on the store's own disk", registry=registry)
        self._oldest = Gauge("kaska_media_oldest_seconds", "day of the oldest picture, since 1970", registry=registry)
        self._archived = Gauge("kaska_detections_archived", "last archived position", registry=registry)
        self._expired = Counter("kaska_evidence_expired", "files given up", ["cause"], registry=registry)
        self._deleted = Counter("kaska_evidence_deleted", "files deleted after their event", registry=registry)
        self._unnamed = Gauge("kaska_media_unnamed", "files that no event names; they stay", registry=registry)
        self._alarm = Gauge("kaska_custodian_alarm", "1 while something needs a person", ["alarm"], registry=registry)
        for cause in ExpiryCause:
            self._expired.labels(cause.value)
        for name in ALARMS:
            self._alarm.labels(name)

    def expired(self, cause: ExpiryCause) -> None:
        self._expired.labels(cause.value).inc()

    def deleted(self) -> None:
        self._deleted.inc()

    def unnamed(self, files: int) -> None:
        self._unnamed.set(files)

    def filled(self, fill: Fill, at: datetime) -> None:
        self.tell(measured_at=at, media_bytes=fill.size_bytes, media_objects=fill.objects, oldest=fill.oldest)

    def tell(self, **changes: Any) -> None:
        self.status = replace(self.status, **changes)

    def alarm(self, name: str, why: str | None) -> None:
        """why: None ends it. Each change of sentence is a line in the log."""
        if self._alarms.get(name) == why:
            return
        if why is None:
            del self._alarms[name]
            log.info("alarm is over", extra={"alarm": name})
        else:
            self._alarms[name] = why
            log.error("alarm", extra={"alarm": name, "why": why})
        self._alarm.labels(name).set(0 if why is None else 1)

    def publish(self) -> None:
        alarms = tuple(Alarm(name, why) for name, why in sorted(self._alarms.items()))
        status = self.status = replace(self.status, alarms=alarms)
        self._bytes.set(status.media_bytes)
        self._objects.set(status.media_objects)
        self._limit.set(status.media_limit or 0)
        self._free.set(status.free_bytes or 0)
        self._archived.set(status.archived_until)
        if status.oldest is not None:
            self._oldest.set((status.oldest - date(1970, 1, 1)).total_seconds())
        write_secret(self.home / STATUS, codec.to_json(status).decode())
