"""Projection `notifying`: notification rules, report schedules, and what was sent to whom (R123 to R127)."""

from collections.abc import Iterator
from typing import Any, Final

from psycopg.types.json import Jsonb

from domain.contracts import codec
from domain.contracts.events import (
    DeliveryFailed,
    DeliveryGivenUp,
    DeliveryRequested,
    DeliverySent,
    NotificationRuleChanged,
    NotificationRuleDefined,
    NotificationRuleRemoved,
    ReportScheduleChanged,
    ReportScheduleDefined,
    ReportScheduleRemoved,
)
from domain.contracts.subjects import DELIVERY, NOTIFICATION, REPORT
from projections.projection import Projected
from projections.singly import Singly
from projections.statements import Statement, statements

SQL: Final = statements("notifying")


class Notifying(Singly):
    """A statement for each event. A delivery names its recipient by id; the words of the message stay in EVENTS."""

    name = "notifying"
    contexts = (NOTIFICATION, REPORT, DELIVERY)
    tables = ("notification_rule", "report_schedule", "delivery")
    sql = SQL

    def statements(self, event: Projected) -> Iterator[Statement]:
        return _statements(event)


def _statements(event: Projected) -> Iterator[Statement]:
    fact = event.envelope.event
    plain: dict[str, Any] = codec.to_plain(fact)
    plain |= {"id": event.aggregate_id, "position": event.position, "at": event.envelope.at}
    match fact:
        case NotificationRuleDefined() | NotificationRuleChanged():
            yield SQL["rule"], plain | {"name": fact.terms.name, "terms": Jsonb(plain["terms"])}
        case NotificationRuleRemoved():
            yield SQL["rule_removed"], plain
        case ReportScheduleDefined() | ReportScheduleChanged():
            yield SQL["schedule"], plain | {"name": fact.terms.name, "terms": Jsonb(plain["terms"])}
        case ReportScheduleRemoved():
            yield SQL["schedule_removed"], plain
        case DeliveryRequested():
            yield SQL["requested"], plain
        case DeliverySent():
            yield SQL["sent"], plain
        case DeliveryFailed():
            yield SQL["failed"], plain
        case DeliveryGivenUp():
            yield SQL["given_up"], plain
