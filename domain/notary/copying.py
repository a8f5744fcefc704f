"""Copies the whole history with its checkpoints to one file, for an auditor who has nothing else of Kaska."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.notary.errors import NotCovered
from domain.notary.streams import newest_checkpoint, read_checkpoints, read_events, request_checkpoint
from domain.proof.checkpoint import Checkpoint, VerifierKey, trusted_checkpoint
from domain.proof.ed25519 import verifies
from domain.proof.history import Record, SignedNote, write_history
from infra.nats.bridge import Bridge


@dataclass(frozen=True, slots=True)
class Covering:
    """The newest signed checkpoint; fresh: the notary signed it just now, for all that was there."""

    note: bytes
    checkpoint: Checkpoint
    fresh: bool


def covering(bridge: Bridge, key: VerifierKey) -> Covering:
    """Asks the notary, else takes the newest of AUDIT. Raises NotCovered, and ValueError for a forged one."""
    fresh = request_checkpoint(bridge)
    note = fresh or newest_checkpoint(bridge).note
    if not note:
        raise NotCovered("no checkpoint was signed yet: nothing was recorded, or the notary does not run")
    return Covering(note, trusted_checkpoint(note, key, verifies), fresh is not None)


def copy_history(bridge: Bridge, key: VerifierKey, target: Path) -> Covering:
    """Writes everything up to the newest checkpoint; an unfinished file is never left under the target's name."""
    end = covering(bridge, key)
    fresh = target.with_name(target.name + ".fresh")
    with fresh.open("wb") as file:
        write_history(file, _records(bridge, key, end))
    fresh.replace(target)
    return end


def _records(bridge: Bridge, key: VerifierKey, end: Covering) -> Iterator[Record]:
    notes = {trusted_checkpoint(note, key, verifies).size: note for note in read_checkpoints(bridge)}
    notes[end.checkpoint.size] = end.note
    for event in read_events(bridge, last=end.checkpoint.size):
        yield event
        if event.sequence in notes:
            yield SignedNote(notes[event.sequence])
