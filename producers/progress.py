"""How far the evidence has got in EVENTS, kept in a file over restarts. Called by the evidence and its workers."""

import json
import logging
import threading
from pathlib import Path

from domain.contracts.plant import EvidenceKind

log = logging.getLogger(__name__)


class Progress:
    """Incidents get done out of order: the file holds the position before which all of them are.

    What comes again after a restart is repeated, which is harmless.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._open: dict[int, set[EvidenceKind]] = {}
        self._read = self._saved = self._load()

    @property
    def read_position(self) -> int:
        """Stream sequence of the last message that was read."""
        return self._read

    @property
    def position(self) -> int:
        """Stream sequence up to which nothing is left to do."""
        with self._lock:
            return min(self._open) - 1 if self._open else self._read

    def begin(self, position: int) -> None:
        """The message at `position` opened an incident that needs every kind of evidence."""
        with self._lock:
            self._open[position] = set(EvidenceKind)

    def done(self, position: int, kind: EvidenceKind) -> None:
        with self._lock:
            left = self._open[position]
            left.discard(kind)
            if not left:
                del self._open[position]

    def read_to(self, position: int) -> None:
        """After `begin`, when the message opened an incident."""
        with self._lock:
            self._read = position

    def save(self) -> None:
        """Replaces the file in one step when the position has moved. Raises OSError."""
        position = self.position
        if position == self._saved:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".fresh")
        fresh.write_text(json.dumps({"position": position}), encoding="utf-8")
        fresh.replace(self._path)
        self._saved = position

    def _load(self) -> int:
        try:
            return int(json.loads(self._path.read_text(encoding="utf-8"))["position"])
        except FileNotFoundError:
            return 0
        except (ValueError, KeyError, TypeError):
            log.warning("position of the evidence is unreadable: starting over", extra={"path": str(self._path)})
            return 0
