"""The incident's decisions: given what happened, when asked, then these events or this refusal."""

from dataclasses import dataclass, field
from uuid import UUID

import pytest

from domain import incident
from domain.contracts.commands import (
    AssignIncident,
    AttachEvidence,
    Comment,
    ConfirmViolation,
    ExpireEvidence,
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
    MarkedFalsePositive,
    ReviewReopened,
    ReviewRequested,
    ScoreRaised,
    ViolationConfirmed,
    ViolationRecognised,
)
from domain.contracts.identifiers import IncidentId
from domain.contracts.plant import EvidenceKind, ExpiryCause, Thresholds, Verdict
from domain.incident import Acting, CloseIncident, OpenIncident, RaiseScore
from domain.refusals import Refusal
from tests.domain.samples import opened, second

ID = IncidentId(UUID(int=1))
ANNA = Acting("anna")
OPENED = opened(score=0.7)
RECOGNISED = ViolationRecognised(0.7)
BORDERLINE = opened(score=0.5)
REQUESTED = ReviewRequested(0.5)
CONFIRM = ConfirmViolation(ID)
CONFIRMED = ViolationConfirmed("anna")
MARK = MarkFalsePositive(ID, "тень на стене")
MARKED = MarkedFalsePositive("anna", "тень на стене")
REOPEN = ReopenReview(ID)
REOPENED = ReviewReopened("anna")
CLOSE = CloseIncident(second(5), second(8), 80)
CLOSED = IncidentClosed(second(5), second(8), 80)
PHOTO = AttachEvidence(ID, EvidenceKind.PHOTO, "k", "ab" * 32, 10, "image/jpeg", second(1), second(1))
PHOTO_ATTACHED = EvidenceAttached(EvidenceKind.PHOTO, "k", "ab" * 32, 10, "image/jpeg", second(1), second(1))
MISSED = EvidenceMissed(EvidenceKind.PHOTO, "поток прервался")
ASSIGN = AssignIncident(ID, "boris")
LOCK = LockEvidence(ID, "расследование 14")
LOCKED = EvidenceLocked("расследование 14")
UNLOCK = UnlockEvidence(ID, "расследование закрыто")
UNLOCKED = EvidenceUnlocked("расследование закрыто")
EXPIRE = ExpireEvidence(ID, EvidenceKind.PHOTO, ExpiryCause.RETENTION)
EXPIRED = EvidenceExpired(EvidenceKind.PHOTO, ExpiryCause.RETENTION)


@dataclass(frozen=True)
class Given:
    events: tuple[IncidentEvent, ...]
    outcome: list[IncidentEvent] = field(default_factory=list)

    def when(self, command: incident.Command) -> "Given":
        state: incident.State = incident.Absent()
        for event in self.events:
            state = incident.evolve(state, event)
        return Given(self.events, incident.decide(command, state, ANNA))

    def then(self, *events: IncidentEvent) -> None:
        assert self.outcome == list(events)

    def refused(self, command: incident.Command, by: type[Refusal]) -> None:
        with pytest.raises(by):
            self.when(command)


def given(*events: IncidentEvent) -> Given:
    return Given(events)


def test_sure_evidence_is_a_violation() -> None:
    given().when(OpenIncident(OPENED)).then(OPENED, RECOGNISED)


def test_borderline_evidence_asks_for_a_review() -> None:
    given().when(OpenIncident(BORDERLINE)).then(BORDERLINE, REQUESTED)


def test_weak_evidence_is_dismissed() -> None:
    weak = opened(score=0.1)
    given().when(OpenIncident(weak)).then(weak, Dismissed(0.1))


@pytest.mark.parametrize(
    ("score", "verdict"),
    [
        (0.0, Verdict.DISMISSED),
        (0.39, Verdict.DISMISSED),
        (0.4, Verdict.REVIEW),  # min itself is borderline (R100)
        (0.59, Verdict.REVIEW),
        (0.6, Verdict.VIOLATION),  # max itself is a violation (R99)
        (1.0, Verdict.VIOLATION),
    ],
)
def test_the_verdict_rule_at_its_borders(score: float, verdict: Verdict) -> None:
    assert incident.rule_verdict(score, Thresholds(0.4, 0.6)) is verdict


def test_equal_thresholds_leave_no_borderline() -> None:
    assert incident.rule_verdict(0.5, Thresholds(0.5, 0.5)) is Verdict.VIOLATION


