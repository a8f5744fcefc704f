"""What a camera's quality watch keeps over restarts: a file per camera, small, replaced as a whole."""

import io
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np

from domain.contracts import codec
from domain.contracts.observations import PictureQuality, QualityFault
from inference.quality.reference import Reference
from infra.capture_report import replace_file

log = logging.getLogger(__name__)

SUFFIX: Final = ".npz"
LARGEST: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Memory:
    """since   from when the reference knows the camera; faults: told and not ended"""

    reference: Reference | None = None
    since: datetime | None = None
    faults: tuple[PictureQuality, ...] = ()

    def going_on(self, fault: QualityFault, *, is_wanted: bool) -> PictureQuality | None:
        """The fault of this kind, or that of any other."""
        return next((each for each in self.faults if (each.fault is fault) == is_wanted), None)


@dataclass(frozen=True, slots=True)
class _Told:
    """The part of the file that is no array."""

    since: datetime | None
    sharpness: float
    kept: float
    views: int
    faults: tuple[PictureQuality, ...]


def save(path: Path, memory: Memory) -> None:
    """Raises OSError."""
    known = memory.reference
    edges = np.empty((2, 0, 0), np.float16) if known is None else known.edges.astype(np.float16)
    figures = (0.0, 0.0, 0) if known is None else (known.sharpness, known.kept, known.views)
    told = np.frombuffer(codec.to_json(_Told(memory.since, *figures, memory.faults)), np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, edges=edges, told=told)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, file.getvalue())


def load(path: Path) -> Memory:
    """An empty one where there is none, or none that this build can read: the camera is learnt anew."""
    try:
        return _read(path)
    except FileNotFoundError:
        return Memory()
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        log.warning("the usual picture of a camera is learnt anew", extra={"file": path.name, "reason": str(error)})
        return Memory()


def _read(path: Path) -> Memory:
    if path.stat().st_size > LARGEST:
        raise ValueError("larger than any that was written")
    with np.load(path, allow_pickle=False) as file:
        edges, told = file["edges"].astype(np.float32), codec.from_json(_Told, file["told"].tobytes())
    if edges.ndim != 3 or edges.shape[0] != 2 or not np.isfinite(edges).all():
        raise ValueError("no field of edges")
    known = Reference(edges, told.sharpness, told.kept, told.views) if edges.size else None
    return Memory(known, told.since, told.faults)
