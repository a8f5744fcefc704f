"""Custody of an incident's files: attached once, locked by a person, expired for good. Part of `domain.incident`."""

from domain.contracts.commands import (
    AttachEvidence,
    ExpireEvidence,
    LockEvidence,
    ReportEvidenceMissed,
    UnlockEvidence,
)
from domain.contracts.events import (
    EvidenceAttached,
    EvidenceExpired,
    EvidenceLocked,
    EvidenceMissed,
    EvidenceUnlocked,
    IncidentEvent,
)
from domain.incident_state import EvidenceIsLocked, EvidenceNotThere, Open, checked_text


def attach(command: AttachEvidence, state: Open) -> list[IncidentEvent]:
    """None for a kind that was attached before, even when it has expired: what is gone does not come back."""
    if command.kind in state.evidence:
        return []
    return [
        EvidenceAttached(
            command.kind,
            command.key,
            command.sha256,
            command.size_bytes,
            command.media_type,
            command.captured_from,
            command.captured_to,
            command.box,
        )
    ]


def report_missed(command: ReportEvidenceMissed, state: Open) -> list[IncidentEvent]:
    if command.kind in state.evidence or command.kind in state.missed:
        return []
    return [EvidenceMissed(command.kind, checked_text(command.reason))]


def lock(command: LockEvidence, state: Open) -> list[IncidentEvent]:
    """Raises EvidenceNotThere when all that there was has expired: a lock would promise what cannot be kept."""
    if state.locked:
        return []
    if state.expired and state.expired == state.evidence:
        raise EvidenceNotThere("its evidence has expired, there is nothing left to lock")
    return [EvidenceLocked(checked_text(command.reason))]


def unlock(command: UnlockEvidence, state: Open) -> list[IncidentEvent]:
    return [EvidenceUnlocked(checked_text(command.reason))] if state.locked else []


def expire(command: ExpireEvidence, state: Open) -> list[IncidentEvent]:
    """Raises EvidenceIsLocked, and EvidenceNotThere for a kind that was never attached."""
    if command.kind in state.expired:
        return []
    if state.locked:
        raise EvidenceIsLocked("its evidence is locked")
    if command.kind not in state.evidence:
        raise EvidenceNotThere(f"it has no {command.kind.value}")
    return [EvidenceExpired(command.kind, command.cause)]
