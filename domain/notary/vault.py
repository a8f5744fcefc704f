"""Copies of the checkpoints where nobody can delete them: an object-locked bucket, retention COMPLIANCE.

A copy waits on disk until the store has it, across restarts; `kaska_notary_copies_waiting` says how many do.
"""

import hashlib
import io
import logging
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import S3Error
from minio.retention import Retention
from prometheus_client import CollectorRegistry, Gauge

from domain.contracts.subjects import EVENTS
from infra.objects import MISSING, UNAVAILABLE

log = logging.getLogger(__name__)

PREFIX: Final = f"{EVENTS}/"
SUFFIX: Final = ".checkpoint"
THERE_ALREADY: Final = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})


class Vault(threading.Thread):
    """Brings the waiting copies to the store, in a thread of its own, until closed."""

    def __init__(
        self, store: Minio, bucket: str, folder: Path, *, keep_days: int, retry_s: float, registry: CollectorRegistry
    ) -> None:
        super().__init__(name="vault", daemon=True)
        self._store, self._bucket, self._folder = store, bucket, folder
        self._keep_for, self._retry_s = timedelta(days=keep_days), retry_s
        self._wake, self._closed = threading.Event(), threading.Event()
        waiting = Gauge("kaska_notary_copies_waiting", "checkpoints that the bucket lacks", registry=registry)
        waiting.set_function(lambda: len(self.waiting()))

    def keep(self, size: int, note: bytes) -> None:
        """Takes over a signed checkpoint: it is on disk when this returns. Harmless when repeated."""
        path = self._folder / copy_name(size, note)
        write_durably(path, note)
        self._wake.set()

    def waiting(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{SUFFIX}"))

    def run(self) -> None:
        while not self._closed.is_set():
            self._wake.clear()
            if self._deliver_all():
                self._wake.wait()
            else:
                self._closed.wait(self._retry_s)

    def close(self) -> None:
        """Ends the thread; what waits goes on waiting on disk."""
        self._closed.set()
        self._wake.set()
        if self.is_alive():
            self.join()

    def _deliver_all(self) -> bool:
        for path in self.waiting():
            try:
                self._deliver(path)
            except UNAVAILABLE as error:
                extra = {"bucket": self._bucket, "waiting": len(self.waiting()), "why": str(error)}
                log.warning("checkpoint not copied, it is tried again", extra=extra)
                return False
            path.unlink()
        return True

    def _deliver(self, path: Path) -> None:
        note, key = path.read_bytes(), PREFIX + path.name
        self._ensure_bucket()
        if self._is_there(key):
            return
        until = datetime.now(UTC).replace(microsecond=0) + self._keep_for
        self._store.put_object(
            self._bucket,
            key,
            io.BytesIO(note),
            len(note),
            content_type="text/plain; charset=utf-8",
            retention=Retention(COMPLIANCE, until),
        )

    def _ensure_bucket(self) -> None:
        if self._store.bucket_exists(self._bucket):
            return
        try:
            self._store.make_bucket(self._bucket, object_lock=True)
        except S3Error as error:
            if error.code not in THERE_ALREADY:
                raise

    def _is_there(self, key: str) -> bool:
        try:
            self._store.stat_object(self._bucket, key)
        except S3Error as error:
            if error.code in MISSING:
                return False
            raise
        return True


def copy_name(size: int, note: bytes) -> str:
    """Names the content too, so that a later version of the object deceives nobody."""
    return f"{size:020d}-{digest_of(note)}{SUFFIX}"


def digest_of(note: bytes) -> str:
    return hashlib.sha256(note).hexdigest()[:32]


def named_digest(name: str) -> str:
    """The digest of the note for which the name of a copy stands."""
    return name.removesuffix(SUFFIX).rpartition("-")[2]


def list_copies(store: Minio, bucket: str) -> set[str]:
    """Names of the copies; none when there is no bucket yet. Raises infra.objects.UNAVAILABLE."""
    if not store.bucket_exists(bucket):
        return set()
    found = store.list_objects(bucket, prefix=PREFIX, recursive=True)
    return {str(item.object_name).removeprefix(PREFIX) for item in found}


def fetch_copy(store: Minio, bucket: str, name: str) -> bytes | None:
    """The version of the copy that its name stands for; None when there is none."""
    for item in store.list_objects(bucket, prefix=PREFIX + name, include_version=True):
        reply = store.get_object(bucket, PREFIX + name, version_id=item.version_id)
        try:
            note = bytes(reply.read())
        finally:
            reply.close()
            reply.release_conn()
        if digest_of(note) == named_digest(name):
            return note
    return None


def write_durably(path: Path, data: bytes) -> None:
    """Replaces the file in one step; it is on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".fresh")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
