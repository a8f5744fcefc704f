"""The report schedule: which report goes to whom, when. Pure `decide` and `evolve`, called by domain.service only."""

from dataclasses import dataclass
from typing import assert_never

from domain.contracts.commands import (
    ChangeReportSchedule,
    DefineReportSchedule,
    RemoveReportSchedule,
    ReportScheduleCommand,
)
from domain.contracts.events import (
    ReportScheduleChanged,
    ReportScheduleDefined,
    ReportScheduleEvent,
    ReportScheduleRemoved,
)
from domain.contracts.identifiers import ReportScheduleId
from domain.contracts.notifying import Recurrence, ReportTerms
from domain.contracts.plant import Schedule
from domain.fields import require, require_different, require_schedule, require_scope, require_slug, require_text
from domain.refusals import NameTaken, Refusal


@dataclass(frozen=True, slots=True)
class Absent:
    """No such schedule, or not any more."""

    removed: bool = False


@dataclass(frozen=True, slots=True)
class Defined:
    terms: ReportTerms


State = Absent | Defined


class ReportScheduleUnknown(Refusal):
    """There is no such report schedule."""

    code = "report_schedule_unknown"


def decide(command: ReportScheduleCommand, state: State) -> list[ReportScheduleEvent]:
    """The events that a command causes; none when nothing changes. Raises a Refusal."""
    match command:
        case DefineReportSchedule(schedule_id, terms):
            return _define(schedule_id, terms, state)
        case ChangeReportSchedule(schedule_id, terms):
            if isinstance(state, Absent):
                raise ReportScheduleUnknown(f"there is no report schedule {schedule_id!r}")
            _check(terms)
            return [] if terms == state.terms else [ReportScheduleChanged(schedule_id, terms)]
        case RemoveReportSchedule(schedule_id):
            return _remove(schedule_id, state)
    assert_never(command)


def _define(schedule_id: ReportScheduleId, terms: ReportTerms, state: State) -> list[ReportScheduleEvent]:
    require_slug("schedule_id", schedule_id)
    _check(terms)
    match state:
        case Defined(known) if known == terms:
            return []
        case Defined():
            raise NameTaken(f"there is another report schedule {schedule_id!r}; change that one or take another name")
        case Absent():
            return [ReportScheduleDefined(schedule_id, terms)]
    assert_never(state)


def _remove(schedule_id: ReportScheduleId, state: State) -> list[ReportScheduleEvent]:
    match state:
        case Defined():
            return [ReportScheduleRemoved(schedule_id)]
        case Absent(removed=True):
            return []
        case Absent():
            raise ReportScheduleUnknown(f"there is no report schedule {schedule_id!r}")
    assert_never(state)


def _check(t: ReportTerms) -> None:
    require_text("name", t.name)
    require_different("formats", t.formats)
    require_schedule("tz", Schedule(t.tz, ()))
    _check_day(t)
    require_scope("scope", t.scope)
    require_different("kinds", t.kinds, least=0)
    require_different("roles", t.roles)
    for role in t.roles:
        require_slug("roles", role)
    require_different("channels", t.channels)


def _check_day(t: ReportTerms) -> None:
    weekly, monthly = t.recurrence is Recurrence.WEEKLY, t.recurrence is Recurrence.MONTHLY
    if weekly:
        require(t.weekday is not None and 0 <= t.weekday <= 6, "weekday", "0 (Monday) to 6")
    else:
        require(t.weekday is None, "weekday", "none but for a weekly report")
    if monthly:
        require(t.day_of_month is not None and 1 <= t.day_of_month <= 28, "day_of_month", "1 to 28")
    else:
        require(t.day_of_month is None, "day_of_month", "none but for a monthly report")


def evolve(_state: State, event: ReportScheduleEvent) -> State:
    """The state after a fact; never refuses."""
    match event:
        case ReportScheduleDefined(_, terms) | ReportScheduleChanged(_, terms):
            return Defined(terms)
        case ReportScheduleRemoved():
            return Absent(removed=True)
    assert_never(event)
