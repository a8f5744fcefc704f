"""A person's verdicts: the command that is sent, the row that is answered, and every kind of no (FAULTS F1 to F3)."""

from dataclasses import replace
from typing import Any

import pytest

from domain.contracts.commands import (
    Accepted,
    Comment,
    ConfirmViolation,
    LockEvidence,
    MarkFalsePositive,
    Order,
    Refused,
    ReopenReview,
    UnlockEvidence,
)
from domain.contracts.identifiers import IncidentId
from tests.gateway.conftest import Answer, Browser, Gateway
from tests.gateway.plant import INCIDENT

ID = IncidentId(INCIDENT.id)
PAYLOAD = "{ __typename ... on Incident { id verdict decidedBy reason version } ... on Refusal { code message } }"
DOCUMENTS = {
    "confirmViolation": "mutation ($id: ID!, $v: Int!, $c: String!) "
    f"{{ p: confirmViolation(id: $id, expectedVersion: $v, commandId: $c) {PAYLOAD} }}",
    "markFalsePositive": "mutation ($id: ID!, $v: Int!, $c: String!, $words: String!) "
    f"{{ p: markFalsePositive(id: $id, reason: $words, expectedVersion: $v, commandId: $c) {PAYLOAD} }}",
    "reopenReview": "mutation ($id: ID!, $v: Int!, $c: String!) "
    f"{{ p: reopenReview(id: $id, expectedVersion: $v, commandId: $c) {PAYLOAD} }}",
    "lockEvidence": "mutation ($id: ID!, $c: String!, $words: String!) "
    f"{{ p: lockEvidence(id: $id, reason: $words, commandId: $c) {PAYLOAD} }}",
    "unlockEvidence": "mutation ($id: ID!, $c: String!, $words: String!) "
    f"{{ p: unlockEvidence(id: $id, reason: $words, commandId: $c) {PAYLOAD} }}",
    "comment": f"mutation ($id: ID!, $c: String!, $words: String!) "
    f"{{ p: comment(id: $id, text: $words, commandId: $c) {PAYLOAD} }}",
}


async def decide(browser: Browser, name: str, **changes: Any) -> Answer:
    variables = {"id": str(ID), "c": "command-1", "v": 2, "words": "манекен"} | changes
    document = DOCUMENTS[name]
    return await browser.ask(document, **{k: v for k, v in variables.items() if f"${k}:" in document})


@pytest.mark.parametrize(
    ("name", "command", "verdict"),
    [
        ("confirmViolation", ConfirmViolation(ID, 2), "VIOLATION"),
        ("markFalsePositive", MarkFalsePositive(ID, "манекен", 2), "FALSE_POSITIVE"),
        ("reopenReview", ReopenReview(ID, 2), "REVIEW"),
        ("comment", Comment(ID, "манекен"), "REVIEW"),
        ("lockEvidence", LockEvidence(ID, "манекен"), "REVIEW"),
        ("unlockEvidence", UnlockEvidence(ID, "манекен"), "REVIEW"),
    ],
)
async def test_a_command_goes_to_the_domain_and_its_row_comes_back(
    gateway: Gateway, name: str, command: object, verdict: str
) -> None:
    gateway.plant.put(INCIDENT)
    gateway.domain.obeys(INCIDENT)
    answer = await decide(await gateway.guard(), name)
    assert answer.data["p"]["verdict"] == verdict
    assert answer.data["p"]["version"] == INCIDENT.version + 1
    [order] = gateway.domain.orders
    assert order.command == command
    assert (order.by, order.command_id) == ("admin", "command-1")


async def test_the_answer_waits_until_the_row_can_be_read(gateway: Gateway) -> None:
    """The domain's reply comes first, the projection later: the row of the answer is the later one."""
    gateway.plant.put(INCIDENT)

    def answer_then_project(_: Order) -> Accepted:
        import threading

        later = replace(INCIDENT, verdict="violation", position=11)
        threading.Timer(0.3, gateway.plant.put, [later]).start()
        return Accepted(11)

    gateway.domain.answer = answer_then_project
    answer = await decide(await gateway.guard(), "confirmViolation")
    assert answer.data["p"]["verdict"] == "VIOLATION"


async def test_a_refusal_of_the_domain_is_a_member_of_the_union(gateway: Gateway) -> None:
    gateway.plant.put(INCIDENT)
    gateway.domain.answer = lambda _: Refused("incident_changed", "the incident changed while you looked at it")
    answer = await decide(await gateway.guard(), "confirmViolation")
    assert answer.data["p"] == {
        "__typename": "Refusal",
        "code": "incident_changed",
        "message": "the incident changed while you looked at it",
    }


async def test_a_silent_domain_leaves_the_outcome_unknown_and_says_so(gateway: Gateway) -> None:
    gateway.plant.put(INCIDENT)
    gateway.domain.answer = lambda _: None
    assert (await decide(await gateway.guard(), "confirmViolation")).data["p"]["code"] == "outcome_unknown"


async def test_a_projection_that_stays_behind_is_told_from_a_failure(gateway: Gateway) -> None:
    gateway.plant.put(INCIDENT)
    gateway.domain.answer = lambda _: Accepted(1000)
    assert (await decide(await gateway.guard(), "confirmViolation")).data["p"]["code"] == "projection_behind"


@pytest.mark.parametrize(
    ("name", "changes", "code"),
    [
        ("confirmViolation", {"id": "not an id"}, "incident_unknown"),
        ("markFalsePositive", {"id": "not an id"}, "incident_unknown"),
        ("reopenReview", {"id": ""}, "incident_unknown"),
        ("comment", {"id": "\x00"}, "incident_unknown"),
        ("confirmViolation", {"c": "short"}, "invalid_input"),
        ("confirmViolation", {"c": "with a space"}, "invalid_input"),
        ("confirmViolation", {"c": "x" * 65}, "invalid_input"),
        ("markFalsePositive", {"words": "  "}, "invalid_input"),
        ("markFalsePositive", {"words": "x" * 2001}, "invalid_input"),
        ("comment", {"words": "a\x00b"}, "invalid_input"),
        ("comment", {"words": ""}, "invalid_input"),
        ("lockEvidence", {"words": " "}, "invalid_input"),
        ("lockEvidence", {"id": "x"}, "incident_unknown"),
        ("unlockEvidence", {"words": "x" * 2001}, "invalid_input"),
        ("unlockEvidence", {"c": "short"}, "invalid_input"),
    ],
)
async def test_what_cannot_be_a_command_is_refused_and_nothing_is_published(
    gateway: Gateway, name: str, changes: dict[str, Any], code: str
) -> None:
    answer = await decide(await gateway.guard(), name, **changes)
    assert answer.data["p"]["code"] == code
    assert gateway.domain.orders == []
