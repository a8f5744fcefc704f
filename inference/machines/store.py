"""Where classifiers lie: <home>/models/machines/<zone>/<sha256>.npz, and beside them `current` with the one in force.

The command writes, inference reads and notices a change by itself. Older files stay: facts name them by their digest.
"""

import hashlib
import logging
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from domain.contracts.detections import ModelRef
from domain.contracts.identifiers import ZoneId, machine_model, slug
from inference.machines.classifier import Classifier, ClassifierUnusable, loaded

log = logging.getLogger(__name__)

FOLDER: Final = Path("models/machines")
CURRENT: Final = "current"
LARGEST_BYTES: Final = 20_000_000
NOTICED_S: Final = 2.0
"""A new classifier is in force after so long, at the latest."""

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class InForce:
    """A classifier with what facts call it."""

    classifier: Classifier
    model: ModelRef


def install(home: Path, zone_id: ZoneId, data: bytes) -> str:
    """Puts a classifier in force; returns its digest. Raises OSError, ClassifierUnusable, IdentifierRefused."""
    loaded(data)
    folder = home / FOLDER / slug(zone_id)
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(data).hexdigest()
    _write(folder / f"{digest}.npz", data)
    _write(folder / CURRENT, f"{digest}\n".encode())
    return digest


def load(home: Path, zone_id: ZoneId) -> InForce:
    """The classifier in force for a zone. Raises OSError (FileNotFoundError: none yet), ClassifierUnusable."""
    folder = home / FOLDER / slug(zone_id)
    digest = (folder / CURRENT).read_text(encoding="ascii", errors="replace").strip()
    if not _SHA256.fullmatch(digest):
        raise ClassifierUnusable(f"{folder / CURRENT} names no file")
    path = folder / f"{digest}.npz"
    if path.stat().st_size > LARGEST_BYTES:
        raise ClassifierUnusable(f"{path} is larger than {LARGEST_BYTES} bytes")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise ClassifierUnusable(f"{path} is not what it was: its sha256 is another")
    return InForce(loaded(data), ModelRef(machine_model(zone_id), digest))


class Shelf:
    """The classifiers in force. Asked from the inference loop's thread; looks at the disk every NOTICED_S per zone."""

    def __init__(self, home: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._home, self._clock = home, clock
        self._known: dict[ZoneId, InForce | None] = {}
        self._marks: dict[ZoneId, tuple[int, int] | None] = {}
        self._next: dict[ZoneId, float] = {}

    def of(self, zone_id: ZoneId) -> InForce | None:
        """None while there is none that can be used; said in the log once per change."""
        now = self._clock()
        if now >= self._next.get(zone_id, now):
            self._next[zone_id] = now + NOTICED_S
            mark = self._mark(zone_id)
            if zone_id not in self._known or mark != self._marks[zone_id]:
                self._marks[zone_id] = mark
                self._renew(zone_id)
        return self._known.get(zone_id)

    def _renew(self, zone_id: ZoneId) -> None:
        try:
            self._known[zone_id] = found = load(self._home, zone_id)
            log.info("machine classifier in force", extra={"zone": zone_id, "digest": found.model.digest})
        except FileNotFoundError:
            self._known[zone_id] = None
            log.warning("a machine has no classifier: train one with `kaska machine train`", extra={"zone": zone_id})
        except (OSError, ClassifierUnusable) as error:
            self._known.setdefault(zone_id, None)
            log.warning("machine classifier left aside", extra={"zone": zone_id, "reason": str(error)})

    def _mark(self, zone_id: ZoneId) -> tuple[int, int] | None:
        try:
            found = (self._home / FOLDER / slug(zone_id) / CURRENT).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino


def _write(path: Path, data: bytes) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.write_bytes(data)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
