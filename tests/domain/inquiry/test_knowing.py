"""An incident as it was known at a moment: what was recorded when, and not when it happened, decides."""

import json
from dataclasses import replace

import pytest

from domain.contracts.events import (
    Assigned,
    CameraConfigured,
    CameraRetired,
    Commented,
    EvidenceAttached,
    EvidenceExpired,
    EvidenceLocked,
    EvidenceMissed,
    EvidenceUnlocked,
    IncidentClosed,
    MarkedFalsePositive,
    ReviewReopened,
    ReviewRequested,
    RuleRetired,
    ScoreRaised,
    ViolationConfirmed,
    ViolationRecognised,
    ZoneDrawn,
    ZoneRetired,
)
from domain.contracts.known import NotKnownYet
from domain.contracts.plant import EvidenceKind, ExpiryCause, Thresholds, Verdict
from domain.inquiry.errors import IncidentMissing
from domain.inquiry.knowing import EventPage
from tests.domain.inquiry.told import PLANT, given
from tests.domain.samples import DANGER, LEFT_HALF, PIT, T0, YARD, danger_rule, opened, second, zone

OPENED = opened(0.5)
PHOTO = EvidenceAttached(EvidenceKind.PHOTO, "k/photo.jpg", "ab" * 32, 100, "image/jpeg", T0, second(1))
STORY = given(
    *PLANT,
    (3, OPENED),
    (3, ReviewRequested(0.5)),
    (5, ScoreRaised(0.65, second(2), 20)),
    (5, ViolationRecognised(0.65)),
    (8, IncidentClosed(second(2), second(4), 40)),
    (60, Commented("anna", "проверить"), "anna"),
    (3600, MarkedFalsePositive("anna", "тень"), "anna"),
    (7200, ReviewReopened("boris"), "boris"),
    (7300, ViolationConfirmed("boris"), "boris"),
)


@pytest.mark.parametrize(
    ("at_s", "verdict", "by", "score", "later"),
    [
        (3, Verdict.REVIEW, None, 0.5, 7),  # the moment itself is known
        (4.9, Verdict.REVIEW, None, 0.5, 7),
        (5, Verdict.VIOLATION, None, 0.65, 5),
        (3599, Verdict.VIOLATION, None, 0.65, 3),
        (3600, Verdict.FALSE_POSITIVE, "anna", 0.65, 2),
        (7200, Verdict.REVIEW, "boris", 0.65, 1),
        (7300, Verdict.VIOLATION, "boris", 0.65, 0),
        (None, Verdict.VIOLATION, "boris", 0.65, 0),
    ],
)
def test_what_was_recorded_up_to_then_is_known_and_no_more(
    at_s: float | None, verdict: Verdict, by: str | None, score: float, later: int
) -> None:
    known = STORY.known(at_s)
    assert (known.verdict, known.decided_by) == (verdict, by)
    assert known.reason == ("тень" if verdict is Verdict.FALSE_POSITIVE else None)
    assert (known.score, known.later_events) == (score, later)
    assert known.events_total == known.version == len(known.events) == 9 - later
    assert known.position == known.events[-1].position
    assert known.became_known_at == second(3)


def test_when_it_happened_is_told_beside_when_it_was_recorded() -> None:
    times = [(event.name.split(".")[1], event.happened_at, event.recorded_at) for event in STORY.known().events]
    assert times[:5] == [
        ("opened", second(1), second(3)),
        ("review_requested", None, second(3)),
        ("score_raised", second(2), second(5)),
        ("violation_recognised", None, second(5)),
        ("closed", second(4), second(8)),
    ]


def test_it_went_on_as_far_as_anybody_knew_before_its_end_was_recorded() -> None:
    """At 6 s it had been over for 2 s, but the history learned of it at 8 s."""
    before, after = STORY.known(6), STORY.known(8)
    assert (before.closed_at, before.detections_to) == (None, 20)
    assert (after.closed_at, after.detections_to) == (second(4), 40)


@pytest.mark.parametrize("at_s", [1.0, 2.999999])
def test_before_it_was_recorded_it_was_not_known_although_it_had_happened(at_s: float) -> None:
    assert STORY.when_asked(second(at_s)) == NotKnownYet(OPENED.incident_id, second(at_s), second(1), second(3))


def test_a_clock_that_was_set_back_hides_nothing_that_came_before() -> None:
    """The comment was recorded after the opening, whatever the clock said."""
    history = given(*PLANT, (10, OPENED), (4, ReviewRequested(0.5)), (5, Commented("anna", "да"), "anna"))
    assert isinstance(history.when_asked(second(6)), NotKnownYet)
    assert history.known(10).events_total == 3


def test_no_such_incident_is_refused() -> None:
    with pytest.raises(IncidentMissing):
        given(*PLANT).when_asked()


def test_acts_of_persons_are_told_from_those_of_processes() -> None:
    acts = [(e.by, e.name.split(".")[1], json.loads(e.payload)) for e in STORY.known().events if e.by_person]
    assert acts == [
        ("anna", "commented", {"author": "anna", "text": "проверить"}),
        ("anna", "marked_false_positive", {"reviewer": "anna", "reason": "тень"}),
        ("boris", "review_reopened", {"reviewer": "boris"}),
        ("boris", "violation_confirmed", {"reviewer": "boris"}),
    ]


