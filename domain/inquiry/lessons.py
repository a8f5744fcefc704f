"""Who taught the machines' classifiers that looked at an incident's frames (R57-R60, docs/adr/0025). Pure."""

from collections.abc import Sequence

from domain.contracts.detections import ModelRef
from domain.contracts.events.machines import MachineTaught, MachineTeachingAsked
from domain.contracts.identifiers import machine_model
from domain.contracts.passport import MachineLesson
from domain.inquiry.recorded import Recorded


def lessons_of(zones: Sequence[Recorded], models: Sequence[ModelRef]) -> tuple[MachineLesson, ...]:
    """In the order of the models; none for those that were taught by the command.

    zones   all events of the zones that the rule ever named, each zone's in its order
    """
    found: dict[ModelRef, MachineLesson] = {}
    asked: dict[object, str] = {}
    for each in zones:
        match each.event:
            case MachineTeachingAsked(_, teaching_id, _):
                asked[teaching_id] = each.envelope.by
            case MachineTaught(zone_id, teaching_id, digest, pictures):
                model = ModelRef(machine_model(zone_id), digest)
                lesson = MachineLesson(digest, asked.get(teaching_id, each.envelope.by), each.at, pictures)
                found.setdefault(model, lesson)
    return tuple(found[model] for model in models if model in found)
