"""The high-water mark on disk: how far the permanent streams have come, and what the newest event seen was."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from domain.contracts import codec
from domain.contracts.subjects import ALL_EVENTS, EVENTS
from infra.eventstore.envelope import HASH
from infra.nats.bridge import Bridge
from infra.nats.direct import get_next_from_leader
from infra.nats.streams import last_sequence
from infra.settings import write_secret

FILE: Final = "guard/high-water.json"
AUDIT: Final = "AUDIT"


@dataclass(frozen=True, slots=True)
class Mark:
    """events, audit   last sequences seen
    at, digest         a sequence in EVENTS and the SHA-256 of what was there
    """

    events: int = 0
    audit: int = 0
    at: int = 0
    digest: str = ""


class HighWater:
    """Only ever rises. A mark that cannot be read is told, never replaced in silence."""

    def __init__(self, home: Path, bridge: Bridge) -> None:
        self._path, self._bridge = home / FILE, bridge
        self._mark: Mark | None = None

    def findings(self) -> list[str]:
        """What the streams lack of it; when nothing, the mark rises to them. Raises NatsAdapterError, OSError."""
        try:
            self._mark = self._mark or self._known()
        except (codec.CodecError, OSError) as error:
            return [f"the high-water mark {self._path} cannot be read ({error}); restore it, or delete it"]
        ends = self._last(EVENTS), self._last(AUDIT)
        found = [
            f"stream {stream} ends at {end}, it was at {mark} already: acknowledged messages are gone"
            for stream, end, mark in zip((EVENTS, AUDIT), ends, (self._mark.events, self._mark.audit), strict=True)
            if end < mark
        ]
        if not found and self._mark.at and self._digest(self._mark.at) != self._mark.digest:
            found = [f"sequence {self._mark.at} of EVENTS is not the event that was there"]
        if found:
            return found
        digest = self._digest(ends[0])
        if ends[0] and not digest:
            return [f"sequence {ends[0]}, the last of EVENTS, cannot be read"]
        self._rise(Mark(*ends, ends[0], digest))
        return []

    def _rise(self, mark: Mark) -> None:
        if mark != self._mark:
            write_secret(self._path, codec.to_json(mark).decode())
            self._mark = mark

    def _known(self) -> Mark:
        return codec.from_json(Mark, self._path.read_bytes()) if self._path.exists() else Mark()

    def _last(self, stream: str) -> int:
        return self._bridge.run(last_sequence(self._bridge.nc, stream))

    def _digest(self, sequence: int) -> str:
        """Of the message there; the chained hash in it covers all that came before in its aggregate."""
        if not sequence:
            return ""
        message = self._bridge.run(get_next_from_leader(self._bridge.nc, EVENTS, sequence, ALL_EVENTS))
        if message is None or message.sequence != sequence:
            return ""
        parts = (message.subject.encode(), message.headers.get(HASH, "").encode(), message.data)
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