def test_files_stand_as_they_stood_then() -> None:
    history = given(
        *PLANT,
        (3, OPENED),
        (4, PHOTO),
        (5, EvidenceMissed(EvidenceKind.CLIP, "camera away")),
        (6, EvidenceLocked("суд"), "anna"),
        (7, Assigned("boris"), "anna"),
        (8, EvidenceUnlocked("суд окончен"), "anna"),
        (9, EvidenceExpired(EvidenceKind.PHOTO, ExpiryCause.RETENTION)),
    )
    assert history.known(3).files == ()
    photo, clip = history.known(6).files
    assert (photo.key, photo.size_bytes, photo.expired, photo.missed) == ("k/photo.jpg", 100, None, None)
    assert (clip.kind, clip.key, clip.missed) == (EvidenceKind.CLIP, None, "camera away")
    assert [(k.locked, k.lock_reason, k.assignee) for k in (history.known(5), history.known(7), history.known(8))] == [
        (False, None, None),
        (True, "суд", "boris"),
        (False, None, "boris"),
    ]
    assert history.known(9).files[0].expired is ExpiryCause.RETENTION
    assert history.known(9).files[0].sha256 == "ab" * 32  # the hash stays when the file goes


def test_evidence_that_came_late_takes_the_place_of_the_note() -> None:
    history = given(*PLANT, (3, OPENED), (4, EvidenceMissed(EvidenceKind.PHOTO, "late")), (5, PHOTO))
    [photo] = history.known().files
    assert (photo.missed, photo.key) == (None, "k/photo.jpg")


def test_events_are_told_in_pages() -> None:
    comments = [(10.0 + n, Commented("anna", "я" * 100), "anna") for n in range(20)]
    history = given(*PLANT, (3, OPENED), *comments)
    first = history.known(page=EventPage(0, 1500))
    assert (first.events_total, first.events_from) == (21, 0)
    assert 1 < len(first.events) < 21
    rest = history.known(page=EventPage(len(first.events), 10**6))
    assert [e.version for e in (*first.events, *rest.events)] == list(range(1, 22))
    assert history.known(page=EventPage(500, 1500)).events == ()
    assert len(history.known(page=EventPage(0, 1)).events) == 1  # never none where there are some


class TestSurroundings:
    """Rule, zone and camera: those that decided, and those in force at the moment that is asked about."""

    RULE_2 = replace(danger_rule(version=2), thresholds=Thresholds(0.1, 0.2), effective_from=second(1000))
    ZONE_2 = ZoneDrawn(PIT, 2, YARD, "Яма новая", LEFT_HALF, second(500))
    RENAMED = CameraConfigured(YARD, "Двор северный", "rtsp://10.0.0.2/1", 5.0, 640, False)

    HISTORY = given(
        *PLANT,
        (3, OPENED),
        (400, ZONE_2),
        (900, RULE_2),
        (950, RENAMED),
        (2000, RuleRetired(DANGER, second(2002))),
        (2001, ZoneRetired(PIT, second(2003))),
        (2005, CameraRetired(YARD)),
    )

    def test_the_decision_keeps_the_versions_that_it_rests_on(self) -> None:
        for at_s in (3, 1500, None):
            decided = self.HISTORY.known(at_s).decided
            assert decided.rule is not None and decided.zone is not None and decided.camera is not None
            assert (decided.rule.published, decided.zone.drawn) == (danger_rule(), zone())
            assert (decided.camera.name, decided.camera.target_fps) == ("Двор", 10.0)
            assert decided.rule.position == 3

    @pytest.mark.parametrize(
        ("at_s", "rule", "zone_version", "camera"),
        [
            (3, 1, 1, "Двор"),
            (450, 1, 1, "Двор"),  # the zone was drawn, but not in force yet
            (500, 1, 2, "Двор"),
            (960, 1, 2, "Двор северный"),  # the new rule is known, but not in force
            (1000, 2, 2, "Двор северный"),
            (2001.5, 2, 2, "Двор северный"),
            (2002, None, 2, "Двор северный"),
            (2003, None, None, "Двор северный"),
        ],
    )
    def test_what_was_in_force_then(self, at_s: float, rule: int | None, zone_version: int | None, camera: str) -> None:
        then = self.HISTORY.known(at_s).then
        assert (then.rule.published.rule_version if then.rule else None) == rule
        assert (then.zone.drawn.zone_version if then.zone else None) == zone_version
        assert then.camera is not None
        assert then.camera.name == camera

    def test_retirement_is_told_from_when_it_was_known(self) -> None:
        before, after = self.HISTORY.known(1999).decided, self.HISTORY.known(2000).decided
        assert before.rule is not None and after.rule is not None
        assert (before.rule.retired_from, after.rule.retired_from) == (None, second(2002))
        now = self.HISTORY.known()
        assert now.decided.zone is not None and now.then.camera is not None
        assert now.decided.zone.retired_from == second(2003)
        assert now.then.camera.retired

    def test_a_rule_published_for_the_past_was_not_known_to_the_decision(self) -> None:
        backdated = replace(danger_rule(version=2), effective_from=second(2))
        history = given(*PLANT, (3, OPENED), (50, backdated))
        then = history.known(3).then.rule
        assert then is not None
        assert then.published.rule_version == 1
        later = history.known(50).then.rule
        assert later is not None
        assert later.published.rule_version == 2

    def test_what_the_history_does_not_have_is_none(self) -> None:
        known = given((3, OPENED)).known()
        assert (known.decided.camera, known.decided.rule, known.decided.zone) == (None, None, None)
        assert (known.then.camera, known.then.rule, known.then.zone) == (None, None, None)
