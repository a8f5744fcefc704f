"""What-if jobs in GraphQL: the real desk over a recorded plant, from the question to the incidents that differ."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from domain.contracts.access import Right
from domain.contracts.subjects import EVENTS
from infra.embedded.nats import NatsServer
from infra.nats.streams import last_sequence
from tests.domain.replay.desk.conftest import SECONDS
from tests.domain.replay.desk.conftest import plant as recorded
from tests.domain.service.test_service import Plant as RecordedPlant
from tests.gateway.conftest import Answer, Browser, Gateway
from tests.gateway.plant import CAMERA, INCIDENT, RULE
from tests.gateway.test_rights import employ
from tests.gateway.test_subscriptions import Socket, open_socket

__all__ = ["recorded"]

YARD = "yard-danger-zone"
START = """mutation ($input: WhatIfInput!) {
  p: startWhatIf(input: $input) { __typename ... on WhatIfJob { id state by ruleId } ... on Refusal { code message } }
}"""
CANCEL = """mutation ($id: ID!) {
  p: cancelWhatIf(id: $id) { __typename ... on WhatIfJob { state } ... on Refusal { code message } }
}"""
PROGRESS = "subscription ($job: ID!) { whatIfProgress(id: $job) { state share messages failure { code message } } }"
JOB = """query ($id: ID!, $kind: DifferenceKind!, $first: Int!, $offset: Int!) { whatIfJob(id: $id) {
  state share rule { name thresholdMin dwellS windowS gapS } thresholdMin from
  answer { before after new gone changed frames recordedFrom }
  days { day before after changed violationsBefore violationsAfter }
  differences(kind: $kind, first: $first, offset: $offset) {
    total listed
    rows { id openedAt scoreBefore scoreAfter verdictBefore verdictAfter reviewed incident { id } }
  }
} }"""


@pytest.fixture
def nats_server(recorded: RecordedPlant) -> NatsServer:
    return recorded.server.server


@pytest.fixture
async def browser(gateway: Gateway, nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Browser]:
    """Somebody who is signed in, at a plant where the yard's rule and its first incident can be read."""
    monkeypatch.setenv("KASKA_HOME", str(gateway.services.settings.home))
    monkeypatch.setenv("KASKA_NATS_URL", nats_server.url("replay"))
    gateway.plant._insert("rule", RULE | {"id": YARD, "name": "Опасная зона двора"})
    yield await gateway.guard()


async def started(browser: Browser, **input: Any) -> str:
    answer = await browser.ask(START, input={"ruleId": YARD, **input})
    assert answer.data["p"] == {
        "__typename": "WhatIfJob",
        "id": answer.data["p"]["id"],
        "state": "QUEUED",
        "by": "admin",
        "ruleId": YARD,
    }
    return str(answer.data["p"]["id"])


async def followed(socket: Socket, job: str) -> list[dict[str, Any]]:
    """What the subscription tells until it ends."""
    await socket.subscribe(PROGRESS, job=job)
    told = []
    while (message := await socket.next())["type"] == "next":
        told.append(message["payload"]["data"]["whatIfProgress"])
    assert message["type"] == "complete"
    return told


async def asked(browser: Browser, job: str, kind: str, first: int = 100, offset: int = 0) -> dict[str, Any]:
    answer = await browser.ask(JOB, **{"id": job, "kind": kind, "first": first, "offset": offset})
    found: dict[str, Any] = answer.data["whatIfJob"]
    return found


async def test_a_question_becomes_a_job_with_progress_and_an_answer(
    gateway: Gateway, browser: Browser, recorded: RecordedPlant
) -> None:
    known = next(each for each in recorded.opened_incidents() if each.rule_id == YARD)
    gateway.plant.put(replace(INCIDENT, id=known.incident_id))
    before = recorded.admin.run(last_sequence(recorded.admin.nc, EVENTS))
    job = await started(browser, thresholdMin=0.05, thresholdMax=0.1)
    async with open_socket(browser) as socket:
        told = await followed(socket, job)
    assert told[0]["state"] in {"QUEUED", "RUNNING"}
    assert told[-1] == {"state": "DONE", "share": 1.0, "messages": SECONDS * 10, "failure": None}
    found = await asked(browser, job, "CHANGED")
    assert found["rule"] == {
        "name": "Опасная зона двора",
        "thresholdMin": 0.5,
        "dwellS": 1.0,
        "windowS": 5.0,
        "gapS": 3.0,
    }
    counts = found["answer"]
    assert (counts["new"], counts["gone"], counts["frames"]) == (0, 0, SECONDS * 10)
    assert counts["recordedFrom"] == "2026-03-02T09:00:00+00:00"
    rows = found["differences"]["rows"]
    assert found["differences"]["total"] == counts["changed"] == len(rows) > 1
    assert {row["verdictAfter"] for row in rows} == {"VIOLATION"}
    assert {row["id"]: row["incident"] for row in rows}[str(known.incident_id)] == {"id": str(known.incident_id)}
    assert sum(row["incident"] is None for row in rows) == len(rows) - 1
    [day] = found["days"]
    assert (day["changed"], day["violationsAfter"]) == (counts["changed"], counts["after"])
    assert recorded.admin.run(last_sequence(recorded.admin.nc, EVENTS)) == before


