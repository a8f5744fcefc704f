"""Deliveries: asked for once, tried a few times, and ended in exactly one way (FAULTS I6)."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from domain import delivery
from domain.contracts.commands import DeliveryCommand, GiveUpDelivery, ReportFailed, ReportSent, RequestDelivery
from domain.contracts.events import (
    DeliveryEvent,
    DeliveryFailed,
    DeliveryGivenUp,
    DeliveryRequested,
    DeliverySent,
)
from domain.contracts.identifiers import DeliveryId, ReportScheduleId, delivery_id
from domain.contracts.notifying import Channel
from domain.delivery import ATTEMPTS, DeliveryEnded, DeliveryUnknown
from domain.fields import FieldRefused
from domain.refusals import Refusal
from tests.domain.facts import ABOUT, ANNA, BORIS, REQUESTED
from tests.domain.samples import T0, second
from tests.domain.scenario import Decider

NEW: delivery.State = delivery.Absent()
DELIVERY: Decider[DeliveryCommand, delivery.State, DeliveryEvent] = Decider(NEW, delivery.evolve, delivery.decide)
given = DELIVERY.given

ID = DeliveryId(REQUESTED.delivery_id)
REQUEST = RequestDelivery(
    delivery_id=ID,
    channel=Channel.EMAIL,
    recipient=ANNA,
    occasion=REQUESTED.occasion,
    about=ABOUT,
    text=REQUESTED.text,
    incident_id=REQUESTED.incident_id,
    rule_id=REQUESTED.rule_id,
)
SEND = ReportSent(ID, 1, "250 OK")
SENT = DeliverySent(1, "250 OK")
FAIL = ReportFailed(ID, 1, "421 busy")
FAILED = DeliveryFailed(1, "421 busy", second(30))
GIVE_UP = GiveUpDelivery(ID, "устарело")
GIVEN_UP = DeliveryGivenUp(0, "устарело")


def failures(count: int) -> tuple[DeliveryFailed, ...]:
    return tuple(replace(FAILED, attempt=n) for n in range(1, count + 1))


def test_a_delivery_is_asked_for_once() -> None:
    given().when(REQUEST).then(REQUESTED)
    for later in ((), (FAILED,), (SENT,), (GIVEN_UP,)):
        given(REQUESTED, *later).when(REQUEST).then()


def test_a_report_is_delivered_for_its_schedule() -> None:
    weekly = ReportScheduleId("shop-weekly")
    of_schedule = replace(REQUEST, incident_id=None, rule_id=None, schedule_id=weekly)
    given().when(of_schedule).then(replace(REQUESTED, incident_id=None, rule_id=None, schedule_id=weekly))


def test_the_channels_word_ends_it() -> None:
    given(REQUESTED).when(SEND).then(SENT)
    given(REQUESTED, SENT).when(SEND).then()


def test_a_failure_is_tried_again_later_and_later() -> None:
    given(REQUESTED).when(FAIL).then(FAILED)
    given(REQUESTED, FAILED).when(ReportFailed(ID, 2, "421 busy")).then(DeliveryFailed(2, "421 busy", second(60)))
    given(REQUESTED, *failures(4)).when(ReportFailed(ID, 5, "421 busy")).then(
        DeliveryFailed(5, "421 busy", T0 + timedelta(minutes=8))
    )


def test_a_failure_that_is_reported_again_is_the_same() -> None:
    given(REQUESTED, FAILED).when(FAIL).then()


def test_after_enough_attempts_it_is_given_up() -> None:
    last = ReportFailed(ID, ATTEMPTS, "421 busy")
    given(REQUESTED, *failures(ATTEMPTS - 1)).when(last).then(
        DeliveryFailed(ATTEMPTS, "421 busy", None), DeliveryGivenUp(ATTEMPTS, "421 busy")
    )


def test_it_is_given_up_at_once_when_no_repetition_will_help() -> None:
    final = ReportFailed(ID, 1, "550 no such mailbox", final=True)
    given(REQUESTED).when(final).then(
        DeliveryFailed(1, "550 no such mailbox", None), DeliveryGivenUp(1, "550 no such mailbox")
    )


def test_it_can_be_given_up_by_word() -> None:
    given(REQUESTED).when(GIVE_UP).then(GIVEN_UP)
    given(REQUESTED, FAILED).when(GIVE_UP).then(DeliveryGivenUp(1, "устарело"))
    given(REQUESTED, GIVEN_UP).when(GIVE_UP).then()


def test_an_attempt_that_seemed_to_fail_may_turn_out_to_have_been_sent() -> None:
    given(REQUESTED, FAILED).when(SEND).then(SENT)


@pytest.mark.parametrize("command", [FAIL, GIVE_UP])
def test_what_was_sent_does_not_fail_any_more(command: DeliveryCommand) -> None:
    given(REQUESTED, SENT).refused(command, DeliveryEnded, "sent")


@pytest.mark.parametrize("command", [FAIL, SEND])
def test_what_was_given_up_is_not_sent_any_more(command: DeliveryCommand) -> None:
    given(REQUESTED, GIVEN_UP).refused(command, DeliveryEnded, "given up")


@pytest.mark.parametrize("command", [SEND, FAIL, GIVE_UP])
def test_nothing_happens_to_a_delivery_that_nobody_asked_for(command: DeliveryCommand) -> None:
    given().refused(command, DeliveryUnknown)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(REQUEST, about=""), "about"),
        (replace(REQUEST, about="else"), "delivery_id"),
        (replace(REQUEST, recipient=BORIS), "delivery_id"),
        (replace(REQUEST, channel=Channel.SMS), "delivery_id"),
        (replace(REQUEST, rule_id=None), "rule_id"),
        (replace(REQUEST, schedule_id=ReportScheduleId("x")), "rule_id"),
        (replace(REQUEST, text=""), "text"),
        (replace(REQUEST, text="x" * 4001), "text"),
    ],
)
def test_a_wrong_field_of_a_request_is_refused_by_name(command: DeliveryCommand, field: str) -> None:
    given().refused(command, FieldRefused, field)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(SEND, attempt=0), "attempt"),
        (replace(SEND, attempt=3), "attempt"),
        (replace(FAIL, attempt=0), "attempt"),
        (replace(FAIL, attempt=3), "attempt"),
        (replace(FAIL, attempt=2, reason=""), "reason"),
        (replace(GIVE_UP, reason=""), "reason"),
    ],
)
def test_a_wrong_field_of_an_outcome_is_refused_by_name(command: DeliveryCommand, field: str) -> None:
    given(REQUESTED, FAILED).refused(command, FieldRefused, field)


def test_one_thing_to_one_person_by_one_channel_is_one_delivery() -> None:
    ids = {delivery_id(a, c, r) for a, c, r in product(("x", "y"), (Channel.SMS, Channel.EMAIL), (ANNA, BORIS))}
    assert len(ids) == 8
    assert delivery_id(ABOUT, Channel.EMAIL, ANNA) == ID


COMMANDS: st.SearchStrategy[DeliveryCommand] = st.one_of(
    st.just(REQUEST),
    st.builds(ReportSent, st.just(ID), st.integers(0, 8)),
    st.builds(ReportFailed, st.just(ID), st.integers(0, 8), st.just("busy"), st.booleans()),
    st.just(GIVE_UP),
)


@examples(st.lists(COMMANDS, max_size=30))
def test_I6_whatever_is_reported_a_delivery_ends_at_most_once_and_nothing_follows(
    commands: list[DeliveryCommand],
) -> None:
    happened: list[DeliveryEvent] = []
    for command in commands:
        try:
            outcome = given(*happened).when(command)
        except Refusal:
            continue
        happened += outcome.events
    ends = [i for i, event in enumerate(happened) if isinstance(event, DeliverySent | DeliveryGivenUp)]
    assert ends in ([], [len(happened) - 1])
    assert sum(isinstance(event, DeliveryRequested) for event in happened) == bool(happened)
    attempts = [event.attempt for event in happened if isinstance(event, DeliveryFailed)]
    assert attempts == list(range(1, len(attempts) + 1))
