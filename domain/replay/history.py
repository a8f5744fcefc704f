"""What EVENTS tells replay: the plant's rules and zones over time, and the incidents as they were recorded."""

from collections.abc import Iterable, Iterator

from domain.contracts.events import Event, IncidentClosed, IncidentOpened, ScoreRaised, decode_event
from domain.contracts.subjects import EVENTS, INCIDENT, RULE, ZONE, event_subject
from domain.replay.incidents import Incident, after
from domain.rules.timeline import Timeline
from infra.eventstore.envelope import TOPIC
from infra.nats.bridge import Bridge
from infra.nats.walking import walk


def plant_events(bridge: Bridge) -> list[Event]:
    """The events of all zones, then of all rules, as the service reads them. Raises EventUnknown, NatsAdapterError."""
    return [event for context in (ZONE, RULE) for _, event in _events(bridge, context)]


def timeline_of(events: Iterable[Event]) -> Timeline:
    timeline = Timeline()
    for event in events:
        timeline.add(event)
    return timeline


def recorded_incidents(bridge: Bridge, until: int) -> list[Incident]:
    """The incidents in EVENTS as they stood when detections up to the position `until` had been folded.

    Later findings are left out; what persons said is as it is now. Raises EventUnknown, NatsAdapterError
    """
    found: dict[str, Incident] = {}
    for subject, event in _events(bridge, INCIDENT):
        if isinstance(event, IncidentOpened | ScoreRaised | IncidentClosed) and event.detections_to > until:
            continue
        incident = after(found.get(subject), event)
        if incident is not None:
            found[subject] = incident
    return list(found.values())


def _events(bridge: Bridge, context: str) -> Iterator[tuple[str, Event]]:
    for message in walk(bridge, EVENTS, event_subject(context, ">")):
        yield message.subject, decode_event(message.headers[TOPIC], message.data).event
