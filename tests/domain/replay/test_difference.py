"""Incidents side by side."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.contracts.events import (
    IncidentClosed,
    MarkedFalsePositive,
    ReviewReopened,
    ScoreRaised,
    ViolationConfirmed,
)
from domain.contracts.identifiers import IncidentId
from domain.contracts.plant import Verdict
from domain.replay.difference import FACTS, Change, Day, difference
from domain.replay.incidents import Incident, after
from tests.domain.samples import opened, second

MOSCOW = ZoneInfo("Europe/Moscow")
BEFORE_MIDNIGHT = datetime(2026, 3, 2, 20, 59, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 3, 2, 21, 1, tzinfo=UTC)
CLOSED = IncidentClosed(second(3), second(5), 40)


def incident(n: int, score: float = 0.5, verdict: Verdict = Verdict.REVIEW, at: datetime = BEFORE_MIDNIGHT) -> Incident:
    event = replace(opened(), incident_id=IncidentId(UUID(int=n)), opened_at=at, detections_to=n)
    return Incident(event, score, verdict)


def test_equal_lists_do_not_differ() -> None:
    found = difference([incident(1), incident(2)], [incident(2), incident(1)], MOSCOW, FACTS)
    assert found.is_none
    assert (found.before, found.after) == (2, 2)


def test_new_gone_and_changed_are_told_incident_by_incident() -> None:
    raised = incident(2, 0.9, Verdict.VIOLATION)
    found = difference([incident(1), incident(2)], [raised, incident(3)], MOSCOW)
    assert found.gone == (incident(1),)
    assert found.new == (incident(3),)
    assert found.changed == (Change(incident(2), raised, ("score", "verdict")),)


def test_days_are_those_of_the_plant() -> None:
    before = [incident(1), incident(2, verdict=Verdict.VIOLATION, at=AFTER_MIDNIGHT)]
    after_ = [replace(incident(1), verdict=Verdict.VIOLATION)]
    assert difference(before, after_, MOSCOW).days == (
        Day(date(2026, 3, 2), before=1, after=1, new=0, gone=0, changed=1, violations_before=0, violations_after=1),
        Day(date(2026, 3, 3), before=1, after=0, new=0, gone=1, changed=0, violations_before=1, violations_after=0),
    )


def test_of_an_incident_that_goes_on_only_the_opening_is_compared() -> None:
    a, b = incident(1, 0.5), incident(1, 0.6)
    assert not difference([a], [b], MOSCOW, FACTS).is_none
    assert difference([a], [b], MOSCOW, FACTS, open_end=True).is_none
    assert not difference([replace(a, closed=CLOSED)], [b], MOSCOW, FACTS, open_end=True).is_none


def test_an_incident_is_what_its_events_say() -> None:
    event = opened(score=0.5)
    found = None
    for each in (event, ScoreRaised(0.61, second(2), 30), MarkedFalsePositive("anna", "тень"), CLOSED):
        found = after(found, each)
    assert found == Incident(event, 0.61, Verdict.VIOLATION, CLOSED, Verdict.FALSE_POSITIVE)
    assert after(found, ReviewReopened("anna")) == replace(found, reviewed=None)
    assert after(found, ViolationConfirmed("anna")) == replace(found, reviewed=Verdict.VIOLATION)
    assert after(None, CLOSED) is None


def test_an_incident_recorded_before_zone_episodes_were_told_is_repeated_by_one_that_tells() -> None:
    old = incident(1)
    told = replace(old, opened=replace(old.opened, episode=IncidentId(UUID(int=7))))
    other = replace(old, opened=replace(old.opened, episode=IncidentId(UUID(int=8))))
    assert difference([old], [told], MOSCOW, FACTS).is_none
    assert not difference([told], [other], MOSCOW, FACTS).is_none
    assert not difference([told], [old], MOSCOW, FACTS).is_none
    assert difference([told], [other], MOSCOW, FACTS, episodes=False).is_none
