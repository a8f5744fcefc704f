"""Machines that a file lists, for recordings: `[{"zone": "lathe", "polygon": [[x, y], …], "classifier": "a.npz"}]`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.contracts.detections import ModelRef
from domain.contracts.identifiers import ZoneId, machine_model, slug
from domain.contracts.plant import Polygon
from inference.errors import InferenceError
from inference.machines.classifier import loaded
from inference.machines.stage import MachineStage
from inference.machines.store import InForce


class MachinesRefused(InferenceError):
    """A file of machines is not in the form above."""


@dataclass(frozen=True, slots=True)
class _Listed:
    zone_id: ZoneId
    polygon: Polygon


def listed_machines(path: Path) -> MachineStage:
    """Classifiers' paths count from the file's folder. Raises MachinesRefused, ClassifierUnusable, OSError."""
    zones: list[_Listed] = []
    in_force: dict[ZoneId, InForce] = {}
    try:
        for plain in json.loads(path.read_text(encoding="utf-8")):
            zone = _zone(plain)
            data = (path.parent / plain["classifier"]).read_bytes()
            model = ModelRef(machine_model(zone.zone_id), hashlib.sha256(data).hexdigest())
            in_force[zone.zone_id] = InForce(loaded(data), model)
            zones.append(zone)
    except (KeyError, TypeError, ValueError) as error:
        raise MachinesRefused(f"{path}: {type(error).__name__}: {error}") from error
    return MachineStage(in_force.get, lambda: zones)


def _zone(plain: Mapping[str, Any]) -> _Listed:
    polygon = tuple((float(x), float(y)) for x, y in plain["polygon"])
    if len(polygon) < 3:
        raise ValueError("polygon: at least three points")
    return _Listed(ZoneId(slug(plain["zone"])), polygon)
