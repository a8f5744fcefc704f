"""Evidence on disk that waits for the object store: it survives a restart, because the packet ring does not.

One folder per camera, one file `<incident>.photo.jpg` per piece with a JSON description beside it; a piece without
description is unfinished.
"""

import hashlib
import json
import logging
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from domain.contracts.detections import Box
from domain.contracts.plant import EvidenceKind
from producers.errors import SpoolFull
from producers.packets import HEVC

log = logging.getLogger(__name__)

FILE_NAMES: Final = {
    EvidenceKind.PHOTO: "photo.jpg",
    EvidenceKind.CLIP: "clip.mp4",
    EvidenceKind.DETECTIONS: "detections.bin",
}
MEDIA_TYPES: Final = {
    EvidenceKind.PHOTO: "image/jpeg",
    EvidenceKind.CLIP: "video/mp4",
    EvidenceKind.DETECTIONS: "application/octet-stream",
}


HEVC_VIDEO: Final = "video/mp4; codecs=hev1"
"""Not every browser plays it: the gateway derives a copy of it for them (docs/adr/0019)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A finished file. Times are capture times of its first and last frame, microseconds since 1970 UTC.

    codec   of a clip, by FFmpeg's name
    box     where the object is in a photo, when that is another moment than the deciding frame's
    """

    incident_id: UUID
    kind: EvidenceKind
    path: Path
    sha256: str
    size_bytes: int
    captured_from_us: int
    captured_to_us: int
    codec: str = ""
    box: Box | None = None

    @property
    def media_type(self) -> str:
        return HEVC_VIDEO if self.codec == HEVC else MEDIA_TYPES[self.kind]


class Spool:
    """Called by several threads, each with its own piece."""

    def __init__(self, directory: Path, most_bytes: int) -> None:
        self._directory, self._most_bytes = directory, most_bytes
        self._lock = threading.Lock()
        directory.mkdir(parents=True, exist_ok=True)
        self._bytes = self._swept()

    @property
    def size_bytes(self) -> int:
        return self._bytes

    def place(self, incident_id: UUID, kind: EvidenceKind) -> Path:
        """Where to write a piece before `finish`. Raises SpoolFull."""
        if self._bytes >= self._most_bytes:
            raise SpoolFull(f"{self._bytes} of {self._most_bytes} bytes wait for the object store already")
        return self._path(incident_id, kind)

    def finish(
        self,
        incident_id: UUID,
        kind: EvidenceKind,
        captured_from_us: int,
        captured_to_us: int,
        *,
        codec: str = "",
        box: Box | None = None,
    ) -> Piece:
        """The piece whose file is in its place."""
        path = self._path(incident_id, kind)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        piece = Piece(
            incident_id, kind, path, sha256, path.stat().st_size, captured_from_us, captured_to_us, codec, box
        )
        fresh = path.with_suffix(".fresh")
        fresh.write_text(json.dumps(_described(piece)), encoding="utf-8")
        fresh.replace(_description(path))
        with self._lock:
            self._bytes += piece.size_bytes
        return piece

    def find(self, incident_id: UUID, kind: EvidenceKind) -> Piece | None:
        """A piece that an earlier run of the process finished and did not deliver."""
        path = self._path(incident_id, kind)
        try:
            plain = json.loads(_description(path).read_text(encoding="utf-8"))
            if isinstance(plain, dict) and plain.get("box") is not None:
                plain["box"] = tuple(map(float, plain["box"]))
            piece = Piece(incident_id, kind, path, **plain)
            return piece if path.stat().st_size == piece.size_bytes else None
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, OSError):
            log.warning("a spooled piece of evidence is unreadable", extra={"path": str(path)})
            return None

    def remove(self, piece: Piece) -> None:
        """After delivery."""
        _description(piece.path).unlink(missing_ok=True)
        piece.path.unlink(missing_ok=True)
        with self._lock:
            self._bytes = max(0, self._bytes - piece.size_bytes)

    def _path(self, incident_id: UUID, kind: EvidenceKind) -> Path:
        return self._directory / f"{incident_id}.{FILE_NAMES[kind]}"

    def _swept(self) -> int:
        """Bytes of the finished pieces that an earlier run left; what it did not finish is removed."""
        total = 0
        for path in self._directory.iterdir():
            if path.suffix in {".json", ".fresh"}:
                continue
            if _description(path).exists():
                total += path.stat().st_size
            else:
                path.unlink()
        return total


def _description(path: Path) -> Path:
    return path.with_suffix(".json")


def _described(piece: Piece) -> dict[str, Any]:
    return {key: value for key, value in asdict(piece).items() if key not in {"incident_id", "kind", "path"}}
