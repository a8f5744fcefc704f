"""Which of the nodes a camera belongs to: all work it out alike, and a change of the nodes moves the fewest cameras."""

import hashlib
from collections.abc import Iterable


def owner(camera_id: str, nodes: Iterable[str]) -> str | None:
    """Rendezvous hashing: the node with the greatest weight for the camera; None when there is none."""
    return max(nodes, key=lambda node: (_weight(camera_id, node), node), default=None)


def _weight(camera_id: str, node: str) -> bytes:
    return hashlib.sha256(f"{camera_id}/{node}".encode()).digest()
