"""What may be asked of a machine's teaching, and what its process reports."""

from dataclasses import dataclass
from typing import Any, Final

from domain.contracts.identifiers import TeachingId, ZoneId
from domain.contracts.machines import TaughtAspect, TaughtState, TeachingFailure
from domain.contracts.subjects import ZONE


@dataclass(frozen=True, slots=True)
class TeachMachine:
    """A classifier is to be trained from the pictures of the machine in a zone."""

    zone_id: ZoneId
    teaching_id: TeachingId


@dataclass(frozen=True, slots=True)
class ReportMachineTaught:
    """See MachineTaught for the fields."""

    zone_id: ZoneId
    teaching_id: TeachingId
    digest: str
    pictures: int
    states: tuple[TaughtState, ...]
    aspects: tuple[TaughtAspect, ...]


@dataclass(frozen=True, slots=True)
class ReportMachineNotTaught:
    """See MachineNotTaught for the fields."""

    zone_id: ZoneId
    teaching_id: TeachingId
    failure: TeachingFailure
    state: str | None = None
    pictures: int | None = None


TeachingCommand = TeachMachine | ReportMachineTaught | ReportMachineNotTaught

TEACHING_COMMANDS: Final[dict[str, type[Any]]] = {
    "teach_machine": TeachMachine,
    "report_machine_taught": ReportMachineTaught,
    "report_machine_not_taught": ReportMachineNotTaught,
}
TEACHING_CONTEXT: Final[dict[type[Any], str]] = dict.fromkeys(TEACHING_COMMANDS.values(), ZONE)
