"""Where an incident stands, and the ways in which it says no. Used by `domain.incident` and `domain.custody`."""

from dataclasses import dataclass

from domain.contracts.plant import EvidenceKind, Thresholds, Verdict
from domain.refusals import Refusal

MAX_TEXT = 2000
"""Characters of a comment or a reason."""


@dataclass(frozen=True, slots=True)
class Absent:
    """No such incident."""


@dataclass(frozen=True, slots=True)
class Open:
    """An incident that exists.

    verdict   where it stands; by_person says whether a person put it there
    judged    whether a verdict was recorded; the opening alone only says what it will be
    evidence  kinds of files that were attached, those that expired too
    """

    version: int
    thresholds: Thresholds
    score: float
    verdict: Verdict
    by_person: bool = False
    judged: bool = False
    closed: bool = False
    evidence: frozenset[EvidenceKind] = frozenset()
    missed: frozenset[EvidenceKind] = frozenset()
    expired: frozenset[EvidenceKind] = frozenset()
    locked: bool = False
    assignee: str | None = None


State = Absent | Open


class IncidentUnknown(Refusal):
    """There is no such incident."""

    code = "incident_unknown"


class IncidentChanged(Refusal):
    """The incident changed while you looked at it."""

    code = "incident_changed"


class ReviewNotPossible(Refusal):
    """The verdict does not allow this now."""

    code = "review_not_possible"


class TextRefused(Refusal):
    """A reason or a comment has 1 to 2000 characters."""

    code = "text_refused"


class EvidenceIsLocked(Refusal):
    """Locked evidence never goes."""

    code = "evidence_locked"


class EvidenceNotThere(Refusal):
    """There is no such file, or not any more."""

    code = "evidence_not_there"


def checked_text(text: str) -> str:
    """The text without the blanks around it. Raises TextRefused."""
    stripped = text.strip()
    if not 1 <= len(stripped) <= MAX_TEXT:
        raise TextRefused(f"1 to {MAX_TEXT} characters are expected, not {len(stripped)}")
    return stripped
