"""The incidents that the same detections give when nobody disturbs: the rules and the decider, in memory."""

from collections.abc import Iterable
from typing import Any

from domain import incident
from domain.contracts.detections import decode
from domain.contracts.events import IncidentClosed, IncidentOpened, ScoreRaised
from domain.contracts.identifiers import CameraId
from domain.contracts.subjects import INCIDENT, event_subject
from domain.replay.history import plant_events, timeline_of
from domain.rules.engine import CameraFold
from domain.service.rules_loop import as_command
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage

RULES = incident.Acting("rules")


def undisturbed(bridge: Bridge, detections: Iterable[StoredMessage]) -> dict[str, list[Any]]:
    """Subject to what the rules say of that incident, verdicts left out: a person may have spoken before them."""
    timeline = timeline_of(plant_events(bridge))
    folds: dict[CameraId, CameraFold] = {}
    states: dict[str, incident.State] = {}
    facts: dict[str, list[Any]] = {}
    for message in detections:
        camera = CameraId(message.subject.partition(".")[2])
        frame = decode(camera, message.data)
        fold = folds.setdefault(camera, CameraFold())
        for finding in fold.observe(frame, message.sequence, timeline.rules(camera, frame.captured_at_us)):
            incident_id, _, command = as_command(finding)
            subject = event_subject(INCIDENT, str(incident_id))
            for event in incident.decide(command, states.get(subject, incident.Absent()), RULES):
                states[subject] = incident.evolve(states.get(subject, incident.Absent()), event)
                if isinstance(event, IncidentOpened | ScoreRaised | IncidentClosed):
                    facts.setdefault(subject, []).append(event)
    return facts
