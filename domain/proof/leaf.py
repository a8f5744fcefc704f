"""What is proved of one event: the bytes of its leaf, and the chain of hashes over its aggregate.

A leaf is 0x01, the sequence (u64), then subject, ES-Version, ES-Topic, ES-Hash and payload, each after its length
(u32), all big endian. Two events have the same leaf only when they are the same. The form never changes: another one
starts with another byte.
"""

import hashlib
import struct
from dataclasses import dataclass
from typing import Final

from domain.proof.merkle import leaf_hash

FORM: Final = b"\x01"
SEQUENCE: Final = struct.Struct(">Q")
LENGTH: Final = struct.Struct(">I")
GENESIS: Final = "0" * 64
"""The hash before an aggregate's first event."""


class LeafMalformed(ValueError):
    """These bytes are not the leaf of an event."""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One message of EVENTS.

    sequence                its place in the stream, from 1
    version, topic, hash    its headers ES-Version, ES-Topic and ES-Hash as they are written; empty where one is missing
    """

    sequence: int
    subject: str
    version: str
    topic: str
    hash: str
    payload: bytes

    def leaf(self) -> bytes:
        parts = (self.subject.encode(), self.version.encode(), self.topic.encode(), self.hash.encode(), self.payload)
        return b"".join((FORM, SEQUENCE.pack(self.sequence), *(LENGTH.pack(len(part)) + part for part in parts)))

    def leaf_hash(self) -> bytes:
        return leaf_hash(self.leaf())

    def chained_hash(self, previous: str) -> str:
        """What ES-Hash must be after an event with the hash `previous` (as `infra.eventstore.envelope` writes it)."""
        digest = hashlib.sha256(bytes.fromhex(previous))
        for part in (self.subject.encode(), self.version.encode(), self.topic.encode(), self.payload):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
        return digest.hexdigest()


def parse_leaf(data: bytes) -> LoggedEvent:
    """The event whose leaf this is. Raises LeafMalformed."""
    if data[:1] != FORM or len(data) < 1 + SEQUENCE.size:
        raise LeafMalformed("an event starts with the byte 1 and its sequence")
    (sequence,) = SEQUENCE.unpack_from(data, 1)
    parts, at = list[bytes](), 1 + SEQUENCE.size
    for _ in range(5):
        if at + LENGTH.size > len(data):
            raise LeafMalformed("an event has five parts after its sequence")
        (length,) = LENGTH.unpack_from(data, at)
        at += LENGTH.size
        parts.append(data[at : at + length])
        at += length
    if at != len(data):
        raise LeafMalformed("the lengths of an event's parts do not add up")
    try:
        subject, version, topic, hash_ = (part.decode() for part in parts[:4])
    except UnicodeDecodeError as error:
        raise LeafMalformed("subject and headers of an event are UTF-8") from error
    return LoggedEvent(sequence, subject, version, topic, hash_, parts[4])
