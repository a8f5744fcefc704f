"""Who is told what, when and how: words for notification rules, report schedules and deliveries."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from domain.contracts.access import Scope
from domain.contracts.identifiers import RoleId
from domain.contracts.plant import RuleKind, Schedule


class Channel(StrEnum):
    """How a person is reached (R123, R124)."""

    EMAIL = "email"
    SMS = "sms"
    TELEGRAM = "telegram"
    IN_APP = "in_app"


class Occasion(StrEnum):
    """What a person is told about (R126, R129, R146, R152)."""

    VIOLATION = "violation"
    REVIEW = "review"
    CAMERA_SILENT = "camera_silent"
    PROCESS_FAILED = "process_failed"
    LOAD_TOO_HIGH = "load_too_high"
    STORE_NEARLY_FULL = "store_nearly_full"
    LICENCE_EXPIRES = "licence_expires"
    REPORT = "report"


class Severity(StrEnum):
    """How urgent; quiet hours hold back all but alarms."""

    NOTICE = "notice"
    WARNING = "warning"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class NotificationTerms:
    """What a notification rule says (R125, R126).

    roles           recipients: whoever holds one of them
    scope           cameras whose occasions count; occasions without a camera always do
    at_least        occasions below this severity are not sent
    min_interval_s  at most one message per recipient and camera in so many seconds; what came between is counted in it
    quiet_hours     then only alarms are sent; None: there are none
    """

    name: str
    occasions: tuple[Occasion, ...]
    roles: tuple[RoleId, ...]
    channels: tuple[Channel, ...]
    scope: Scope
    at_least: Severity
    min_interval_s: float
    quiet_hours: Schedule | None


class ReportKind(StrEnum):
    """R108, R114."""

    VIOLATIONS = "violations"
    COVERAGE = "coverage"
    SYSTEM = "system"
    AUDIT = "audit"


class ReportFormat(StrEnum):
    """R112."""

    PDF = "pdf"
    CSV = "csv"


class Recurrence(StrEnum):
    """How often a report comes, and with it the period that it covers: the last whole day, week or month."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class ReportTerms:
    """What a report schedule says (R109, R112, R113).

    tz, at            the wall time at which it is made (IANA name of the time zone)
    weekday           0 (Monday) to 6, for a weekly one
    day_of_month      1 to 28, for a monthly one
    kinds             rule kinds that it lists; none: all
    false_positives   whether they are listed too (R103)
    """

    name: str
    report: ReportKind
    formats: tuple[ReportFormat, ...]
    recurrence: Recurrence
    tz: str
    at: time
    weekday: int | None
    day_of_month: int | None
    scope: Scope
    kinds: tuple[RuleKind, ...]
    false_positives: bool
    roles: tuple[RoleId, ...]
    channels: tuple[Channel, ...]
