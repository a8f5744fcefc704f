"""The incident: pure `decide` and `evolve`. Called by domain.service only.

One verdict rule (R48, R49, R99, R100): score < min is dismissed, min <= score < max goes to review, score >= max is a
violation. Until a person has spoken, more evidence can raise the verdict; afterwards only persons change it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from domain import custody
from domain.contracts.commands import (
    AssignIncident,
    AttachEvidence,
    Comment,
    ConfirmViolation,
    ExpireEvidence,
    IncidentCommand,
    LockEvidence,
    MarkFalsePositive,
    ReopenReview,
    ReportEvidenceMissed,
    UnlockEvidence,
)
from domain.contracts.events import (
    Assigned,
    Commented,
    Dismissed,
    EvidenceAttached,
    EvidenceExpired,
    EvidenceLocked,
    EvidenceMissed,
    EvidenceUnlocked,
    IncidentClosed,
    IncidentEvent,
    IncidentOpened,
    MarkedFalsePositive,
    ReviewReopened,
    ReviewRequested,
    ScoreRaised,
    ViolationConfirmed,
    ViolationRecognised,
)
from domain.contracts.plant import Thresholds, Verdict
from domain.incident_state import (
    Absent,
    EvidenceIsLocked,
    EvidenceNotThere,
    IncidentChanged,
    IncidentUnknown,
    Open,
    ReviewNotPossible,
    State,
    TextRefused,
    checked_text,
)

__all__ = [
    "Absent",
    "Acting",
    "CloseIncident",
    "Command",
    "EvidenceIsLocked",
    "EvidenceNotThere",
    "IncidentChanged",
    "IncidentUnknown",
    "Open",
    "OpenIncident",
    "RaiseScore",
    "ReviewNotPossible",
    "State",
    "TextRefused",
    "decide",
    "evolve",
    "rule_verdict",
]


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """From the rules: evidence is enough."""

    opened: IncidentOpened


@dataclass(frozen=True, slots=True)
class RaiseScore:
    """From the rules: more evidence."""

    score: float
    last_seen: datetime
    detections_to: int


@dataclass(frozen=True, slots=True)
class CloseIncident:
    """From the rules: the episode is over."""

    last_seen: datetime
    closed_at: datetime
    detections_to: int


@dataclass(frozen=True, slots=True)
class Acting:
    """Who sends the command."""

    login: str


Command = OpenIncident | RaiseScore | CloseIncident | IncidentCommand


def rule_verdict(score: float, thresholds: Thresholds) -> Verdict:
    """The rule's verdict on a score 0..1 (R99, R100)."""
    if score >= thresholds.max:
        return Verdict.VIOLATION
    return Verdict.REVIEW if score >= thresholds.min else Verdict.DISMISSED


def decide(command: Command, state: State, acting: Acting) -> list[IncidentEvent]:
    """The events that a command causes; none when it was done already. Raises a Refusal."""
    if isinstance(command, OpenIncident):
        return _open(command, state)
    if isinstance(state, Absent):
        raise IncidentUnknown("there is no such incident")
    match command:
        case RaiseScore():
            return _raise_score(command, state)
        case CloseIncident():
            closed = IncidentClosed(command.last_seen, command.closed_at, command.detections_to)
            return [] if state.closed else [closed]
        case AttachEvidence():
            return custody.attach(command, state)
        case ReportEvidenceMissed():
            return custody.report_missed(command, state)
        case LockEvidence():
            return custody.lock(command, state)
        case UnlockEvidence():
            return custody.unlock(command, state)
        case ExpireEvidence():
            return custody.expire(command, state)
        case ConfirmViolation():
            return _confirm(command, state, acting)
        case MarkFalsePositive():
            return _mark_false_positive(command, state, acting)
        case ReopenReview():
            return _reopen(command, state, acting)
        case Comment(_, text):
            return [Commented(acting.login, checked_text(text))]
        case AssignIncident(_, assignee):
            return _assign(assignee, state)
    assert_never(command)


def _open(command: OpenIncident, state: State) -> list[IncidentEvent]:
    if isinstance(state, Open):  # a replay after a crash finds the same evidence again
        return [] if state.judged else [_verdict_event(rule_verdict(state.score, state.thresholds), state.score)]
    opened = command.opened
    return [opened, _verdict_event(rule_verdict(opened.score, opened.thresholds), opened.score)]


