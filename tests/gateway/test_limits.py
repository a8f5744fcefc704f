"""Queries that ask too much, and errors that say too little (FAULTS G5 to G11, G18)."""

import time
from collections.abc import AsyncIterator

import pytest
from psycopg_pool import PoolTimeout

from gateway.reads import incidents
from tests.gateway.conftest import Gateway
from tests.gateway.plant import INCIDENT

SPREAD = "fragment A on Incident { ...B } fragment B on Incident { ...A } { incidents { edges { node { ...A } } } }"


@pytest.mark.parametrize(
    "query",
    [
        "{ incidents(first: 100) { edges { node { track { at } } } } }",
        "{ incidents { edges { node { track { at } } } } }",
        "{ "
        + " ".join(
            f"a{n}: incidents(first: 100) {{ edges {{ node {{ camera {{ zones {{ id }} }} }} }} }}" for n in range(7)
        )
        + " }",
        "fragment F on Incident { track { at } } { incidents(first: 50) { edges { node { ...F } } } }",
    ],
)
async def test_a_fan_out_is_refused_by_its_cost(gateway: Gateway, query: str) -> None:
    browser = await gateway.guard()
    answer = await browser.ask(query)
    assert "costs" in answer.errors[0]["message"]


async def test_a_page_size_in_a_variable_counts_too(gateway: Gateway) -> None:
    browser = await gateway.guard()
    query = "query ($n: Int!) { incidents(first: $n) { edges { node { track { at } } } } }"
    assert "costs" in (await browser.ask(query, n=100)).errors[0]["message"]
    assert not (await browser.ask(query, n=5)).errors


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("{ " + " ".join(f"a{n}: me {{ login }}" for n in range(16)) + " }", "aliases"),
        ("{ me { " + "login " * 2000 + "} }", "tokens"),
        ("{ incidents " + "{ edges " * 20 + "{ cursor }" + " }" * 21, ""),
        (SPREAD, ""),
        ("{ __schema { types { name } } }", "introspection"),
        ('{ __type(name: "Incident") { name } }', "introspection"),
        ("{", ""),
        ("", ""),
    ],
)
async def test_odd_documents_are_refused(gateway: Gateway, query: str, word: str) -> None:
    browser = await gateway.guard()
    answer = await browser.http.post("/graphql", json={"query": query})
    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or answer.json()["errors"]
    assert word in answer.text


async def test_20000_repeated_fields_cost_little(gateway: Gateway) -> None:
    browser = await gateway.guard()
    began = time.perf_counter()
    await browser.ask("{ me { " + "a " * 20_000 + "} }")
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize("query", ["{ mee { login } }", "{ me { logn } }", '{ incident(idd: "1") { id } }'])
async def test_a_misspelt_word_is_not_corrected(gateway: Gateway, query: str) -> None:
    browser = await gateway.guard()
    text = (await browser.http.post("/graphql", json={"query": query})).text
    assert "errors" in text
    assert "Did you mean" not in text


async def test_the_text_of_an_inner_error_stays_inside(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("secret words")

    monkeypatch.setattr(incidents, "by_id", broken)
    browser = await gateway.guard()
    answer = await browser.ask("query ($id: ID!) { incident(id: $id) { id } }", id=str(INCIDENT.id))
    assert answer.errors[0]["message"] == "internal error"
    assert "secret words" not in str(answer.body)


async def test_a_large_body_is_refused_announced_or_not(gateway: Gateway) -> None:
    browser = await gateway.guard()
    large = b'{"query": "' + b"x" * 70_000 + b'"}'
    headers = {"Content-Type": "application/json"}
    assert (await browser.http.post("/graphql", content=large, headers=headers)).status_code == 413

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 1000):
            yield large[start : start + 1000]

    assert (await browser.http.post("/graphql", content=pieces(), headers=headers)).status_code == 413


@pytest.mark.parametrize(
    ("method", "kind", "body"),
    [
        ("GET", None, None),
        ("POST", "text/plain", '{"query": "{ me { login } }"}'),
        ("POST", "application/x-www-form-urlencoded", "query={me{login}}"),
        (
            "POST",
            "multipart/form-data; boundary=x",
            '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{}',
        ),
        ("POST", "application/json", '[{"query": "{ me { login } }"}]'),
    ],
)
async def test_what_a_form_of_another_site_could_send_is_refused(
    gateway: Gateway, method: str, kind: str | None, body: str | None
) -> None:
    browser = await gateway.guard()
    headers = {"Content-Type": kind} if kind else {}
    params = {"query": "{ me { login } }"} if method == "GET" else None
    answer = await browser.http.request(method, "/graphql", content=body, headers=headers, params=params)
    assert answer.status_code in (400, 404, 405, 415)


async def test_a_database_that_is_away_is_said_in_two_words(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = await gateway.guard()

    def none_left(*_: object) -> None:
        raise PoolTimeout

    monkeypatch.setattr(gateway.services.database._pool, "connection", none_left)
    answer = await browser.http.get("/api/session")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "2"
