"""The Merkle tree of RFC 6962 with SHA-256: hashes, the growing log, proofs and their checks (RFC 9162, section 2.1).

`Frontier` is all that a notary needs to go on signing; `Tree` keeps every node and proves.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

Path = Sequence[bytes]
"""The hashes of a proof, from the leaves to the root."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes | bytearray, right: bytes | bytearray) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the complete subtrees of a log, largest first: 32 bytes for each one-bit of its size."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """leaf  the hash of the new last leaf"""
        node, size = leaf, self.size
        while size & 1:
            node = node_hash(self._roots.pop(), node)
            size >>= 1
        self._roots.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self._roots:
            return EMPTY_ROOT
        root = self._roots[-1]
        for node in reversed(self._roots[:-1]):
            root = node_hash(node, root)
        return root


class Tree:
    """All nodes of a log, 64 bytes an event: roots and proofs at any size so far in O(log^2 size)."""

    def __init__(self) -> None:
        self._levels = [bytearray()]

    @property
    def size(self) -> int:
        return len(self._levels[0]) // HASH_BYTES

    def append(self, leaf: bytes) -> None:
        """leaf  the hash of the new last leaf"""
        node, level = leaf, 0
        while True:
            if level == len(self._levels):
                self._levels.append(bytearray())
            nodes = self._levels[level]
            nodes += node
            if len(nodes) // HASH_BYTES % 2:
                return
            node = node_hash(nodes[-2 * HASH_BYTES : -HASH_BYTES], node)
            level += 1

    def root(self, size: int | None = None) -> bytes:
        """The root when the log had `size` leaves; now, by default. Raises ValueError beyond the end."""
        size = self._checked(self.size if size is None else size)
        return self._subtree(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Proves that leaf `index` (from 0) is in the log of `size` leaves. Raises ValueError when it is not."""
        if not 0 <= index < self._checked(size):
            raise ValueError(f"leaf {index} is not among the first {size}")
        path, begin, end = list[bytes](), 0, size
        while end - begin > 1:
            middle = begin + _split(end - begin)
            if index < middle:
                path.append(self._subtree(middle, end))
                end = middle
            else:
                path.append(self._subtree(begin, middle))
                begin = middle
        return path[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Proves that the log of `new` leaves begins with that of `old`. Raises ValueError when old > new."""
        if not 0 <= old <= self._checked(new):
            raise ValueError(f"the log of {old} leaves does not begin that of {new}")
        path, begin, end, known = list[bytes](), 0, new, True
        while old not in {0, end}:
            middle = begin + _split(end - begin)
            if old <= middle:
                path.append(self._subtree(middle, end))
                end = middle
            else:
                path.append(self._subtree(begin, middle))
                begin, known = middle, False
        if not known:  # the verifier does not have this subtree: it is a part of the old root only
            path.append(self._subtree(begin, end))
        return path[::-1]

    def _checked(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise ValueError(f"the log has {self.size} leaves, not {size}")
        return size

    def _subtree(self, begin: int, end: int) -> bytes:
        """Root over the leaves begin..end-1 of a subtree as RFC 6962 splits them."""
        size = end - begin
        if size & (size - 1) == 0:
            level = size.bit_length() - 1
            at = (begin >> level) * HASH_BYTES
            return bytes(self._levels[level][at : at + HASH_BYTES])
        middle = begin + _split(size)
        return node_hash(self._subtree(begin, middle), self._subtree(middle, end))


def verify_inclusion(leaf: bytes, index: int, size: int, path: Path, root: bytes) -> bool:
    """Whether `leaf` (a hash) is leaf `index` of the log with this size and root."""
    if not 0 <= index < size or not _are_hashes(path):
        return False
    at, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, path: Path) -> bool:
    """Whether the log with the new size and root begins with the log that had the old size and root."""
    if not 0 <= old <= new or not _are_hashes(path):
        return False
    if old in {0, new}:
        return not path and old_root == (new_root if old == new else EMPTY_ROOT)
    first, *rest = path if old & (old - 1) else [old_root, *path]
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    of_old = of_new = first
    for node in rest:
        if last == 0:
            return False
        if at & 1 or at == last:
            of_old, of_new = node_hash(node, of_old), node_hash(node, of_new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            of_new = node_hash(of_new, node)
        at, last = at >> 1, last >> 1
    return last == 0 and of_old == old_root and of_new == new_root


def _split(size: int) -> int:
    """The largest power of two below size."""
    return int(1 << ((size - 1).bit_length() - 1))


def _are_hashes(path: Path) -> bool:
    return all(len(node) == HASH_BYTES for node in path)
