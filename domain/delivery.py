"""The delivery: one message to one person by one channel. Pure `decide` and `evolve`, called by domain.service only.

It ends in exactly one of two states: sent, or given up (FAULTS I6). A failure is answered with a later attempt until
there were enough; each is a fact with its reason.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, assert_never

from domain.contracts.commands import (
    DeliveryCommand,
    GiveUpDelivery,
    ReportFailed,
    ReportSent,
    RequestDelivery,
)
from domain.contracts.events import (
    DeliveryEvent,
    DeliveryFailed,
    DeliveryGivenUp,
    DeliveryRequested,
    DeliverySent,
)
from domain.contracts.identifiers import delivery_id
from domain.fields import require, require_text
from domain.refusals import Refusal

ATTEMPTS: Final = 6
FIRST_PAUSE: Final = timedelta(seconds=30)
"""Before the second attempt; it doubles with each: the sixth comes a quarter of an hour after the first."""

LONGEST_TEXT = 4000
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Absent:
    """Nobody asked for it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """attempts: that failed so far"""

    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """A terminal state."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A terminal state."""


State = Absent | Waiting | Sent | GivenUp


class DeliveryUnknown(Refusal):
    """There is no such delivery."""

    code = "delivery_unknown"


class DeliveryEnded(Refusal):
    """The delivery has ended, it is sent or given up."""

    code = "delivery_ended"


def decide(command: DeliveryCommand, state: State, at: datetime) -> list[DeliveryEvent]:
    """The events that a command causes at the time `at`; none when it was done already. Raises a Refusal.

    An attempt that seemed to have failed may still be reported as sent: the channel's word comes late.
    """
    if isinstance(command, RequestDelivery):
        return _request(command, state)
    match state:
        case Absent():
            raise DeliveryUnknown("there is no such delivery")
        case Sent():
            return _again(isinstance(command, ReportSent), "it was sent")
        case GivenUp():
            return _again(isinstance(command, GiveUpDelivery), "it was given up")
        case Waiting():
            return _end_or_retry(command, state, at)
    assert_never(state)


def _again(same: bool, ended: str) -> list[DeliveryEvent]:
    if not same:
        raise DeliveryEnded(ended)
    return []


def _request(c: RequestDelivery, state: State) -> list[DeliveryEvent]:
    if not isinstance(state, Absent):
        return []  # a replay of what it tells asks again
    require_text("about", c.about)
    require(c.delivery_id == delivery_id(c.about, c.channel, c.recipient), "delivery_id", "that of its other fields")
    require((c.rule_id is None) != (c.schedule_id is None), "rule_id", "a notification rule or a report schedule")
    require_text("text", c.text, LONGEST_TEXT)
    return [
        DeliveryRequested(
            delivery_id=c.delivery_id,
            channel=c.channel,
            recipient=c.recipient,
            occasion=c.occasion,
            about=c.about,
            incident_id=c.incident_id,
            rule_id=c.rule_id,
            schedule_id=c.schedule_id,
            text=c.text,
        )
    ]


def _end_or_retry(
    command: ReportSent | ReportFailed | GiveUpDelivery, state: Waiting, at: datetime
) -> list[DeliveryEvent]:
    match command:
        case ReportSent(_, attempt, receipt):
            require(1 <= attempt <= state.attempts + 1, "attempt", f"1 to {state.attempts + 1}")
            return [DeliverySent(attempt, receipt)]
        case ReportFailed():
            return _fail(command, state, at)
        case GiveUpDelivery(_, reason):
            require_text("reason", reason, LONGEST_REASON)
            return [DeliveryGivenUp(state.attempts, reason)]
    assert_never(command)


def _fail(c: ReportFailed, state: Waiting, at: datetime) -> list[DeliveryEvent]:
    if 1 <= c.attempt <= state.attempts:
        return []
    require(c.attempt == state.attempts + 1, "attempt", f"{state.attempts + 1}, the next one,")
    require_text("reason", c.reason, LONGEST_REASON)
    if c.final or c.attempt >= ATTEMPTS:
        return [DeliveryFailed(c.attempt, c.reason, None), DeliveryGivenUp(c.attempt, c.reason)]
    return [DeliveryFailed(c.attempt, c.reason, at + FIRST_PAUSE * 2 ** (c.attempt - 1))]


def evolve(state: State, event: DeliveryEvent) -> State:
    """The state after a fact; never refuses. What has ended stays as it ended."""
    if isinstance(state, Sent | GivenUp):
        return state
    match event:
        case DeliveryRequested():
            return Waiting()
        case DeliverySent():
            return Sent()
        case DeliveryFailed(attempt=attempt):
            return replace(state, attempts=attempt) if isinstance(state, Waiting) else state
        case DeliveryGivenUp():
            return GivenUp()
    assert_never(event)
