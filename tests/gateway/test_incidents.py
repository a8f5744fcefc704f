"""Lists and single incidents over GraphQL (FAULTS G14, G16, G19)."""

import base64
import json
from typing import Any

import pytest

from gateway.reads.rows import EvidenceRow, HistoryRow
from tests.gateway.conftest import Gateway
from tests.gateway.plant import AT, INCIDENT, incident

LIST = """query ($filter: IncidentFilter, $sort: IncidentSort, $first: Int! = 50, $after: String) {
  incidents(filter: $filter, sort: $sort, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id } }
  }
}"""


def numbers(answer: Any) -> list[int]:
    return [int(edge["node"]["id"].replace("-", ""), 16) for edge in answer.data["incidents"]["edges"]]


async def test_the_newest_come_first(gateway: Gateway) -> None:
    gateway.plant.put(*(incident(n) for n in range(1, 6)))
    browser = await gateway.guard()
    assert numbers(await browser.ask(LIST)) == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("by", ["OPENED_AT", "SCORE", "LAST_SEEN"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_pages_meet_without_gap_or_repeat_even_where_rows_are_equal(
    gateway: Gateway, by: str, direction: str
) -> None:
    same = {"opened_at": AT, "last_seen": AT, "score": 0.7}
    gateway.plant.put(*(incident(n, **(same if n % 2 else {"score": n / 20})) for n in range(1, 12)))
    browser = await gateway.guard()
    sort = {"by": by, "direction": direction}
    whole = numbers(await browser.ask(LIST, sort=sort))
    paged: list[int] = []
    after = None
    for _ in range(4):
        answer = await browser.ask(LIST, sort=sort, first=3, after=after)
        paged += numbers(answer)
        page = answer.data["incidents"]
        after = page["pageInfo"]["endCursor"]
        assert page["totalCount"] == 11
        assert page["pageInfo"]["hasNextPage"] is (len(paged) < 11)
    assert paged == whole
    assert sorted(whole) == list(range(1, 12))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"cameraIds": ["gate"]}, [4, 3, 1]),
        ({"cameraIds": []}, []),
        ({"cameraIds": ["gate", "yard"]}, [4, 3, 2, 1]),
        ({"kinds": ["NO_HELMET"]}, [3]),
        ({"verdicts": ["VIOLATION", "FALSE_POSITIVE"]}, [4, 2]),
        ({"includeFalsePositives": False}, [3, 2, 1]),
        ({"from": "2026-03-02T12:32:00+03:00"}, [4, 3, 2]),
        ({"to": "2026-03-02T09:32:00Z"}, [1]),
        ({"from": "2026-03-02T09:32:00Z", "to": "2026-03-02T09:34:00Z", "verdicts": ["REVIEW"]}, [3]),
        ({"cameraIds": ["gate' OR 1=1 --"]}, []),
        ({}, [4, 3, 2, 1]),
    ],
)
async def test_filters(gateway: Gateway, condition: dict[str, Any], expected: list[int]) -> None:
    gateway.plant.put(
        incident(1),
        incident(2, camera_id="yard", verdict="violation"),
        incident(3, kind="no_helmet"),
        incident(4, verdict="false_positive"),
    )
    browser = await gateway.guard()
    answer = await browser.ask(LIST, filter=condition)
    assert numbers(answer) == expected
    assert answer.data["incidents"]["totalCount"] == len(expected)


def cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "after",
    [
        "",
        "nonsense",
        "0",
        "=" * 300,
        "\x00",
        "Ж",
        cursor("opened_at desc"),
        cursor("opened_at desc", None, str(INCIDENT.id)),
        cursor("opened_at desc", 0.5, str(INCIDENT.id)),
        cursor("opened_at desc", "2026-01-01T00:00:00", str(INCIDENT.id)),
        cursor("opened_at desc", "2026-01-01T00:00:00+00:00", "1; drop table incident"),
        cursor("score desc", 0.5, str(INCIDENT.id)),
        cursor("score desc", float("nan"), str(INCIDENT.id)),
        cursor("version desc", 1, str(INCIDENT.id)),
    ],
)
async def test_a_cursor_that_was_never_given_out_is_refused(gateway: Gateway, after: str) -> None:
    browser = await gateway.guard()
    answer = await browser.ask(LIST, after=after)
    assert answer.errors[0]["extensions"] == {"code": "invalid_input"}
    assert answer.errors[0]["message"].startswith("after: ")


