"""What a camera's watch knows, on disk: a restart loses neither the reference nor the identity of what stands there."""

import json
import logging
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np

from domain.contracts.identifiers import TrackId, slug
from inference.objects.ground import LEARN_S, Ground, Reference
from inference.objects.standing import Thing
from inference.objects.watch import Watch
from infra.capture_report import replace_file

log = logging.getLogger(__name__)

FOLDER: Final = "references"
FORM: Final = 1


@dataclass
class Kept:
    """renewed   of each zone, when its reference was last asked to be learnt anew, microseconds"""

    watch: Watch = field(default_factory=Watch)
    renewed: dict[str, int] = field(default_factory=dict)


class Keeper:
    """One camera's file `<home>/references/<camera>.npz`."""

    def __init__(self, home: Path, camera_id: str) -> None:
        """Raises IdentifierRefused."""
        self._path = home / FOLDER / f"{slug(camera_id)}.npz"

    def load(self) -> Kept:
        """What was kept; nothing where there is no file, or none that this build can read."""
        try:
            with np.load(self._path, allow_pickle=False) as file:
                return _unpacked({name: file[name] for name in file.files})
        except FileNotFoundError:
            return Kept()
        except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            log.warning("the reference is learnt anew", extra={"file": self._path.name, "reason": str(error)})
            return Kept()

    def save(self, kept: Kept) -> None:
        """A disk that does not take it is told in the log: the watch goes on."""
        buffer = BytesIO()
        np.savez(buffer, **_packed(kept))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._path, buffer.getvalue())
        except OSError as error:
            log.warning("the reference is not kept", extra={"file": self._path.name, "reason": str(error)})


def _packed(kept: Kept) -> dict[str, Any]:
    watch = kept.watch
    references, things = watch.ground.references, watch.things
    about = {
        "form": FORM,
        "numbered": watch.numbered,
        "renewed": kept.renewed,
        "used_us": [each.used_us for each in references],
        "things": [
            {
                "track_id": thing.track_id,
                "area": thing.area,
                "difference": thing.difference,
                "score": thing.score,
                "found_us": thing.found_us,
            }
            for thing in things
        ],
    }
    arrays: dict[str, Any] = {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)}
    for i, reference in enumerate(references):
        arrays[f"pixels{i}"] = np.clip(np.round(reference.pixels), 0, 255).astype(np.uint8)
        arrays[f"valid{i}"] = reference.valid
    for i, thing in enumerate(things):
        arrays[f"mask{i}"] = thing.mask
    return arrays


def _unpacked(arrays: dict[str, Any]) -> Kept:
    about = json.loads(arrays["about"].tobytes())
    if about["form"] != FORM:
        raise ValueError(f"form {about['form']}, this build reads {FORM}")
    references = [
        Reference(
            arrays[f"pixels{i}"].astype(np.float32),
            np.where(arrays[f"valid{i}"], LEARN_S, 0.0).astype(np.float32),
            used,
        )
        for i, used in enumerate(about["used_us"])
    ]
    things = [
        Thing(
            TrackId(int(each["track_id"])),
            arrays[f"mask{i}"].astype(np.bool_),
            _area(each["area"]),
            float(each["difference"]),
            float(each["score"]),
            int(each["found_us"]),
        )
        for i, each in enumerate(about["things"])
    ]
    renewed = {str(zone): int(at_us) for zone, at_us in about["renewed"].items()}
    return Kept(Watch(Ground(references), things, int(about["numbered"])), renewed)


def _area(plain: list[int]) -> tuple[int, int, int, int]:
    x1, y1, x2, y2 = plain
    return x1, y1, x2, y2
