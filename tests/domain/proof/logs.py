"""A small log in memory: events of a few aggregates as the event store chains them, checkpoints as the notary signs."""

from collections.abc import Iterable
from io import BytesIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.proof.audit import Audit
from domain.proof.checkpoint import Checkpoint, Note, Signature, VerifierKey
from domain.proof.history import HistoryMalformed, Record, SignedNote, read_history, write_history
from domain.proof.leaf import GENESIS, LoggedEvent
from domain.proof.merkle import Tree

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = VerifierKey("kaska.example/EVENTS", PRIVATE.public_key().public_bytes_raw())


def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def signed(text: str, key: VerifierKey = KEY) -> bytes:
    return Note(text, (Signature(key.name, key.id, PRIVATE.sign(text.encode())),)).encode()


def events(count: int, aggregates: int = 7) -> list[LoggedEvent]:
    heads: dict[str, tuple[int, str]] = {}
    found = []
    for sequence in range(1, count + 1):
        subject = f"es.incident.{sequence * 5 % aggregates}"
        version, previous = heads.get(subject, (0, GENESIS))
        event = LoggedEvent(sequence, subject, str(version + 1), "incident.commented.v1", "", b'{"n":%d}' % sequence)
        event = rehashed(event, previous)
        heads[subject] = (version + 1, event.hash)
        found.append(event)
    return found


def rehashed(event: LoggedEvent, previous: str) -> LoggedEvent:
    """The event with the hash that fits after `previous`."""
    hash_ = event.chained_hash(previous)
    return LoggedEvent(event.sequence, event.subject, event.version, event.topic, hash_, event.payload)


def checkpoint(log: Iterable[LoggedEvent]) -> bytes:
    tree = Tree()
    for event in log:
        tree.append(event.leaf_hash())
    return signed(Checkpoint(KEY.name, tree.size, tree.root()).text())


def history(log: list[LoggedEvent], sizes: Iterable[int]) -> list[Record]:
    """The log with a checkpoint after each of the sizes."""
    records: list[Record] = []
    for number, event in enumerate(log, 1):
        records.append(event)
        if number in sizes:
            records.append(SignedNote(checkpoint(log[:number])))
    return records


def written(records: Iterable[Record]) -> bytes:
    file = BytesIO()
    write_history(file, records)
    return file.getvalue()


def findings(data: bytes) -> list[str]:
    """What an audit of a copied history finds."""
    audit = Audit(KEY, verifies)
    try:
        for record in read_history(BytesIO(data)):
            audit.record(record)
    except HistoryMalformed as error:
        return [str(error)]
    return audit.findings
