"""The auditor's work: a whole history, live or copied, against every checkpoint that was ever signed for it."""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minio import Minio

from domain.contracts.subjects import INCIDENT, event_subject
from domain.notary.notary import SIGNED
from domain.notary.streams import read_checkpoints, read_events
from domain.notary.vault import digest_of, fetch_copy, list_copies, named_digest
from domain.proof.audit import Audit, Inclusion
from domain.proof.checkpoint import VerifierKey
from domain.proof.ed25519 import verifies
from domain.proof.history import HistoryMalformed, read_history
from domain.proof.leaf import LoggedEvent
from infra.nats.bridge import Bridge
from infra.objects import UNAVAILABLE

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was checked and what was found.

    copies      checkpoints in the locked bucket; None when the bucket was not looked at
    inclusions  proofs of the incident's events that was asked for
    """

    audit: Audit
    copies: int | None = None
    inclusions: Sequence[Inclusion] = ()

    @property
    def holds(self) -> bool:
        return not self.audit.findings

    def as_plain(self) -> dict[str, Any]:
        newest = self.audit.newest
        return {
            "holds": self.holds,
            "events": self.audit.tree.size,
            "aggregates": self.audit.aggregates,
            "root": self.audit.tree.root().hex(),
            "checkpoints": len(self.audit.checkpoints),
            "signed_events": newest.size if newest else 0,
            "copies": self.copies,
            "findings": self.audit.findings,
            "proofs": [_plain(inclusion) for inclusion in self.inclusions],
        }


def verify_live(
    bridge: Bridge, key: VerifierKey, home: Path, kept: Iterable[Path] = (), incident: str | None = None
) -> Outcome:
    """EVENTS against AUDIT, the newest checkpoint on this disk, and checkpoints that somebody kept.

    What was signed is read before the history, so that events that come meanwhile are no findings.
    """
    audit, subject, own = Audit(key, verifies), _subject(incident), list[LoggedEvent]()
    notes = [(note, f"checkpoint {number} of AUDIT") for number, note in enumerate(read_checkpoints(bridge), 1)]
    notes += _kept_notes([path for path in (home / SIGNED,) if path.exists()])
    notes += _kept_notes(kept)
    for event in read_events(bridge):
        audit.event(event)
        if event.subject == subject:
            own.append(event)
    for note, where in notes:
        audit.checkpoint(note, where)
    return Outcome(audit, None, _inclusions(audit, own, incident))


def verify_copies(outcome: Outcome, bridge: Bridge, store: Minio, bucket: str) -> Outcome:
    """The same with the copies in the locked bucket: AUDIT must lack none of them, and all must hold."""
    audit = outcome.audit
    try:
        copies = list_copies(store, bucket)
        known = {digest_of(note) for note in read_checkpoints(bridge)}
        for name in sorted(name for name in copies if named_digest(name) not in known):
            note = fetch_copy(store, bucket, name)
            if note is None or audit.checkpoint(note, f"the copy {name}") is not None:
                audit.findings.append(f"AUDIT lacks a checkpoint of which there is a copy: {name}")
    except UNAVAILABLE as error:
        log.warning("the copies of the checkpoints were not checked", extra={"why": str(error)})
        return outcome
    return Outcome(audit, len(copies), outcome.inclusions)


def verify_file(file: Path, key: VerifierKey, kept: Iterable[Path] = (), incident: str | None = None) -> Outcome:
    """A copied history. Raises OSError."""
    audit, subject, own = Audit(key, verifies), _subject(incident), list[LoggedEvent]()
    with file.open("rb") as opened:
        try:
            for record in read_history(opened):
                audit.record(record)
                if isinstance(record, LoggedEvent) and record.subject == subject:
                    own.append(record)
        except HistoryMalformed as error:
            audit.findings.append(str(error))
    for note, where in _kept_notes(kept):
        audit.checkpoint(note, where)
    return Outcome(audit, None, _inclusions(audit, own, incident))


def _inclusions(audit: Audit, own: Sequence[LoggedEvent], incident: str | None) -> list[Inclusion]:
    under = audit.newest
    if incident is not None and (under is None or not own or own[0].sequence > under.size):
        audit.findings.append(f"incident {incident} is not under any signed checkpoint")
        return []
    return [audit.inclusion(event, under) for event in own if event.sequence <= under.size] if under else []


def _subject(incident: str | None) -> str | None:
    return None if incident is None else event_subject(INCIDENT, incident)


def _kept_notes(paths: Iterable[Path]) -> list[tuple[bytes, str]]:
    return [(path.read_bytes(), f"the checkpoint in {path}") for path in paths]


def _plain(inclusion: Inclusion) -> dict[str, Any]:
    event = inclusion.event
    return {
        "sequence": event.sequence,
        "topic": event.topic,
        "leaf": event.leaf_hash().hex(),
        "path": [node.hex() for node in inclusion.path],
    }


def as_text(outcome: Outcome) -> str:
    """The answer for a person."""
    plain = outcome.as_plain()
    verdict = "История не изменена. / The history is untouched."
    lines = [verdict if outcome.holds else "История изменена! / The history was changed!"]
    lines += [f"  - {sentence}" for sentence in outcome.audit.findings]
    lines.append(
        f"  событий / events: {plain['events']}, под подписью / signed: {plain['signed_events']}, "
        f"контрольных точек / checkpoints: {plain['checkpoints']}, копий / copies: {plain['copies']}"
    )
    lines += [f"  {proof['sequence']:>9} {proof['topic']}" for proof in plain["proofs"]]
    return "\n".join(lines)


def as_json(outcome: Outcome) -> str:
    return json.dumps(outcome.as_plain(), ensure_ascii=False)
