"""The form of the `detections` evidence: written by producers, read by the notary and by whoever checks an incident.

A row of records, little endian: u64 sequence in DETECTIONS, u32 length, then the payload of the message as it was
stored (`domain.contracts.detections.decode` reads it).
"""

import struct
from collections.abc import Iterable, Iterator
from typing import Final

RECORD: Final = struct.Struct("<QI")


def pack(records: Iterable[tuple[int, bytes]]) -> bytes:
    """The file's bytes from (sequence, payload) of each message."""
    return b"".join(RECORD.pack(sequence, len(payload)) + payload for sequence, payload in records)


def unpack(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(sequence, payload) of each record."""
    at = 0
    while at < len(data):
        sequence, length = RECORD.unpack_from(data, at)
        at += RECORD.size
        yield sequence, data[at : at + length]
        at += length
