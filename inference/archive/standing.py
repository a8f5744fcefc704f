"""What the quality watch over recordings knows, exactly, in a file of the home beside the plan."""

import io
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np

from domain.contracts import codec
from domain.contracts.identifiers import CameraId
from inference.quality.episodes import Course
from inference.quality.reference import Reference
from inference.quality.watch import Standing
from infra.capture_report import replace_file

log = logging.getLogger(__name__)

LARGEST: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class _Told:
    """The part of the file that is no array. since: None without a reference; anchor_us: None without an anchor"""

    since: datetime | None
    sharpness: float
    kept: float
    views: int
    picture: Course
    still: Course
    anchor_us: int | None
    looked_us: int
    learnt_us: int


def standing_path(home: Path, camera_id: CameraId) -> Path:
    return home / "run" / f"archive-{camera_id}.quality.npz"


def save(path: Path, standing: Standing) -> None:
    """Raises OSError."""
    known = standing.reference
    figures = (0.0, 0.0, 0) if known is None else (known.sharpness, known.kept, known.views)
    points, anchor_us = standing.anchor or (np.empty((0, 0), np.uint8), None)
    told = _Told(
        standing.since, *figures, standing.picture, standing.still, anchor_us, standing.looked_us, standing.learnt_us
    )
    file = io.BytesIO()
    np.savez_compressed(
        file,
        edges=np.empty((2, 0, 0), np.float32) if known is None else known.edges,
        points=points,
        told=np.frombuffer(codec.to_json(told), np.uint8),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, file.getvalue())


def load(path: Path) -> Standing | None:
    """None where there is none, or none that this build can read: the recordings are looked at from their beginning."""
    try:
        return _read(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        log.warning("a recording's quality is watched anew", extra={"file": path.name, "reason": str(error)})
        return None


def _read(path: Path) -> Standing:
    if path.stat().st_size > LARGEST:
        raise ValueError("larger than any that was written")
    with np.load(path, allow_pickle=False) as file:
        edges, points = file["edges"].astype(np.float32), file["points"].astype(np.uint8)
        told = codec.from_json(_Told, file["told"].tobytes())
    if edges.ndim != 3 or edges.shape[0] != 2 or not np.isfinite(edges).all() or points.ndim != 2:
        raise ValueError("no field of edges, or no grid of points")
    reference = Reference(edges, told.sharpness, told.kept, told.views) if edges.size else None
    anchor = None if told.anchor_us is None else (points, told.anchor_us)
    return Standing(reference, told.since, told.picture, told.still, anchor, told.looked_us, told.learnt_us)
