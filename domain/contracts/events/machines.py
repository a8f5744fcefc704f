"""Facts about the teaching of machines."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain.contracts.identifiers import TeachingId, ZoneId
from domain.contracts.machines import TaughtAspect, TaughtState, TeachingFailure


@dataclass(frozen=True, slots=True)
class MachineTeachingAsked:
    """A person wants the machine in the zone taught from its pictures as they are then."""

    zone_id: ZoneId
    teaching_id: TeachingId
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class MachineTaught:
    """A classifier was trained and is in force.

    digest    sha256 of its file, by which later facts name it
    pictures  all that it was trained on, those that say nothing too
    """

    zone_id: ZoneId
    teaching_id: TeachingId
    digest: str
    pictures: int
    states: tuple[TaughtState, ...]
    aspects: tuple[TaughtAspect, ...]


@dataclass(frozen=True, slots=True)
class MachineNotTaught:
    """The pictures did not suffice; what was in force before still is.

    state, pictures   which state it is about, and how many pictures of it there were
    """

    zone_id: ZoneId
    teaching_id: TeachingId
    failure: TeachingFailure
    state: str | None
    pictures: int | None


TeachingEvent = MachineTeachingAsked | MachineTaught | MachineNotTaught

TEACHING_EVENTS: Final[dict[str, type[Any]]] = {
    "zone.teaching_asked.v1": MachineTeachingAsked,
    "zone.machine_taught.v1": MachineTaught,
    "zone.machine_not_taught.v1": MachineNotTaught,
}
