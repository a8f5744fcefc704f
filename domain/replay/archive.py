"""Old detections in the object store: a Parquet file per camera and day, and a manifest per day that seals them.

Keys: `detections/<camera>/<yyyy-mm-dd>.parquet` with the columns sequence, camera, captured_at_us, payload (the message
as it was stored), and `detections/<yyyy-mm-dd>.json`. A day is a stretch of DETECTIONS, cut at the first frame captured
after midnight UTC: days follow each other without gap and without repeat, whatever frame came late. The manifest is
written last, with the sha256 of each file; a file that no manifest names is not there.
"""

import hashlib
from collections.abc import Sequence
from io import BytesIO
from typing import Final

import polars as pl
from minio import Minio
from minio.error import S3Error

from domain.contracts import codec
from domain.contracts.archives import ARCHIVE_PREFIX, ArchivedDay, CameraFile, camera_file_key, manifest_key
from domain.contracts.identifiers import CameraId
from domain.replay.errors import ArchiveDamaged, ArchiveUnavailable
from infra import objects

SCHEMA: Final = pl.Schema(
    {"sequence": pl.UInt64, "camera": pl.String, "captured_at_us": pl.Int64, "payload": pl.Binary}
)


class Archive:
    """The archived detections of one plant."""

    def __init__(self, store: Minio, bucket: str) -> None:
        self._store, self.bucket = store, bucket

    def days(self) -> list[ArchivedDay]:
        """All sealed days, oldest first. Raises ArchiveUnavailable, ArchiveDamaged."""
        try:
            listed = [each.object_name or "" for each in self._store.list_objects(self.bucket, ARCHIVE_PREFIX)]
        except objects.UNAVAILABLE as error:
            raise ArchiveUnavailable("the object store does not answer") from error
        manifests = sorted(key for key in listed if key.endswith(".json"))
        days = [self._manifest(key) for key in manifests]
        return sorted(days, key=lambda day: day.after)

    def load(self, file: CameraFile) -> pl.DataFrame:
        """One camera's messages of a day, in stream order. Raises ArchiveUnavailable, ArchiveDamaged."""
        data = self._get(file.key)
        found = hashlib.sha256(data).hexdigest()
        if found != file.sha256:
            raise ArchiveDamaged(f"{file.key} has sha256 {found}, {file.sha256} was archived")
        return pl.read_parquet(BytesIO(data))

    def save(self, day: str, camera_id: CameraId, messages: pl.DataFrame) -> CameraFile:
        """Stores a file that the day's manifest is to name. Raises ArchiveUnavailable."""
        target = BytesIO()
        messages.write_parquet(target, compression="zstd")
        data = target.getvalue()
        key = camera_file_key(camera_id, day)
        self._put(key, data, "application/vnd.apache.parquet")
        return CameraFile(camera_id, key, hashlib.sha256(data).hexdigest(), messages.height, len(data))

    def seal(self, day: ArchivedDay) -> None:
        """Makes the day part of the archive. Raises ArchiveUnavailable."""
        self._put(manifest_key(day.day), codec.to_json(day), "application/json")

    def _manifest(self, key: str) -> ArchivedDay:
        try:
            return codec.from_json(ArchivedDay, self._get(key))
        except codec.CodecError as error:
            raise ArchiveDamaged(f"{key}: {error}") from error

    def _get(self, key: str) -> bytes:
        try:
            response = self._store.get_object(self.bucket, key)
            try:
                return response.read()
            finally:
                response.close()
                response.release_conn()
        except S3Error as error:
            if error.code == "NoSuchKey":
                raise ArchiveDamaged(f"{key} is missing") from error
            raise ArchiveUnavailable(f"the object store does not give {key}: {error.code}") from error
        except objects.UNAVAILABLE as error:
            raise ArchiveUnavailable("the object store does not answer") from error

    def _put(self, key: str, data: bytes, media_type: str) -> None:
        try:
            self._store.put_object(self.bucket, key, BytesIO(data), len(data), media_type)
        except objects.UNAVAILABLE as error:
            raise ArchiveUnavailable(f"the object store does not take {key}") from error


def frame_of(rows: Sequence[tuple[int, CameraId, int | None, bytes]]) -> pl.DataFrame:
    """Rows (sequence, camera, captured_at_us, payload) as a part of a file."""
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
