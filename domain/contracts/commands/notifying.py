"""What may be asked of notification rules and report schedules, and what the notifier reports of deliveries."""

from dataclasses import dataclass
from typing import Any, Final

from domain.contracts.identifiers import DeliveryId, IncidentId, NotificationRuleId, ReportScheduleId, UserId
from domain.contracts.notifying import Channel, NotificationTerms, Occasion, ReportTerms
from domain.contracts.subjects import DELIVERY, NOTIFICATION, REPORT


@dataclass(frozen=True, slots=True)
class DefineNotificationRule:
    rule_id: NotificationRuleId
    terms: NotificationTerms


@dataclass(frozen=True, slots=True)
class ChangeNotificationRule:
    rule_id: NotificationRuleId
    terms: NotificationTerms


@dataclass(frozen=True, slots=True)
class RemoveNotificationRule:
    rule_id: NotificationRuleId


@dataclass(frozen=True, slots=True)
class DefineReportSchedule:
    schedule_id: ReportScheduleId
    terms: ReportTerms


@dataclass(frozen=True, slots=True)
class ChangeReportSchedule:
    schedule_id: ReportScheduleId
    terms: ReportTerms


@dataclass(frozen=True, slots=True)
class RemoveReportSchedule:
    schedule_id: ReportScheduleId


@dataclass(frozen=True, slots=True)
class RequestDelivery:
    """delivery_id: `identifiers.delivery_id` of about, channel and recipient; see DeliveryRequested for the fields."""

    delivery_id: DeliveryId
    channel: Channel
    recipient: UserId
    occasion: Occasion
    about: str
    text: str
    incident_id: IncidentId | None = None
    rule_id: NotificationRuleId | None = None
    schedule_id: ReportScheduleId | None = None


@dataclass(frozen=True, slots=True)
class ReportSent:
    """attempt: 1 for the first."""

    delivery_id: DeliveryId
    attempt: int
    receipt: str | None = None


@dataclass(frozen=True, slots=True)
class ReportFailed:
    """final: the channel says that no repetition will help, such as an address that does not exist."""

    delivery_id: DeliveryId
    attempt: int
    reason: str
    final: bool = False


@dataclass(frozen=True, slots=True)
class GiveUpDelivery:
    """It is no use any more: too old, or the recipient left."""

    delivery_id: DeliveryId
    reason: str


NotificationRuleCommand = DefineNotificationRule | ChangeNotificationRule | RemoveNotificationRule
ReportScheduleCommand = DefineReportSchedule | ChangeReportSchedule | RemoveReportSchedule
DeliveryCommand = RequestDelivery | ReportSent | ReportFailed | GiveUpDelivery
NotifyingCommand = NotificationRuleCommand | ReportScheduleCommand | DeliveryCommand

NOTIFYING_COMMANDS: Final[dict[str, type[Any]]] = {
    "define_notification_rule": DefineNotificationRule,
    "change_notification_rule": ChangeNotificationRule,
    "remove_notification_rule": RemoveNotificationRule,
    "define_report_schedule": DefineReportSchedule,
    "change_report_schedule": ChangeReportSchedule,
    "remove_report_schedule": RemoveReportSchedule,
    "request_delivery": RequestDelivery,
    "report_sent": ReportSent,
    "report_failed": ReportFailed,
    "give_up_delivery": GiveUpDelivery,
}
NOTIFYING_CONTEXT: Final[dict[type[Any], str]] = {
    **dict.fromkeys((DefineNotificationRule, ChangeNotificationRule, RemoveNotificationRule), NOTIFICATION),
    **dict.fromkeys((DefineReportSchedule, ChangeReportSchedule, RemoveReportSchedule), REPORT),
    **dict.fromkeys((RequestDelivery, ReportSent, ReportFailed, GiveUpDelivery), DELIVERY),
}
