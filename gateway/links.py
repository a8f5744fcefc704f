"""Signed links to media: bound to one incident, one kind and one person, and short-lived (FAULTS D6, D7)."""

import hashlib
import hmac
import time
from collections.abc import Callable
from uuid import UUID


class MediaLinks:
    """Makes and checks links.

    The time of expiry is rounded up to a multiple of valid_s, so that a page asked for again shows the same link and
    the browser need not load the picture twice; a link lives between valid_s and twice that.
    clock   seconds since 1970
    """

    def __init__(self, key: bytes, valid_s: int, clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self._valid_s = valid_s
        self._clock = clock

    def link(self, incident_id: UUID, kind: str, login: str) -> str:
        expires = (int(self._clock()) // self._valid_s + 2) * self._valid_s
        return f"/media/{incident_id}/{kind}?exp={expires}&sig={self._signature(incident_id, kind, login, expires)}"

    def valid(self, incident_id: UUID, kind: str, login: str, expires: int, signature: str) -> bool:
        right = self._signature(incident_id, kind, login, expires)
        return hmac.compare_digest(right, signature) and self._clock() < expires

    def _signature(self, incident_id: UUID, kind: str, login: str, expires: int) -> str:
        text = f"media\n{incident_id}\n{kind}\n{expires}\n{login}"
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
