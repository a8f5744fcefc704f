"""The audit and the daily statistics over GraphQL, and notices that somebody made up."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from infra.embedded.postgres import ANALYST, PostgresServer
from tests.gateway.busy_plant import AUDIT, DAY, DAYS
from tests.gateway.conftest import Gateway
from tests.gateway.plant import AT, incident


def audited(gateway: Gateway) -> None:
    for n in range(1, 8):
        gateway.plant.put_row(
            "audit_entry",
            position=n,
            at=AT + timedelta(minutes=n),
            actor="rules" if n % 2 else "anna",
            service=bool(n % 2),
            entity="incident" if n < 6 else "role",
            entity_id=str(n % 3),
            version=1,
            name="incident.opened.v1" if n < 6 else "role.defined.v1",
            detail=Jsonb({"n": n}),
        )


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, [7, 6, 5, 4, 3, 2, 1]),
        ({"actor": "anna"}, [6, 4, 2]),
        ({"services": False}, [6, 4, 2]),
        ({"entity": "role"}, [7, 6]),
        ({"entity": "incident", "entityId": "1"}, [4, 1]),
        ({"kind": "role.defined.v1"}, [7, 6]),
        ({"from": "2026-03-02T12:33:00+03:00", "to": "2026-03-02T09:35:00Z"}, [4, 3]),
        ({"actor": "' or true --"}, []),
    ],
)
async def test_the_audit_by_actor_entity_and_time(
    gateway: Gateway, condition: dict[str, Any], expected: list[int]
) -> None:
    audited(gateway)
    browser = await gateway.guard()
    answer = await browser.ask(AUDIT, **condition)
    assert [edge["node"]["detail"]["n"] for edge in answer.data["audit"]["edges"]] == expected
    paged: list[int] = []
    after = None
    for _ in range(4):
        page = (await browser.ask(AUDIT, first=2, after=after, **condition)).data["audit"]
        paged += [edge["node"]["position"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert paged == expected


@pytest.mark.parametrize(
    ("condition", "word"),
    [
        ({"entity": "secrets"}, "entity"),
        ({"kind": "x"}, "kind"),
        ({"actor": "a" * 201}, "actor"),
        ({"first": 0}, "first"),
    ],
)
async def test_a_wrong_audit_is_refused_by_name(gateway: Gateway, condition: dict[str, Any], word: str) -> None:
    browser = await gateway.guard()
    assert (await browser.ask(AUDIT, **condition)).errors[0]["message"].startswith(word)


async def test_daily_statistics(gateway: Gateway) -> None:
    gateway.plant.put_row("daily_statistics", **DAY)
    gateway.plant.put_row("daily_statistics", **DAY | {"day": date(2026, 3, 3), "camera_id": "yard", "zone_id": ""})
    browser = await gateway.guard()
    days = (await browser.ask(DAYS, **{"from": "2026-03-02", "to": "2026-03-02"})).data["dailyStatistics"]
    assert days == [
        {
            **{"day": "2026-03-02", "cameraId": "gate", "zoneId": "press", "kind": "DANGER_ZONE", "opened": 5},
            **{"violations": 2, "dismissed": 1, "inReview": 1, "confirmed": 1, "falsePositives": 1, "reviewed": 2},
            **{"reviewMedianS": 62.5, "camera": {"name": "Ворота"}, "zone": {"name": "Пресс"}},
        }
    ]
    both = {"from": "2026-03-01", "to": "2026-03-31"}
    found = (await browser.ask(DAYS, **both)).data["dailyStatistics"]
    assert [(day["day"], day["zoneId"]) for day in found] == [("2026-03-02", "press"), ("2026-03-03", None)]
    assert len((await browser.ask(DAYS, camera="yard", **both)).data["dailyStatistics"]) == 1
    assert (await browser.ask(DAYS, kind="PERIMETER", **both)).data["dailyStatistics"] == []
    for wrong in ({"from": "2026-03-02", "to": "2026-03-01"}, {"from": "2025-01-01", "to": "2026-03-01"}):
        assert (await browser.ask(DAYS, **wrong)).errors[0]["extensions"]["code"] == "invalid_input"


async def test_an_analysts_made_up_notice_moves_nothing(gateway: Gateway, postgres: PostgresServer) -> None:
    """NOTIFY needs no right: a position is what the table says, and nonsense ends nothing."""
    projected = gateway.services.projected
    with psycopg.connect(postgres.dsn(ANALYST), autocommit=True) as analyst:
        analyst.execute("notify kaska_projected, 'incidents:999999999'")
        analyst.execute("notify kaska_projected, 'nonsense'")
    gateway.plant.put(incident(1))
    await projected.reached("incidents", 11, 5)
    assert projected.position("incidents") == 11
    assert replace(incident(1)).position == 11
