"""All events, and the names under which they are stored. A name is a contract for ever; classes may move."""

from typing import Any, Final

from domain.contracts.events.access import ACCESS_EVENTS, AccessEvent
from domain.contracts.events.incident import INCIDENT_EVENTS, IncidentEvent
from domain.contracts.events.learning import LEARNING_EVENTS, LearningEvent
from domain.contracts.events.licence import LICENCE_EVENTS, LicenceEvent
from domain.contracts.events.notifying import NOTIFYING_EVENTS, NotifyingEvent
from domain.contracts.events.plant import PLANT_EVENTS, PlantEvent
from domain.contracts.events.recording import RECORDING_EVENTS, RecordingEvent

Event = IncidentEvent | PlantEvent | AccessEvent | NotifyingEvent | LicenceEvent | LearningEvent | RecordingEvent

NAMES: Final[dict[str, type[Any]]] = {
    **INCIDENT_EVENTS,
    **PLANT_EVENTS,
    **ACCESS_EVENTS,
    **NOTIFYING_EVENTS,
    **LICENCE_EVENTS,
    **LEARNING_EVENTS,
    **RECORDING_EVENTS,
}
"""Stored name to class: the newest version of each. Older versions come in through upcasters."""

_NAME_OF: Final = {cls: name for name, cls in NAMES.items()}


def event_name(event: Event) -> str:
    return _NAME_OF[type(event)]