@pytest.mark.parametrize("first", [0, -1, 101, 2**31 - 1])
async def test_a_page_has_1_to_100_incidents(gateway: Gateway, first: int) -> None:
    browser = await gateway.guard()
    answer = await browser.ask(LIST, first=first)
    assert answer.errors[0]["message"] == "first: 1 to 100 is expected"


async def test_a_time_without_offset_is_refused_by_name(gateway: Gateway) -> None:
    browser = await gateway.guard()
    answer = await browser.ask(LIST, filter={"from": "2026-03-02T09:32:00"})
    assert answer.errors[0]["message"] == "filter.from: a time with an offset is expected"


async def test_an_incident_tells_all_that_led_to_its_verdict(gateway: Gateway) -> None:
    gateway.plant.put(INCIDENT)
    gateway.plant.put_evidence(EvidenceRow(INCIDENT.id, "photo", "k", "ab" * 32, 5, "image/jpeg", AT, AT, None))
    gateway.plant.put_evidence(EvidenceRow(INCIDENT.id, "clip", None, None, None, None, None, None, "ring empty"))
    gateway.plant.put_history(HistoryRow(INCIDENT.id, 1, 9, "incident.opened.v1", AT, "domain", {"score": 0.7}))
    browser = await gateway.guard()
    answer = await browser.ask(
        """query ($id: ID!) { incident(id: $id) {
          kind verdict score box trackId modelId modelDigest detectionsFrom detectionsTo version openedAt
          camera { name zones { name polygon } }
          zone { name version polygon } zoneVersion
          rule { id version thresholdMin thresholdMax current { name } }
          evidence { kind url missingReason sizeBytes }
          history { version name by detail }
        } }""",
        id=str(INCIDENT.id),
    )
    found = answer.data["incident"]
    assert found["kind"] == "DANGER_ZONE"
    assert found["verdict"] == "REVIEW"
    assert found["trackId"] == INCIDENT.track_id
    assert found["box"] == pytest.approx(INCIDENT.box)
    assert found["openedAt"] == "2026-03-02T09:30:00+00:00"
    assert found["zone"]["polygon"] == found["camera"]["zones"][0]["polygon"]
    assert found["rule"]["current"] == {"name": "Человек у пресса"}
    clip, photo = found["evidence"]
    assert clip == {"kind": "CLIP", "url": None, "missingReason": "ring empty", "sizeBytes": None}
    assert photo["url"].startswith(f"/media/{INCIDENT.id}/photo?exp=")
    assert found["history"] == [{"version": 1, "name": "incident.opened.v1", "by": "domain", "detail": {"score": 0.7}}]


@pytest.mark.parametrize("known", ["", "1", "' OR 1=1", "\x00", "00000000-0000-0000-0000-0000000000ff"])
async def test_what_is_no_incident_is_null(gateway: Gateway, known: str) -> None:
    browser = await gateway.guard()
    assert (await browser.ask("query ($id: ID!) { incident(id: $id) { id } }", id=known)).data == {"incident": None}


async def test_a_list_asks_the_database_a_fixed_number_of_times(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.plant.put(*(incident(n) for n in range(1, 41)))
    browser = await gateway.guard()
    asked: list[bytes] = []
    database = gateway.services.database
    rows = database.rows

    async def counted(row: Any, query: bytes, params: Any = None) -> Any:
        asked.append(query)
        return await rows(row, query, params)

    monkeypatch.setattr(database, "rows", counted)
    await browser.ask(
        """{ incidents(first: 40) { totalCount edges { node {
          camera { name zones { id } } zone { name } evidence { url } rule { current { name } } history { name }
        } } } }"""
    )
    session, *queries = asked
    assert b"auth.session" in session
    assert len(queries) == 9, "rights, page, count, cameras, zones of cameras, zones, evidence, rules, history"
