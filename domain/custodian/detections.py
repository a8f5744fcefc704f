"""Detections before and after the stream forgets them: archived each night, dropped from the archive when it is time.

The archiving itself is `python -m domain.replay archive`, in a process of its own that gives its memory back.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from minio import Minio

from domain.contracts import codec
from domain.contracts.archives import ARCHIVE_PREFIX, ArchivedDay, manifest_key
from domain.contracts.subjects import DETECTIONS
from domain.custodian.errors import ArchiveFailed, Stopped
from domain.custodian.settings import CustodianSettings
from infra.checkout import CHECKOUT
from infra.embedded.privileges import before_exec
from infra.nats.bridge import Bridge
from infra.nats.requests import ask
from infra.settings import ProcessSettings

MARGIN: Final = timedelta(days=1)
"""So long before the stream drops what is not archived, somebody is told."""

NEARLY_FULL: Final = 0.9
POLL_S: Final = 0.2

_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)\.(json|parquet)$")


@dataclass(frozen=True, slots=True)
class Extent:
    """The stream as its server tells: positions, the time of its first message, bytes, and its limits."""

    first: int
    last: int
    first_at: datetime
    size_bytes: int
    max_bytes: int
    max_age: timedelta


class DetectionsArchive:
    """One plant's archive. Methods raise infra.objects.UNAVAILABLE, CodecError for a manifest that is not readable."""

    def __init__(self, store: Minio, settings: CustodianSettings, stopping: threading.Event) -> None:
        self._store, self._settings, self._stopping = store, settings, stopping
        self._bucket = settings.s3_bucket

    def until(self) -> int:
        """Position in DETECTIONS up to which all is archived, 0 when nothing is."""
        days = self._sealed()
        return self._manifest(days[-1]).until if days else 0

    def archive(self) -> None:
        """Archives each day that is over. Raises ArchiveFailed, Stopped."""
        command = [sys.executable, "-P", "-m", "domain.replay", "archive", "--json"]
        prepare = before_exec(os.getpid(), death_signal=signal.SIGTERM, account=None)
        with subprocess.Popen(
            command,
            env=os.environ | _environment(self._settings) | {"PYTHONPATH": str(CHECKOUT)},
            cwd=CHECKOUT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=prepare,  # noqa: PLW1509 - prctl only
        ) as process:
            said = self._await(process)
        if process.returncode != 0:
            raise ArchiveFailed(f"`kaska archive` ended with {process.returncode}: {said.strip()[-300:]}")

    def drop_old(self, today: date) -> list[str]:
        """Removes days whose time is over, but for the newest; returns their names.

        The manifest goes first: interrupted, a day is gone from the archive and its files go the next time.
        """
        sealed = self._sealed()
        newest = sealed[-1] if sealed else ""
        oldest = (today - timedelta(days=self._settings.archive_days)).isoformat()
        dropped: set[str] = set()
        for key, day in sorted(self._files(), key=lambda pair: not pair[0].endswith(".json")):
            if day < oldest and day != newest:
                self._store.remove_object(self._bucket, key)
                dropped.add(day)
        return sorted(dropped)

    def _await(self, process: "subprocess.Popen[str]") -> str:
        """What it said on stderr."""
        while True:
            try:
                return process.communicate(timeout=POLL_S)[1]
            except subprocess.TimeoutExpired:
                if self._stopping.is_set():
                    process.terminate()
                    process.communicate()
                    raise Stopped("the process ends") from None

    def _sealed(self) -> list[str]:
        """Names of the days that have a manifest, oldest first."""
        return sorted(day for key, day in self._files(recursive=False) if key == manifest_key(day))

    def _files(self, *, recursive: bool = True) -> list[tuple[str, str]]:
        listed = self._store.list_objects(self._bucket, ARCHIVE_PREFIX, recursive=recursive)
        found = [(each.object_name or "", _DAY.search(each.object_name or "")) for each in listed]
        return [(key, match[1]) for key, match in found if match]

    def _manifest(self, day: str) -> ArchivedDay:
        response = self._store.get_object(self._bucket, manifest_key(day))
        try:
            return codec.from_json(ArchivedDay, response.read())
        finally:
            response.close()
            response.release_conn()


def extent_of(bridge: Bridge) -> Extent:
    """Raises NatsAdapterError."""
    info = json.loads(bridge.run(ask(bridge.nc, f"$JS.API.STREAM.INFO.{DETECTIONS}")).data)
    state, config = info["state"], info["config"]
    return Extent(
        int(state["first_seq"]),
        int(state["last_seq"]),
        datetime.fromisoformat(_six_digits(state["first_ts"])),
        int(state["bytes"]),
        int(config["max_bytes"]),
        timedelta(microseconds=config["max_age"] / 1000),
    )


def lost(extent: Extent, archived_until: int) -> str | None:
    """The sentence for detections that the stream dropped before they were archived; None when there are none."""
    if not archived_until or extent.first <= archived_until + 1:
        return None
    return f"{extent.first - 1 - archived_until} messages of DETECTIONS were dropped before they were archived"


def about_to_go(extent: Extent, archived_until: int, now: datetime) -> str | None:
    """The sentence for detections that the stream will soon drop though nobody has archived them."""
    if extent.first > extent.last or extent.first <= archived_until:
        return None
    if now - extent.first_at > extent.max_age - MARGIN:
        return f"DETECTIONS drops messages of {extent.first_at:%Y-%m-%d} within a day, and they are not archived"
    if 0 < extent.max_bytes * NEARLY_FULL < extent.size_bytes:
        return f"DETECTIONS holds {extent.size_bytes} of {extent.max_bytes} bytes, and the oldest are not archived"
    return None


def _environment(settings: ProcessSettings) -> dict[str, str]:
    return {
        "KASKA_HOME": str(settings.home),
        "KASKA_NATS_URL": settings.nats_url.get_secret_value(),
        "KASKA_S3_ENDPOINT": settings.s3_endpoint,
        "KASKA_S3_ACCESS_KEY": settings.s3_access_key.get_secret_value(),
        "KASKA_S3_SECRET_KEY": settings.s3_secret_key.get_secret_value(),
        "KASKA_S3_BUCKET": settings.s3_bucket,
    }


def _six_digits(nanoseconds: str) -> str:
    """The server writes up to nine digits of a second; Python 3.11 reads six at most."""
    return re.sub(r"(\.\d{6})\d+", r"\1", nanoseconds)
