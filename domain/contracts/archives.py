"""Archived detections in the object store: their keys, and a day's manifest. Written by domain.replay.

`detections/<camera>/<yyyy-mm-dd>.parquet` holds one camera's messages of a day, `detections/<yyyy-mm-dd>.json` seals
the day; a file that no manifest names is not there.
"""

from dataclasses import dataclass
from typing import Final

from domain.contracts.identifiers import CameraId

ARCHIVE_PREFIX: Final = "detections/"


@dataclass(frozen=True, slots=True)
class CameraFile:
    """One camera's messages of a day."""

    camera_id: CameraId
    key: str
    sha256: str
    messages: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ArchivedDay:
    """A day's manifest.

    day                yyyy-mm-dd, UTC
    after, until       the day is the positions after + 1 to until of DETECTIONS, all cameras
    first_us, last_us  capture times of the earliest and the latest frame in it
    """

    day: str
    after: int
    until: int
    first_us: int
    last_us: int
    cameras: tuple[CameraFile, ...]


def manifest_key(day: str) -> str:
    return f"{ARCHIVE_PREFIX}{day}.json"


def camera_file_key(camera_id: CameraId, day: str) -> str:
    return f"{ARCHIVE_PREFIX}{camera_id}/{day}.parquet"
