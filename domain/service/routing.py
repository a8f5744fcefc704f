"""Which aggregate a command is for, and how its decider is asked. One entry for each group of commands."""

from datetime import datetime
from typing import assert_never

from domain import (
    dataset,
    delivery,
    incident,
    journal,
    licence,
    model,
    notification,
    recording,
    report,
    role,
    sample,
    user,
)
from domain.contracts.commands import (
    AddSample,
    AssignSplit,
    CameraCommand,
    DeliveryCommand,
    FreezeVersion,
    IncidentCommand,
    JournalCommand,
    LicenceCommand,
    ModelCommand,
    NotificationRuleCommand,
    Order,
    RecordingCommand,
    ReportScheduleCommand,
    RoleCommand,
    RuleCommand,
    UserCommand,
    ZoneCommand,
)
from domain.contracts.events import SampleAdded
from domain.service.folding import fold, fold_incident, fold_plant
from domain.service.ledger import Fold


def route(order: Order, at: datetime) -> tuple[str, Fold]:
    """The aggregate's id, and the decision on its history at the time `at`."""
    c = order.command
    if isinstance(c, IncidentCommand):
        return str(c.incident_id), fold_incident(c, incident.Acting(order.by))
    if isinstance(c, CameraCommand):
        return c.camera_id, fold_plant(c, at)
    if isinstance(c, ZoneCommand):
        return c.zone_id, fold_plant(c, at)
    if isinstance(c, RuleCommand):
        return c.rule_id, fold_plant(c, at)
    if isinstance(c, RoleCommand):
        return c.role_id, _role(c)
    if isinstance(c, UserCommand):
        return str(c.user_id), _user(c, order)
    if isinstance(c, JournalCommand):
        return journal.journal_id(c.user_id, order.at), _journal(c)
    if isinstance(c, NotificationRuleCommand):
        return c.rule_id, _notification(c)
    if isinstance(c, ReportScheduleCommand):
        return c.schedule_id, _report(c)
    if isinstance(c, DeliveryCommand):
        return str(c.delivery_id), _delivery(c, at)
    if isinstance(c, LicenceCommand):
        return c.licence_id, _licence(c, at)
    if isinstance(c, AddSample):
        return sample.sample_id(c.dataset_id, c.sha256), _sample(c)
    if isinstance(c, AssignSplit | FreezeVersion):
        return c.dataset_id, _dataset(c)
    if isinstance(c, ModelCommand):
        return c.model_id, _model(c, at)
    if isinstance(c, RecordingCommand):
        return str(c.recording_id), _recording(c, recording.Asking(order.by, at))
    assert_never(c)


def _role(command: RoleCommand) -> Fold:
    new: role.State = role.Absent()
    return fold(new, role.evolve, lambda state: role.decide(command, state))


def _user(command: UserCommand, order: Order) -> Fold:
    new: user.State = user.Absent()
    return fold(new, user.evolve, lambda state: user.decide(command, state, order.by, order.person))


def _journal(command: JournalCommand) -> Fold:
    return lambda _: [*journal.decide(command)]


def _notification(command: NotificationRuleCommand) -> Fold:
    new: notification.State = notification.Absent()
    return fold(new, notification.evolve, lambda state: notification.decide(command, state))


def _report(command: ReportScheduleCommand) -> Fold:
    new: report.State = report.Absent()
    return fold(new, report.evolve, lambda state: report.decide(command, state))


def _delivery(command: DeliveryCommand, at: datetime) -> Fold:
    new: delivery.State = delivery.Absent()
    return fold(new, delivery.evolve, lambda state: delivery.decide(command, state, at))


def _licence(command: LicenceCommand, at: datetime) -> Fold:
    new: licence.State = licence.Absent()
    return fold(new, licence.evolve, lambda state: licence.decide(command, state, at))


def _sample(command: AddSample) -> Fold:
    new: SampleAdded | None = None
    return fold(new, sample.evolve, lambda newest: sample.decide(command, newest))


def _dataset(command: AssignSplit | FreezeVersion) -> Fold:
    return fold(dataset.State(), dataset.evolve, lambda state: dataset.decide(command, state))


def _model(command: ModelCommand, at: datetime) -> Fold:
    return fold(model.State(), model.evolve, lambda state: model.decide(command, state, at))


def _recording(command: RecordingCommand, asking: recording.Asking) -> Fold:
    new: recording.State = recording.Absent()
    return fold(new, recording.evolve, lambda state: recording.decide(command, state, asking))
