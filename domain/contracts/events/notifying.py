"""Facts about notification rules, report schedules and what was delivered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from domain.contracts.identifiers import DeliveryId, IncidentId, NotificationRuleId, ReportScheduleId, UserId
from domain.contracts.notifying import Channel, NotificationTerms, Occasion, ReportTerms
from domain.contracts.personal import Personal

OF_THE_RECIPIENT: Final = Personal("recipient")
"""Texts to a person, and what a channel says about them: it repeats their address."""


@dataclass(frozen=True, slots=True)
class NotificationRuleDefined:
    rule_id: NotificationRuleId
    terms: NotificationTerms


@dataclass(frozen=True, slots=True)
class NotificationRuleChanged:
    """All the terms, after a change."""

    rule_id: NotificationRuleId
    terms: NotificationTerms


@dataclass(frozen=True, slots=True)
class NotificationRuleRemoved:
    rule_id: NotificationRuleId


@dataclass(frozen=True, slots=True)
class ReportScheduleDefined:
    schedule_id: ReportScheduleId
    terms: ReportTerms


@dataclass(frozen=True, slots=True)
class ReportScheduleChanged:
    """All the terms, after a change."""

    schedule_id: ReportScheduleId
    terms: ReportTerms


@dataclass(frozen=True, slots=True)
class ReportScheduleRemoved:
    schedule_id: ReportScheduleId


@dataclass(frozen=True, slots=True)
class DeliveryRequested:
    """One message to one person by one channel.

    about         what it tells, once; with channel and recipient it names the delivery (`identifiers.delivery_id`)
    rule_id       the notification rule that asked for it, or
    schedule_id   the report schedule
    text          as it is sent
    """

    delivery_id: DeliveryId
    channel: Channel
    recipient: UserId
    occasion: Occasion
    about: str
    incident_id: IncidentId | None
    rule_id: NotificationRuleId | None
    schedule_id: ReportScheduleId | None
    text: Annotated[str, OF_THE_RECIPIENT]


@dataclass(frozen=True, slots=True)
class DeliverySent:
    """The channel took it (R127): a terminal state. receipt: the channel's own name for the message, if it gave one."""

    attempt: int
    receipt: Annotated[str | None, OF_THE_RECIPIENT]


@dataclass(frozen=True, slots=True)
class DeliveryFailed:
    """An attempt failed. retry_at: when the next one is due; None: there is none."""

    attempt: int
    reason: Annotated[str, OF_THE_RECIPIENT]
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryGivenUp:
    """It will not be sent: the other terminal state."""

    attempts: int
    reason: Annotated[str, OF_THE_RECIPIENT]


NotificationRuleEvent = NotificationRuleDefined | NotificationRuleChanged | NotificationRuleRemoved
ReportScheduleEvent = ReportScheduleDefined | ReportScheduleChanged | ReportScheduleRemoved
DeliveryEvent = DeliveryRequested | DeliverySent | DeliveryFailed | DeliveryGivenUp
NotifyingEvent = NotificationRuleEvent | ReportScheduleEvent | DeliveryEvent

NOTIFYING_EVENTS: Final[dict[str, type[Any]]] = {
    "notification.defined.v1": NotificationRuleDefined,
    "notification.changed.v1": NotificationRuleChanged,
    "notification.removed.v1": NotificationRuleRemoved,
    "report.defined.v1": ReportScheduleDefined,
    "report.changed.v1": ReportScheduleChanged,
    "report.removed.v1": ReportScheduleRemoved,
    "delivery.requested.v1": DeliveryRequested,
    "delivery.sent.v1": DeliverySent,
    "delivery.failed.v1": DeliveryFailed,
    "delivery.given_up.v1": DeliveryGivenUp,
}
