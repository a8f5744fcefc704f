"""What users did: each act is a fact of its own, in the journal of the user's day."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from domain.contracts.access import SignInFailure
from domain.contracts.commands import (
    JournalCommand,
    RecordEvidenceView,
    RecordFailedSignIn,
    RecordReportExport,
    RecordSignIn,
)
from domain.contracts.events import EvidenceViewed, SignedIn, SignInFailed
from domain.contracts.notifying import ReportFormat, ReportKind
from domain.contracts.plant import EvidenceKind
from domain.fields import FieldRefused
from domain.journal import decide, journal_id
from tests.domain.facts import ANNA, DAY, EXPORTED, SHA
from tests.domain.samples import T0, opened

SIGN_IN = RecordSignIn(ANNA, "10.0.0.17")
FAILED = RecordFailedSignIn(ANNA, SignInFailure.WRONG_PASSWORD, "10.0.0.17")
EXPORT = RecordReportExport(ANNA, ReportKind.VIOLATIONS, ReportFormat.PDF, T0 - DAY, T0, 12, SHA)


def test_signing_in_is_a_fact_each_time() -> None:
    assert decide(SIGN_IN) == [SignedIn(ANNA, "10.0.0.17")]
    assert decide(RecordSignIn(ANNA, "2001:DB8::1")) == [SignedIn(ANNA, "2001:db8::1")]


@pytest.mark.parametrize("reason", list(SignInFailure))
def test_a_sign_in_that_failed_says_why_and_not_what_was_typed(reason: SignInFailure) -> None:
    assert decide(replace(FAILED, reason=reason)) == [SignInFailed(ANNA, reason, "10.0.0.17")]


def test_looking_at_evidence_is_a_fact() -> None:
    incident = opened().incident_id
    viewed = EvidenceViewed(ANNA, incident, EvidenceKind.CLIP)
    assert decide(RecordEvidenceView(ANNA, incident, EvidenceKind.CLIP)) == [viewed]


def test_taking_a_report_away_is_a_fact() -> None:
    assert decide(EXPORT) == [EXPORTED]


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (RecordSignIn(ANNA, "somewhere"), "address"),
        (replace(FAILED, address=""), "address"),
        (replace(EXPORT, period_to=T0 - DAY), "period_to"),
        (replace(EXPORT, period_from=T0.replace(tzinfo=None)), "period_from"),
        (replace(EXPORT, rows=-1), "rows"),
        (replace(EXPORT, sha256="ab"), "sha256"),
    ],
)
def test_a_wrong_field_is_refused_by_name(command: JournalCommand, field: str) -> None:
    with pytest.raises(FieldRefused, match=field):
        decide(command)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (T0, "20260302"),
        (T0.replace(hour=23, minute=59), "20260302"),
        (datetime(2026, 3, 3, 1, tzinfo=timezone(timedelta(hours=3))), "20260302"),  # 22:00 UTC of the day before
        (T0 + DAY, "20260303"),
    ],
)
def test_each_day_has_a_journal_of_its_own(at: datetime, day: str) -> None:
    assert journal_id(ANNA, at) == f"{ANNA}-{day}"
