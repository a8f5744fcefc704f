"""The check of a whole history: no event missing, every aggregate's chain unbroken, every signed checkpoint true.

Any two checkpoints that hold here are consistent with each other: both are roots of beginnings of the same log.
"""

from dataclasses import dataclass, field
from typing import Final

from domain.proof.checkpoint import (
    Checkpoint,
    NoteMalformed,
    NoteUntrusted,
    VerifierKey,
    VerifiesSignature,
    trusted_checkpoint,
)
from domain.proof.history import Record
from domain.proof.leaf import GENESIS, LoggedEvent
from domain.proof.merkle import Tree, verify_inclusion

MOST_FINDINGS: Final = 100


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That an event is in the log: its index from 0 and the path to the root of the checkpoint's size."""

    event: LoggedEvent
    path: list[bytes]


@dataclass(frozen=True, slots=True)
class _Head:
    version: int
    hash: str


NO_EVENTS: Final = _Head(0, GENESIS)


@dataclass
class Audit:
    """Feed it a history in order, then its checkpoints in any order. `findings` says what is wrong, one sentence each.

    key         the notary's, from a source that the history cannot have changed
    checkpoints those that hold, by size
    """

    key: VerifierKey
    verifies: VerifiesSignature
    tree: Tree = field(default_factory=Tree)
    findings: list[str] = field(default_factory=list)
    checkpoints: dict[int, Checkpoint] = field(default_factory=dict)
    _heads: dict[str, _Head] = field(default_factory=dict)

    @property
    def aggregates(self) -> int:
        return len(self._heads)

    @property
    def newest(self) -> Checkpoint | None:
        """The checkpoint that covers most."""
        return self.checkpoints[max(self.checkpoints)] if self.checkpoints else None

    def record(self, record: Record) -> None:
        """One record of a copied history, where a checkpoint stands right after the last event that it covers."""
        if isinstance(record, LoggedEvent):
            self.event(record)
            return
        checkpoint = self.checkpoint(record.data, f"the checkpoint after {self.tree.size} events")
        if checkpoint is not None and checkpoint.size != self.tree.size:
            self._find(f"the checkpoint after {self.tree.size} events was signed for {checkpoint.size}")

    def event(self, event: LoggedEvent) -> None:
        if event.sequence != self.tree.size + 1:
            self._find(f"sequence {self.tree.size + 1} is missing: {event.sequence} is in its place")
        self.tree.append(event.leaf_hash())
        self._chain(event)

    def checkpoint(self, note: bytes, where: str = "a checkpoint") -> Checkpoint | None:
        """The checkpoint when it holds, else a finding that starts with `where`."""
        try:
            checkpoint = trusted_checkpoint(note, self.key, self.verifies)
        except (NoteMalformed, NoteUntrusted) as error:
            self._find(f"{where} cannot be trusted: {error}")
            return None
        if checkpoint.size > self.tree.size:
            self._find(f"{where} was signed for {checkpoint.size} events, but there are only {self.tree.size}")
            return None
        if checkpoint.root != self.tree.root(checkpoint.size):
            self._find(f"the first {checkpoint.size} events are not those for which {where} was signed")
            return None
        return self.checkpoints.setdefault(checkpoint.size, checkpoint)

    def inclusion(self, event: LoggedEvent, under: Checkpoint) -> Inclusion:
        """The event's proof, checked. It is a finding when it does not hold."""
        path = self.tree.inclusion(event.sequence - 1, under.size)
        if not verify_inclusion(event.leaf_hash(), event.sequence - 1, under.size, path, under.root):
            self._find(f"sequence {event.sequence} is not in the log under the checkpoint of {under.size} events")
        return Inclusion(event, path)

    def _chain(self, event: LoggedEvent) -> None:
        where, head = f"{event.subject}, sequence {event.sequence}", self._heads.get(event.subject, NO_EVENTS)
        if not (event.version and event.topic and event.hash):
            self._find(f"{where}: not written by the event store")
            return
        if event.version != str(head.version + 1):
            self._find(f"{where}: version {event.version} cannot follow version {head.version}")
        if event.hash != event.chained_hash(head.hash):
            self._find(f"{where}: the chain of hashes breaks at version {event.version}")
        self._heads[event.subject] = _Head(_number(event.version, head.version + 1), _hash(event, head))

    def _find(self, sentence: str) -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(sentence)


def _number(version: str, otherwise: int) -> int:
    return int(version) if version.isascii() and version.isdigit() and len(version) < 16 else otherwise


def _hash(event: LoggedEvent, head: _Head) -> str:
    """What the next event must follow: what is written, so that one changed event is one finding, not a hundred."""
    is_hash = len(event.hash) == len(GENESIS) and set(event.hash) <= set("0123456789abcdef")
    return event.hash if is_hash else event.chained_hash(head.hash)