def test_the_same_evidence_opens_nothing_twice() -> None:
    given(OPENED, RECOGNISED).when(OpenIncident(OPENED)).then()


def test_an_opening_whose_verdict_was_not_recorded_is_completed_once() -> None:
    given(OPENED).when(OpenIncident(OPENED)).then(RECOGNISED)
    given(OPENED, MARKED).when(OpenIncident(OPENED)).then()


def test_a_raise_whose_verdict_was_not_recorded_is_completed_once() -> None:
    raised = ScoreRaised(0.65, second(3), 30)
    again = RaiseScore(0.65, second(3), 30)
    given(BORDERLINE, REQUESTED, raised).when(again).then(ViolationRecognised(0.65))
    given(BORDERLINE, REQUESTED, raised, ViolationRecognised(0.65)).when(again).then()
    given(BORDERLINE, REQUESTED, raised, MARKED).when(again).then()


def test_more_evidence_makes_a_review_a_violation() -> None:
    raised = ScoreRaised(0.65, second(3), 30)
    given(BORDERLINE, REQUESTED).when(RaiseScore(0.65, second(3), 30)).then(raised, ViolationRecognised(0.65))


def test_more_evidence_within_a_verdict_only_raises_the_score() -> None:
    given(BORDERLINE, REQUESTED).when(RaiseScore(0.55, second(3), 30)).then(ScoreRaised(0.55, second(3), 30))


def test_a_replayed_raise_changes_nothing() -> None:
    given(BORDERLINE, REQUESTED, ScoreRaised(0.55, second(3), 30)).when(RaiseScore(0.55, second(3), 30)).then()


def test_more_evidence_does_not_overrule_a_person() -> None:
    given(BORDERLINE, REQUESTED, MARKED).when(RaiseScore(0.9, second(3), 30)).then(ScoreRaised(0.9, second(3), 30))


def test_it_closes_once() -> None:
    given(OPENED, RECOGNISED).when(CLOSE).then(CLOSED)
    given(OPENED, RECOGNISED, CLOSED).when(CLOSE).then()


def test_a_review_can_be_confirmed() -> None:
    given(BORDERLINE, REQUESTED).when(CONFIRM).then(CONFIRMED)


def test_a_violation_of_the_rule_can_be_confirmed_by_a_person() -> None:
    given(OPENED, RECOGNISED).when(CONFIRM).then(CONFIRMED)


def test_F1_a_second_click_gets_the_same_answer() -> None:
    given(BORDERLINE, REQUESTED, CONFIRMED).when(CONFIRM).then()
    given(BORDERLINE, REQUESTED, MARKED).when(MARK).then()


def test_a_confirmed_violation_can_still_be_marked_a_false_positive() -> None:
    given(OPENED, RECOGNISED, CONFIRMED).when(MARK).then(MARKED)


def test_a_dismissed_incident_can_be_confirmed() -> None:
    given(opened(score=0.1), Dismissed(0.1)).when(CONFIRM).then(CONFIRMED)


def test_a_false_positive_is_not_confirmed_before_it_is_reopened() -> None:
    given(OPENED, RECOGNISED, MARKED).refused(CONFIRM, incident.ReviewNotPossible)
    given(OPENED, RECOGNISED, MARKED, REOPENED).when(CONFIRM).then(CONFIRMED)


def test_a_review_can_be_reopened() -> None:
    given(OPENED, RECOGNISED, MARKED).when(REOPEN).then(REOPENED)
    given(BORDERLINE, REQUESTED).when(REOPEN).then()


def test_F3_a_decision_on_a_stale_screen_is_refused() -> None:
    seen_earlier = MarkFalsePositive(ID, "тень", expected_version=2)
    given(OPENED, RECOGNISED).when(seen_earlier).then(MarkedFalsePositive("anna", "тень"))
    given(OPENED, RECOGNISED, CONFIRMED).refused(seen_earlier, incident.IncidentChanged)


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_a_reason_has_words_and_an_end(text: str) -> None:
    given(OPENED, RECOGNISED).refused(MarkFalsePositive(ID, text), incident.TextRefused)
    given(OPENED, RECOGNISED).refused(Comment(ID, text), incident.TextRefused)


def test_a_comment_is_kept() -> None:
    given(OPENED, RECOGNISED).when(Comment(ID, " проверить угол ")).then(Commented("anna", "проверить угол"))