async def test_the_incidents_that_differ_come_page_by_page(browser: Browser) -> None:
    job = await started(browser, dwellS=6)
    async with open_socket(browser) as socket:
        await followed(socket, job)
    whole = (await asked(browser, job, "GONE"))["differences"]["rows"]
    assert len(whole) > 3
    first, second = [(await asked(browser, job, "GONE", 2, at))["differences"]["rows"] for at in (0, 2)]
    assert first + second == whole[:4]
    assert all(row["verdictAfter"] is row["scoreAfter"] is None for row in whole)
    [listed] = (await browser.ask("{ whatIfJobs { id state by } }")).data["whatIfJobs"]
    assert listed == {"id": job, "state": "DONE", "by": "admin"}


async def test_a_job_can_be_cancelled_and_says_so(browser: Browser) -> None:
    job = await started(browser, dwellS=6)
    assert (await browser.ask(CANCEL, id=job)).data["p"] == {"__typename": "WhatIfJob", "state": "CANCELLED"}
    async with open_socket(browser) as socket:
        [told] = await followed(socket, job)
    assert told["state"] == "CANCELLED"
    found = await asked(browser, job, "NEW")
    assert (found["answer"], found["days"], found["differences"]["rows"]) == (None, [], [])


@pytest.mark.parametrize(
    ("input", "code", "words"),
    [
        ({"ruleId": "Нет"}, "invalid_input", "input.ruleId: 1 to 40 of a-z, 0-9 and inner hyphens are expected"),
        ({"thresholdMin": -0.01}, "invalid_input", "input.thresholdMin: 0 to 1 is expected"),
        ({"thresholdMax": 1.01}, "invalid_input", "input.thresholdMax: 0 to 1 is expected"),
        (
            {"thresholdMin": 0.6, "thresholdMax": 0.5},
            "invalid_input",
            "input.thresholdMax: at least input.thresholdMin, 0.6, is expected",
        ),
        ({"dwellS": 86401}, "invalid_input", "input.dwellS: 0 to 86400 is expected"),
        ({"windowS": 0}, "invalid_input", "input.windowS: 1 to 3600 is expected"),
        ({"gapS": 0}, "invalid_input", "input.gapS: 0.1 to 3600 is expected"),
        ({"polygon": [[0, 0], [1, 1]]}, "invalid_input", "input.polygon: 3 to 64 vertices are expected"),
        ({"polygon": [[0, 0], [1, 1], [0]]}, "invalid_input", "input.polygon: each vertex is x y in 0..1"),
        ({"polygon": [[0, 0], [1, 1], [0, 1.5]]}, "invalid_input", "input.polygon: each vertex is x y in 0..1"),
        ({"from": "2026-03-02T09:00:00"}, "invalid_input", "input.from: a time with an offset is expected"),
        (
            {"from": "2026-03-02T09:00:00Z", "to": "2026-03-02T09:00:00Z"},
            "invalid_input",
            "input.to: a time after input.from is expected",
        ),
        ({"ruleId": "nowhere", "dwellS": 2}, "variation_refused", "there is no rule 'nowhere'; there are: "),
        ({}, "variation_refused", "nothing would be different"),
        ({"polygon": [[0, 0], [1, 1], [0, 1]], "ruleId": "yard-no-helmet"}, "variation_refused", "uses no zone"),
        ({"thresholdMin": 0.9}, "variation_refused", "thresholds: 0 <= min <= max <= 1"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_field_and_range_and_is_no_job(
    browser: Browser, input: dict[str, Any], code: str, words: str
) -> None:
    refused = (await browser.ask(START, input={"ruleId": YARD, **input})).data["p"]
    assert (refused["__typename"], refused["code"]) == ("Refusal", code)
    assert words in refused["message"]
    assert (await browser.ask("{ whatIfJobs { id } }")).data["whatIfJobs"] == []


@pytest.mark.parametrize("input", [{"thresholdMin": "low"}, {"dwellS": None, "gap": 1}, {"from": "yesterday"}])
async def test_what_is_no_input_at_all_is_an_error_of_the_document(browser: Browser, input: dict[str, Any]) -> None:
    assert (await browser.ask(START, input={"ruleId": YARD, **input})).errors


@pytest.mark.parametrize("id", ["00000000-0000-4000-8000-000000000007", "1", ""])
async def test_a_job_that_is_not_there(browser: Browser, id: str) -> None:
    assert (await browser.ask("query ($id: ID!) { whatIfJob(id: $id) { id } }", id=id)).data == {"whatIfJob": None}
    assert (await browser.ask(CANCEL, id=id)).data["p"]["code"] == "job_unknown"
    async with open_socket(browser) as socket:
        await socket.subscribe(PROGRESS, job=id)
        message = await socket.next()
    assert message["payload"]["errors"][0]["extensions"]["code"] == "job_unknown"


@pytest.mark.parametrize(
    ("first", "offset", "words"), [(0, 0, "first: 1 to 100"), (101, 0, "first: 1 to 100"), (1, -1, "offset: 0 to")]
)
async def test_a_page_has_its_limits(browser: Browser, first: int, offset: int, words: str) -> None:
    job = await started(browser, dwellS=6)
    answer: Answer = await browser.ask(JOB, **{"id": job, "kind": "NEW", "first": first, "offset": offset})
    assert answer.errors[0]["extensions"]["code"] == "invalid_input"
    assert words in answer.errors[0]["message"]


async def test_without_the_right_to_reports_nobody_asks_or_sees(gateway: Gateway, browser: Browser) -> None:
    job = await started(browser, dwellS=6)
    employ(gateway, Right.VIEW_INCIDENTS, scope={"whole_plant": True})
    assert (await browser.ask(START, input={"ruleId": YARD, "dwellS": 6})).data["p"]["code"] == "not_allowed"
    assert (await browser.ask(CANCEL, id=job)).data["p"]["code"] == "not_allowed"
    assert (await browser.ask("{ whatIfJobs { id } }")).errors[0]["extensions"] == {"code": "not_allowed"}


@pytest.mark.parametrize(("camera", "is_theirs"), [("yard", True), ("gate", False)])
async def test_a_part_of_the_plant_asks_about_the_rules_of_its_cameras_only(
    gateway: Gateway, browser: Browser, camera: str, is_theirs: bool
) -> None:
    job = await started(browser, dwellS=6)
    gateway.plant._insert("camera", CAMERA | {"id": "yard", "name": "Двор"})
    for number, each in enumerate(("yard", "gate")):
        gateway.plant.put_row("camera_place", camera_id=each, group_id=None, shop_id=f"shop-{number}", position=1)
    employ(gateway, Right.VIEW_REPORTS, scope={"cameras": [camera]})
    listed = (await browser.ask("{ whatIfJobs { id } }")).data["whatIfJobs"]
    found = (await browser.ask("query ($id: ID!) { whatIfJob(id: $id) { id } }", id=job)).data["whatIfJob"]
    asked_again = (await browser.ask(START, input={"ruleId": YARD, "dwellS": 7})).data["p"]
    cancelled = (await browser.ask(CANCEL, id=job)).data["p"]
    if is_theirs:
        assert listed == [found] == [{"id": job}]
        assert (asked_again["__typename"], cancelled["state"]) == ("WhatIfJob", "CANCELLED")
    else:
        assert (listed, found) == ([], None)
        assert (asked_again["code"], cancelled["code"]) == ("variation_refused", "job_unknown")
        assert asked_again["message"] == f"there is no rule {YARD!r}; there are: gate-danger-zone, gate-no-helmet"


async def test_without_a_desk_every_answer_says_so(gateway: Gateway, browser: Browser) -> None:
    gateway.replay._bridge.run(gateway.replay.close())
    answer = await browser.ask(START, input={"ruleId": YARD, "dwellS": 6})
    assert answer.data["p"]["code"] == "replay_unavailable"
    assert (await browser.ask(CANCEL, id=str(uuid4()))).data["p"]["code"] == "replay_unavailable"
    assert (await browser.ask("{ whatIfJobs { id } }")).errors[0]["extensions"] == {"code": "replay_unavailable"}


@pytest.mark.parametrize(
    "query",
    [
        "{ whatIfJobs { days { day } } }",
        "{ whatIfJobs { differences(kind: NEW) { rows { id incident { camera { id } } } } } }",
        '{ whatIfJob(id: "1") { differences(kind: NEW) { rows { incident { track { at } } } } } }',
    ],
)
async def test_a_question_that_fans_out_is_refused_by_its_cost(browser: Browser, query: str) -> None:
    assert "costs" in (await browser.ask(query)).errors[0]["message"]
