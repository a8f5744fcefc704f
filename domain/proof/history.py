"""A copied history: one file with every event and every checkpoint, in the order of the log.

After the line `kaska history 1` come records: a letter (E an event's leaf, C a checkpoint's signed note), the length
(u32, big endian), the bytes. A checkpoint stands right after the last event that it covers; the last record is one, so
every byte of every event is under a signature.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from domain.proof.leaf import LENGTH, LeafMalformed, LoggedEvent, parse_leaf

MAGIC: Final = b"kaska history 1\n"
EVENT: Final = b"E"
CHECKPOINT: Final = b"C"
LONGEST_RECORD: Final = 2 * 1024 * 1024


class HistoryMalformed(ValueError):
    """The file is not a copied history, or bytes of it are missing or changed."""


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A checkpoint as it was signed, not checked yet."""

    data: bytes


Record = LoggedEvent | SignedNote


def write_history(file: BinaryIO, records: Iterable[Record]) -> None:
    file.write(MAGIC)
    for record in records:
        kind, data = (EVENT, record.leaf()) if isinstance(record, LoggedEvent) else (CHECKPOINT, record.data)
        file.write(kind + LENGTH.pack(len(data)) + data)


def read_history(file: BinaryIO) -> Iterator[Record]:
    """Raises HistoryMalformed, where it comes to it."""
    if file.read(len(MAGIC)) != MAGIC:
        raise HistoryMalformed("the file does not start with 'kaska history 1'")
    last = b""
    while head := file.read(1 + LENGTH.size):
        last = head[:1]
        yield _record(file, head)
    if last != CHECKPOINT:
        raise HistoryMalformed("the file does not end with a checkpoint")


def _record(file: BinaryIO, head: bytes) -> Record:
    length = LENGTH.unpack(head[1:])[0] if len(head) == 1 + LENGTH.size else LONGEST_RECORD
    data = file.read(length) if length < LONGEST_RECORD else b""
    if len(data) != length:
        raise HistoryMalformed(f"the file breaks off, or a length is wrong, before byte {file.tell()}")
    try:
        match head[:1]:
            case b"E":
                return parse_leaf(data)
            case b"C":
                return SignedNote(data)
    except LeafMalformed as error:
        raise HistoryMalformed(f"before byte {file.tell()}: {error}") from error
    raise HistoryMalformed(f"a record before byte {file.tell()} is neither an event nor a checkpoint")
