"""What a user did that changed nothing: signed in, looked at evidence, took a report away. Called by domain.service.

One aggregate for each user and day, so that neither a long life nor a busy day makes a command slow. It has no state:
each act is a fact of its own, and only its fields can be wrong. Whether the person might was decided before they did.
"""

from datetime import UTC, datetime
from ipaddress import ip_address
from typing import assert_never

from domain.contracts.commands import (
    JournalCommand,
    RecordEvidenceView,
    RecordFailedSignIn,
    RecordReportExport,
    RecordSignIn,
)
from domain.contracts.events import EvidenceViewed, JournalEvent, ReportExported, SignedIn, SignInFailed
from domain.contracts.identifiers import UserId
from domain.fields import require, require_aware, require_sha256


def journal_id(user_id: UserId, at: datetime) -> str:
    """The aggregate of the user's acts on the day (UTC) of `at`."""
    return f"{user_id}-{at.astimezone(UTC):%Y%m%d}"


def decide(command: JournalCommand) -> list[JournalEvent]:
    """The act as a fact. Raises FieldRefused."""
    match command:
        case RecordSignIn(user_id, address):
            return [SignedIn(user_id, _checked_address(address))]
        case RecordFailedSignIn(user_id, reason, address):
            return [SignInFailed(user_id, reason, _checked_address(address))]
        case RecordEvidenceView(user_id, incident_id, kind):
            return [EvidenceViewed(user_id, incident_id, kind)]
        case RecordReportExport():
            return [_exported(command)]
    assert_never(command)


def _exported(c: RecordReportExport) -> ReportExported:
    require_aware("period_from", c.period_from)
    require_aware("period_to", c.period_to)
    require(c.period_from < c.period_to, "period_to", "a time after period_from")
    require(c.rows >= 0, "rows", "0 or more")
    require_sha256("sha256", c.sha256)
    return ReportExported(c.user_id, c.report, c.format, c.period_from, c.period_to, c.rows, c.sha256)


def _checked_address(address: str) -> str:
    try:
        return str(ip_address(address))
    except ValueError:
        require(False, "address", "an IP address")
        raise
