"""An incident as replay sees it: what opened it, where the rules left it, and what persons said. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from domain import incident as decider
from domain.contracts.events import (
    Event,
    IncidentClosed,
    IncidentEvent,
    IncidentOpened,
    MarkedFalsePositive,
    ReviewReopened,
    ScoreRaised,
    ViolationConfirmed,
)
from domain.contracts.identifiers import IncidentId
from domain.contracts.plant import Verdict
from domain.rules.engine import Closing, Finding, Opening, Raise

RULES = decider.Acting("rules")


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident.

    score     the highest that the rules reported, 0..1
    verdict   the rule's verdict on that score, whatever persons said
    closed    None while the episode goes on
    reviewed  the last verdict of a person; None = nobody decided, or a person wants it reviewed again
    """

    opened: IncidentOpened
    score: float
    verdict: Verdict
    closed: IncidentClosed | None = None
    reviewed: Verdict | None = None

    @property
    def incident_id(self) -> IncidentId:
        return self.opened.incident_id

    @property
    def opened_at(self) -> datetime:
        return self.opened.opened_at


def after(incident: Incident | None, event: Event) -> Incident | None:
    """The incident after one of its events; None before it was opened."""
    if isinstance(event, IncidentOpened):
        return Incident(event, event.score, decider.rule_verdict(event.score, event.thresholds))
    if incident is None:
        return None
    match event:
        case ScoreRaised(score=score):
            return replace(incident, score=score, verdict=decider.rule_verdict(score, incident.opened.thresholds))
        case IncidentClosed():
            return replace(incident, closed=event)
        case ViolationConfirmed():
            return replace(incident, reviewed=Verdict.VIOLATION)
        case MarkedFalsePositive():
            return replace(incident, reviewed=Verdict.FALSE_POSITIVE)
        case ReviewReopened():
            return replace(incident, reviewed=None)
    return incident


class Decided:
    """Findings through the deciders, as the service does it, into incidents instead of a history."""

    def __init__(self) -> None:
        self._states: dict[IncidentId, decider.State] = {}
        self._incidents: dict[IncidentId, Incident] = {}

    def record(self, findings: Iterable[Finding]) -> None:
        """Takes in findings of one camera in the order of its frames."""
        for finding in findings:
            incident_id, command = _as_command(finding)
            state = self._states.get(incident_id, decider.Absent())
            for event in decider.decide(command, state, RULES):
                state = decider.evolve(state, event)
                self._note(incident_id, event)
            self._states[incident_id] = state

    def incidents(self) -> list[Incident]:
        """All incidents in the order of the deciding frames."""
        return sorted(self._incidents.values(), key=lambda each: each.opened.detections_to)

    def _note(self, incident_id: IncidentId, event: IncidentEvent) -> None:
        incident = after(self._incidents.get(incident_id), event)
        if incident is not None:
            self._incidents[incident_id] = incident


def _as_command(finding: Finding) -> tuple[IncidentId, decider.Command]:
    match finding:
        case Opening(opened):
            return opened.incident_id, decider.OpenIncident(opened)
        case Raise(incident_id, score, last_seen, detections_to):
            return incident_id, decider.RaiseScore(score, last_seen, detections_to)
        case Closing(incident_id, last_seen, closed_at, detections_to):
            return incident_id, decider.CloseIncident(last_seen, closed_at, detections_to)
    assert_never(finding)
