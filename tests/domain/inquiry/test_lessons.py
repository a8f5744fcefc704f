"""A passport says who taught the classifier that looked at a machine."""

from dataclasses import replace
from uuid import UUID

from domain.contracts.detections import ModelRef
from domain.contracts.events import Envelope, Event, event_name
from domain.contracts.identifiers import CommandId, TeachingId, machine_model
from domain.contracts.passport import MachineLesson
from domain.inquiry.lessons import lessons_of
from domain.inquiry.recorded import Recorded
from tests.domain.facts import MACHINE_TAUGHT, SHA, TEACHING_ASKED
from tests.domain.samples import PIT, second, zone

DETECTOR = ModelRef("yolo11n", "cd" * 32)
MACHINE = ModelRef(machine_model(PIT), SHA)


def recorded(position: int, by: str, event: Event) -> Recorded:
    return Recorded(position, event_name(event), Envelope(second(position), by, CommandId("c"), event))


ASKED = recorded(2, "anna", TEACHING_ASKED)
TAUGHT = recorded(3, "teacher", MACHINE_TAUGHT)
BY_ANNA = MachineLesson(SHA, "anna", second(3), MACHINE_TAUGHT.pictures)


def test_who_asked_for_it_taught_it() -> None:
    assert lessons_of([recorded(1, "boris", zone()), ASKED, TAUGHT], [DETECTOR, MACHINE]) == (BY_ANNA,)


def test_another_classifier_was_taught_by_somebody_else() -> None:
    again = TeachingId(UUID(int=7))
    later = [
        recorded(4, "boris", replace(TEACHING_ASKED, teaching_id=again)),
        recorded(5, "teacher", replace(MACHINE_TAUGHT, teaching_id=again, digest="ef" * 32)),
        recorded(6, "boris", TEACHING_ASKED),
        recorded(7, "teacher", MACHINE_TAUGHT),  # the same pictures make the same classifier: the first counts
    ]
    assert lessons_of([ASKED, TAUGHT, *later], [DETECTOR, MACHINE]) == (BY_ANNA,)


def test_what_the_command_taught_was_taught_by_nobody_who_is_known() -> None:
    assert lessons_of([ASKED, TAUGHT], [DETECTOR, replace(MACHINE, digest="01" * 32)]) == ()
    assert lessons_of([], [MACHINE]) == ()
