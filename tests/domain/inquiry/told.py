"""Given what was recorded when, when asked as known at a moment, then this was known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.contracts.events import (
    CameraEvent,
    CameraRegistered,
    Envelope,
    Event,
    IncidentEvent,
    RuleEvent,
    ZoneEvent,
    event_name,
)
from domain.contracts.identifiers import CommandId
from domain.contracts.known import KnownIncident, NotKnownYet
from domain.inquiry.knowing import EVERYTHING, EventPage, incident_known
from domain.inquiry.recorded import Recorded
from domain.inquiry.surroundings import Surroundings
from tests.domain.samples import YARD, danger_rule, second, zone

CAMERA = CameraRegistered(YARD, "Двор", "rtsp://10.0.0.1/1", 10.0, 1280, True)
NOW = second(100_000)


def recorded(at_s: float, event: Event, position: int = 0, by: str = "rules") -> Recorded:
    """The event as it was recorded at_s seconds after T0."""
    return Recorded(position, event_name(event), Envelope(second(at_s), by, CommandId("c"), event))


@dataclass(frozen=True)
class History:
    """Events of all kinds in the order of EVENTS."""

    events: Sequence[Recorded]
    asked: list[Recorded] = field(default_factory=list)

    def of(self, kind: object) -> list[Recorded]:
        return [each for each in self.events if isinstance(each.event, kind)]  # type: ignore[arg-type]

    def around(self) -> Surroundings:
        return Surroundings(self.of(CameraEvent), self.of(RuleEvent), self.of(ZoneEvent))

    def when_asked(self, at: datetime | None = None, page: EventPage = EVERYTHING) -> KnownIncident | NotKnownYet:
        return incident_known(self.of(IncidentEvent), self.around(), at, NOW, page)

    def known(self, at_s: float | None = None, page: EventPage = EVERYTHING) -> KnownIncident:
        answer = self.when_asked(None if at_s is None else second(at_s), page)
        assert isinstance(answer, KnownIncident)
        return answer


def given(*facts: tuple[float, Event] | tuple[float, Event, str]) -> History:
    """Recorded in this order: seconds after T0, event, by whom."""
    return History([recorded(fact[0], fact[1], n, *fact[2:]) for n, fact in enumerate(facts, 1)])


PLANT = ((-60.0, CAMERA), (-59.0, zone()), (-58.0, danger_rule()))
