"""No-storage zones that a file lists, for recordings: `[{"zone": "passage", "polygon": [[x, y], …]}]`."""

import json
from collections.abc import Sequence
from pathlib import Path

from domain.contracts.identifiers import ZoneId, slug
from domain.contracts.plant import Polygon
from inference.errors import InferenceError
from inference.objects.stage import ObjectStage
from inference.zones import WatchedZone


class StorageZonesRefused(InferenceError):
    """A file of no-storage zones is not in the form above."""


def listed_zones(path: Path) -> ObjectStage:
    """A recording's stage: its reference is what the recording begins with. Raises StorageZonesRefused, OSError."""
    zones = []
    try:
        for plain in json.loads(path.read_text(encoding="utf-8")):
            zones.append(WatchedZone(ZoneId(slug(plain["zone"])), 1, _polygon(plain["polygon"]), ()))
    except (KeyError, TypeError, ValueError) as error:
        raise StorageZonesRefused(f"{path}: {type(error).__name__}: {error}") from error
    return ObjectStage(lambda: zones)


def _polygon(plain: Sequence[Sequence[float]]) -> Polygon:
    if len(plain) < 3:
        raise ValueError("polygon: at least three points")
    return tuple((float(x), float(y)) for x, y in plain)