def _raise_score(command: RaiseScore, state: Open) -> list[IncidentEvent]:
    """Also completes a raise whose verdict was not recorded."""
    if state.closed:
        return []
    score, raised = state.score, list[IncidentEvent]()
    if command.score > score:
        score, raised = command.score, [ScoreRaised(command.score, command.last_seen, command.detections_to)]
    verdict = rule_verdict(score, state.thresholds)
    if state.by_person or verdict is state.verdict:
        return raised
    return [*raised, _verdict_event(verdict, score)]


def _verdict_event(verdict: Verdict, score: float) -> IncidentEvent:
    match verdict:
        case Verdict.VIOLATION:
            return ViolationRecognised(score)
        case Verdict.REVIEW:
            return ReviewRequested(score)
        case Verdict.DISMISSED:
            return Dismissed(score)
    raise AssertionError(f"a rule never decides {verdict}")


def _confirm(command: ConfirmViolation, state: Open, acting: Acting) -> list[IncidentEvent]:
    if state.by_person and state.verdict is Verdict.VIOLATION:
        return []  # a second click gets the same answer
    _refuse_stale(command.expected_version, state)
    if state.verdict is Verdict.FALSE_POSITIVE:
        raise ReviewNotPossible("a false positive is reopened before it is confirmed")
    return [ViolationConfirmed(acting.login)]


def _mark_false_positive(command: MarkFalsePositive, state: Open, acting: Acting) -> list[IncidentEvent]:
    if state.verdict is Verdict.FALSE_POSITIVE:
        return []
    _refuse_stale(command.expected_version, state)
    return [MarkedFalsePositive(acting.login, checked_text(command.reason))]


def _reopen(command: ReopenReview, state: Open, acting: Acting) -> list[IncidentEvent]:
    if state.verdict is Verdict.REVIEW:
        return []
    _refuse_stale(command.expected_version, state)
    return [ReviewReopened(acting.login)]


def _refuse_stale(expected_version: int | None, state: Open) -> None:
    if expected_version is not None and expected_version != state.version:
        raise IncidentChanged(f"you saw version {expected_version}, it is at {state.version} now")


def _assign(assignee: str | None, state: Open) -> list[IncidentEvent]:
    wanted = None if assignee is None else checked_text(assignee)
    return [] if wanted == state.assignee else [Assigned(wanted)]


def evolve(state: State, event: IncidentEvent) -> State:
    """The state after a fact; never refuses."""
    if isinstance(event, IncidentOpened):
        verdict = rule_verdict(event.score, event.thresholds)
        return Open(1, event.thresholds, event.score, verdict)
    if isinstance(state, Absent):
        return state
    return replace(_changed(state, event), version=state.version + 1)


def _changed(state: Open, event: IncidentEvent) -> Open:
    match event:
        case ScoreRaised(score=score):
            return replace(state, score=score)
        case ViolationRecognised():
            return replace(state, verdict=Verdict.VIOLATION, judged=True)
        case ReviewRequested():
            return replace(state, verdict=Verdict.REVIEW, judged=True)
        case Dismissed():
            return replace(state, verdict=Verdict.DISMISSED, judged=True)
        case ViolationConfirmed():
            return replace(state, verdict=Verdict.VIOLATION, by_person=True, judged=True)
        case MarkedFalsePositive():
            return replace(state, verdict=Verdict.FALSE_POSITIVE, by_person=True, judged=True)
        case ReviewReopened():
            return replace(state, verdict=Verdict.REVIEW, by_person=True, judged=True)
        case EvidenceAttached(kind=kind):
            return replace(state, evidence=state.evidence | {kind})
        case EvidenceMissed(kind=kind):
            return replace(state, missed=state.missed | {kind})
        case EvidenceExpired(kind=kind):
            return replace(state, expired=state.expired | {kind})
        case EvidenceLocked():
            return replace(state, locked=True)
        case EvidenceUnlocked():
            return replace(state, locked=False)
        case Assigned(assignee=assignee):
            return replace(state, assignee=assignee)
        case IncidentClosed():
            return replace(state, closed=True)
        case Commented() | IncidentOpened():
            return state
    assert_never(event)