def test_evidence_is_attached_once() -> None:
    given(OPENED, RECOGNISED).when(PHOTO).then(PHOTO_ATTACHED)
    given(OPENED, RECOGNISED, PHOTO_ATTACHED).when(PHOTO).then()


def test_missed_evidence_is_said_once_and_may_still_arrive() -> None:
    report = ReportEvidenceMissed(ID, EvidenceKind.PHOTO, "поток прервался")
    given(OPENED, RECOGNISED).when(report).then(MISSED)
    given(OPENED, RECOGNISED, MISSED).when(report).then()
    given(OPENED, RECOGNISED, PHOTO_ATTACHED).when(report).then()
    given(OPENED, RECOGNISED, MISSED).when(PHOTO).then(PHOTO_ATTACHED)


def test_an_incident_is_assigned_to_one_person_or_nobody() -> None:
    given(OPENED, RECOGNISED).when(ASSIGN).then(Assigned("boris"))
    given(OPENED, RECOGNISED, Assigned("boris")).when(ASSIGN).then()
    given(OPENED, RECOGNISED, Assigned("boris")).when(AssignIncident(ID, "vera")).then(Assigned("vera"))
    given(OPENED, RECOGNISED, Assigned("boris")).when(AssignIncident(ID, None)).then(Assigned(None))
    given(OPENED, RECOGNISED).when(AssignIncident(ID, None)).then()


def test_nobody_of_no_name_is_assigned() -> None:
    given(OPENED, RECOGNISED).refused(AssignIncident(ID, " "), incident.TextRefused)


def test_evidence_expires_once_and_does_not_come_back() -> None:
    given(OPENED, RECOGNISED, PHOTO_ATTACHED).when(EXPIRE).then(EXPIRED)
    given(OPENED, RECOGNISED, PHOTO_ATTACHED, EXPIRED).when(EXPIRE).then()
    given(OPENED, RECOGNISED, PHOTO_ATTACHED, EXPIRED).when(PHOTO).then()


def test_what_was_never_attached_does_not_expire() -> None:
    given(OPENED, RECOGNISED).refused(EXPIRE, incident.EvidenceNotThere)
    given(OPENED, RECOGNISED, MISSED).refused(EXPIRE, incident.EvidenceNotThere)


def test_locked_evidence_never_goes() -> None:
    given(OPENED, RECOGNISED, PHOTO_ATTACHED).when(LOCK).then(LOCKED)
    given(OPENED, RECOGNISED, PHOTO_ATTACHED, LOCKED).refused(EXPIRE, incident.EvidenceIsLocked)
    given(OPENED, RECOGNISED, LOCKED, PHOTO_ATTACHED).refused(EXPIRE, incident.EvidenceIsLocked)


def test_evidence_is_locked_once_and_unlocked_once() -> None:
    given(OPENED, RECOGNISED, PHOTO_ATTACHED, LOCKED).when(LOCK).then()
    given(OPENED, RECOGNISED, PHOTO_ATTACHED, LOCKED).when(UNLOCK).then(UNLOCKED)
    given(OPENED, RECOGNISED, PHOTO_ATTACHED, LOCKED, UNLOCKED).when(UNLOCK).then()
    given(OPENED, RECOGNISED, PHOTO_ATTACHED, LOCKED, UNLOCKED).when(EXPIRE).then(EXPIRED)


def test_what_has_expired_is_not_locked_any_more() -> None:
    given(OPENED, RECOGNISED, PHOTO_ATTACHED, EXPIRED).refused(LOCK, incident.EvidenceNotThere)


@pytest.mark.parametrize("text", ["", " ", "x" * 2001])
def test_a_lock_has_a_reason(text: str) -> None:
    given(OPENED, RECOGNISED).refused(LockEvidence(ID, text), incident.TextRefused)
    given(OPENED, RECOGNISED, LOCKED).refused(UnlockEvidence(ID, text), incident.TextRefused)


def test_F3_a_lock_or_an_assignment_makes_a_screen_stale() -> None:
    seen_earlier = MarkFalsePositive(ID, "тень", expected_version=2)
    given(OPENED, RECOGNISED, LOCKED).refused(seen_earlier, incident.IncidentChanged)


@pytest.mark.parametrize(
    "command", [CONFIRM, MARK, REOPEN, CLOSE, PHOTO, Comment(ID, "x"), ASSIGN, LOCK, UNLOCK, EXPIRE]
)
def test_nothing_happens_to_an_incident_that_is_not_there(command: incident.Command) -> None:
    given().refused(command, incident.IncidentUnknown)
