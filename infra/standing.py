"""Whether a stored file is still what the history says of it: its size, and its bytes by SHA-256 (FAULTS D3).

Asked by passports and by the page of an incident.
"""

import hashlib
from typing import Final

from minio import Minio

from domain.contracts.known import Stored
from infra.objects import UNAVAILABLE, opened, size_of

READ_WHOLE: Final = 64 << 20
"""Larger files are compared by their size only: reading them would keep whoever asks waiting."""

CHUNK: Final = 1 << 20


def standing(store: Minio, bucket: str, key: str, *, size_bytes: int | None, sha256: str | None) -> Stored:
    """What the store holds under this key, compared with what was recorded. Raises one of UNAVAILABLE."""
    size = size_of(store, bucket, key)
    if size is None:
        return Stored.GONE
    if size != size_bytes:
        return Stored.ALTERED
    if size > READ_WHOLE:
        return Stored.THERE
    digest = _digest(store, bucket, key)
    if digest is None:
        return Stored.GONE
    return Stored.THERE if digest == sha256 else Stored.ALTERED


def standing_or_unknown(store: Minio, bucket: str, key: str, *, size_bytes: int | None, sha256: str | None) -> Stored:
    """The same, UNKNOWN while the store does not answer."""
    try:
        return standing(store, bucket, key, size_bytes=size_bytes, sha256=sha256)
    except UNAVAILABLE:
        return Stored.UNKNOWN


def _digest(store: Minio, bucket: str, key: str) -> str | None:
    """None when the file went in between."""
    found = hashlib.sha256()
    with opened(store, bucket, key) as reply:
        if reply is None:
            return None
        for part in reply.stream(CHUNK):
            found.update(part)
    return found.hexdigest()
