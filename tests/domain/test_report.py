"""Report schedules: defined once, changed knowingly, removed once; a wrong term is named."""

from dataclasses import replace
from datetime import time

import pytest

from domain import report
from domain.contracts.access import Scope
from domain.contracts.commands import (
    ChangeReportSchedule,
    DefineReportSchedule,
    RemoveReportSchedule,
    ReportScheduleCommand,
)
from domain.contracts.events import ReportScheduleChanged, ReportScheduleEvent, ReportScheduleRemoved
from domain.contracts.identifiers import ReportScheduleId, RoleId
from domain.contracts.notifying import Recurrence, ReportTerms
from domain.contracts.plant import RuleKind
from domain.fields import FieldRefused
from domain.refusals import NameTaken
from tests.domain.facts import SCHEDULE_DEFINED, WEEKLY
from tests.domain.scenario import Decider

NEW: report.State = report.Absent()
REPORT: Decider[ReportScheduleCommand, report.State, ReportScheduleEvent] = Decider(
    NEW, report.evolve, lambda command, state, _: report.decide(command, state)
)
given = REPORT.given

SHOP_WEEKLY = ReportScheduleId("shop-weekly")
LATER = replace(WEEKLY, at=time(9))
DEFINE = DefineReportSchedule(SHOP_WEEKLY, WEEKLY)
CHANGE = ChangeReportSchedule(SHOP_WEEKLY, LATER)
CHANGED = ReportScheduleChanged(SHOP_WEEKLY, LATER)
REMOVE = RemoveReportSchedule(SHOP_WEEKLY)
REMOVED = ReportScheduleRemoved(SHOP_WEEKLY)
DAILY = replace(WEEKLY, recurrence=Recurrence.DAILY, weekday=None)
MONTHLY = replace(WEEKLY, recurrence=Recurrence.MONTHLY, weekday=None, day_of_month=28)


@pytest.mark.parametrize("terms", [WEEKLY, DAILY, MONTHLY, replace(WEEKLY, kinds=())])
def test_a_schedule_is_defined_once(terms: ReportTerms) -> None:
    defined = replace(SCHEDULE_DEFINED, terms=terms)
    given().when(DefineReportSchedule(SHOP_WEEKLY, terms)).then(defined)
    given(defined).when(DefineReportSchedule(SHOP_WEEKLY, terms)).then()


def test_another_schedule_of_the_same_name_is_refused() -> None:
    given(SCHEDULE_DEFINED).refused(DefineReportSchedule(SHOP_WEEKLY, LATER), NameTaken, "shop-weekly")


def test_a_schedule_can_be_changed() -> None:
    given(SCHEDULE_DEFINED).when(CHANGE).then(CHANGED)
    given(SCHEDULE_DEFINED, CHANGED).when(CHANGE).then()


def test_a_schedule_is_removed_once_and_can_be_defined_again() -> None:
    given(SCHEDULE_DEFINED, CHANGED).when(REMOVE).then(REMOVED)
    given(SCHEDULE_DEFINED, REMOVED).when(REMOVE).then()
    given(SCHEDULE_DEFINED, REMOVED).when(DEFINE).then(SCHEDULE_DEFINED)


@pytest.mark.parametrize("command", [CHANGE, REMOVE])
def test_nothing_happens_to_a_schedule_that_is_not_there(command: ReportScheduleCommand) -> None:
    given().refused(command, report.ReportScheduleUnknown, "shop-weekly")


def test_a_removed_schedule_is_not_changed() -> None:
    given(SCHEDULE_DEFINED, REMOVED).refused(CHANGE, report.ReportScheduleUnknown)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (replace(WEEKLY, name=""), "name"),
        (replace(WEEKLY, formats=()), "formats"),
        (replace(WEEKLY, tz="Mars/Olympus"), "tz"),
        (replace(WEEKLY, weekday=None), "weekday"),
        (replace(WEEKLY, weekday=7), "weekday"),
        (replace(WEEKLY, day_of_month=1), "day_of_month"),
        (replace(DAILY, weekday=0), "weekday"),
        (replace(MONTHLY, day_of_month=None), "day_of_month"),
        (replace(MONTHLY, day_of_month=29), "day_of_month"),  # February has none
        (replace(WEEKLY, scope=Scope()), "scope"),
        (replace(WEEKLY, kinds=(RuleKind.NO_HELMET, RuleKind.NO_HELMET)), "kinds"),
        (replace(WEEKLY, roles=()), "roles"),
        (replace(WEEKLY, roles=(RoleId("a.b"),)), "roles"),
        (replace(WEEKLY, channels=()), "channels"),
    ],
)
def test_a_wrong_term_is_refused_by_name(terms: ReportTerms, field: str) -> None:
    given().refused(DefineReportSchedule(SHOP_WEEKLY, terms), FieldRefused, field)
    given(SCHEDULE_DEFINED).refused(ChangeReportSchedule(SHOP_WEEKLY, terms), FieldRefused, field)


def test_a_schedules_name_is_safe_in_a_subject() -> None:
    given().refused(DefineReportSchedule(ReportScheduleId("a.b"), WEEKLY), FieldRefused, "schedule_id")
