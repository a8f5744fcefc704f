"""The watch ledger over GraphQL, on rows that the projections themselves have written."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from domain.contracts.detections import ObjectClass
from domain.contracts.identifiers import CameraId, TrackId, ZoneId
from domain.contracts.observations import MINUTE, Direction, Observation
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from projections.database import connect
from projections.observations import CoverageMinutes, VehiclePassages, ZoneVisits
from projections.projection import Observed
from tests.domain.contracts.test_observations import COVERAGE, PASSAGE, VISIT
from tests.domain.samples import T0, TRACK, second
from tests.gateway.conftest import Gateway

GATE = CameraId("gate")
COVERAGE_QUERY = """query ($from: DateTime, $to: DateTime, $step: CoverageStep! = MINUTE) {
  coverage(cameraId: "gate", from: $from, to: $to, step: $step) {
    start end watched
    buckets { start state watched targetFps expected captured analysed detected
              dropped { reason frames } models { id digest } gaps { since until reason } }
  }
}"""
VISITS_QUERY = """query ($filter: ZoneVisitFilter, $first: Int! = 50, $after: String) {
  zoneVisits(filter: $filter, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { cursor node { id trackId objectClass enteredAt leftAt durationS camera { name } zone { name } } }
  }
}"""
PASSAGES_QUERY = """query ($filter: VehiclePassageFilter) {
  vehiclePassages(filter: $filter) { edges { node { trackId objectClass direction enteredAt } } }
}"""

Observe = Callable[..., None]


@pytest.fixture
def observe(postgres: PostgresServer, gateway: Gateway) -> Observe:
    """Writes observations as the projections do."""
    dsn = postgres.dsn(PROJECTIONS)
    with connect(dsn, "test") as connection:
        connection.execute("truncate coverage_minute, zone_visit, vehicle_passage, audit_entry")

    def write(*observations: Observation) -> None:
        page = [Observed(i, each) for i, each in enumerate(observations, 1)]
        with connect(dsn, "test") as connection:
            for projection in (CoverageMinutes(), ZoneVisits(), VehiclePassages()):
                projection.project(page, connection)

    return write


def register(postgres: PostgresServer, camera: str, at: datetime) -> None:
    with psycopg.connect(postgres.dsn(PROJECTIONS)) as connection:
        connection.execute(
            "insert into read_model.audit_entry"
            " (position, at, actor, service, entity, entity_id, version, name, detail)"
            " values (1, %s, 'anna', false, 'camera', %s, 1, 'camera.registered.v1', '{}')",
            [at, camera],
        )


def minutes(start: datetime, count: int) -> list[Observation]:
    return [
        replace(COVERAGE, camera_id=GATE, minute=start + MINUTE * i, since=start + MINUTE * i, expected=600, gaps=())
        for i in range(count)
    ]


async def test_the_coverage_of_a_camera_minute_by_minute(gateway: Gateway, observe: Observe) -> None:
    observe(replace(COVERAGE, camera_id=GATE))
    answer = await (await gateway.guard()).ask(
        COVERAGE_QUERY, **{"from": T0.isoformat(), "to": (T0 + 3 * MINUTE).isoformat()}
    )
    first, second_, third = answer.data["coverage"]["buckets"]
    assert first == {
        "start": "2026-03-02T09:00:00+00:00",
        "state": "PARTLY",
        "watched": 0.8979,
        "targetFps": 10.0,
        "expected": 480,
        "captured": 1200,
        "analysed": 431,
        "detected": 62,
        "dropped": [{"reason": "OVERLOAD", "frames": 9}, {"reason": "DAMAGED", "frames": 2}],
        "models": [{"id": "yolo11n", "digest": "ab" * 32}, {"id": "ppe-baseline", "digest": "cd" * 32}],
        "gaps": [
            {
                "since": "2026-03-02T09:00:20+00:00",
                "until": "2026-03-02T09:00:24.500000+00:00",
                "reason": "CAMERA_UNREACHABLE",
            }
        ],
    }
    # Its registration is not known: from its first known minute on it was to be watched, and then nobody told anything.
    assert [(b["state"], b["gaps"][0]["reason"]) for b in (second_, third)] == [("NOT_WATCHED", "PROCESS_DOWN")] * 2


async def test_before_its_registration_nothing_is_missed_and_now_nothing_is_known_yet(
    gateway: Gateway, observe: Observe, postgres: PostgresServer
) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    register(postgres, "gate", now - 30 * MINUTE)
    observe(*minutes(now - 20 * MINUTE, 5))
    answer = (await (await gateway.guard()).ask(COVERAGE_QUERY, step="TEN_MINUTES")).data["coverage"]
    assert len(answer["buckets"]) in (144, 145)
    states = {b["state"] for b in answer["buckets"][:100]}
    assert states == {"UNKNOWN"}
    assert 0.1 < answer["watched"] < 0.3
    minute = (await (await gateway.guard()).ask(COVERAGE_QUERY)).data["coverage"]["buckets"]
    assert len(minute) == 1440
    assert minute[-1]["state"] == "UNKNOWN"
    assert [b["state"] for b in minute].count("WATCHED") == 0
    assert [b["state"] for b in minute].count("PARTLY") == 5  # 431 of 600


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"from": T0.isoformat(), "to": T0.isoformat()}, "from"),
        ({"from": T0.isoformat(), "to": (T0 + timedelta(days=2)).isoformat()}, "1 days"),
        ({"from": T0.isoformat(), "to": (T0 + timedelta(days=8)).isoformat(), "step": "TEN_MINUTES"}, "7 days"),
        ({"from": "2026-03-02T09:00:00"}, "offset"),
        ({"from": "0001-01-01T00:00:00+14:00", "to": "0001-01-01T05:00:00+14:00"}, "time"),
        ({"from": "9999-12-31T23:59:30+00:00", "to": "9999-12-31T23:59:59+00:00"}, "time"),
    ],
)
async def test_a_time_that_cannot_be_answered_is_refused(
    gateway: Gateway, observe: Observe, variables: dict[str, str], word: str
) -> None:
    answer = await (await gateway.guard()).ask(COVERAGE_QUERY, **variables)
    assert answer.errors[0]["extensions"] == {"code": "invalid_input"}
    assert word in answer.errors[0]["message"]


def visits(count: int) -> list[Observation]:
    return [
        replace(
            VISIT, camera_id=GATE, zone_id=ZoneId("press"), track_id=TrackId(TRACK + i),
            entered=second(60 * (i // 2)), left=second(60 * (i // 2) + 10 * i + 1),
        )
        for i in range(count)
    ]  # fmt: skip


def numbers(answer: Any, name: str = "zoneVisits") -> list[int]:
    return [edge["node"]["trackId"] - TRACK for edge in answer.data[name]["edges"]]


async def test_visits_come_page_by_page_without_gap_or_repeat(gateway: Gateway, observe: Observe) -> None:
    observe(*visits(11))
    browser = await gateway.guard()
    whole = numbers(await browser.ask(VISITS_QUERY))
    paged: list[int] = []
    after = None
    for _ in range(4):
        answer = await browser.ask(VISITS_QUERY, first=3, after=after)
        paged += numbers(answer)
        after = answer.data["zoneVisits"]["pageInfo"]["endCursor"]
        assert answer.data["zoneVisits"]["pageInfo"]["hasNextPage"] is (len(paged) < 11)
    assert paged == whole
    assert sorted(whole) == list(range(11))
    node = (await browser.ask(VISITS_QUERY, first=1)).data["zoneVisits"]["edges"][0]["node"]
    assert node == {
        "id": node["id"],
        "trackId": TRACK + 10,
        "objectClass": "PERSON",
        "enteredAt": "2026-03-02T09:05:00+00:00",
        "leftAt": "2026-03-02T09:06:41+00:00",
        "durationS": 101.0,
        "camera": {"name": "Ворота"},
        "zone": {"name": "Пресс"},
    }


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"cameraIds": ["gate"]}, 11),
        ({"cameraIds": ["yard"]}, 0),
        ({"zoneIds": ["press", "pit"]}, 11),
        ({"zoneIds": []}, 0),
        ({"objectClasses": ["TRUCK"]}, 0),
        ({"objectClasses": ["TRUCK", "PERSON"]}, 11),
        ({"atLeastS": 80}, 3),
        ({"from": "2026-03-02T09:05:20Z"}, 3),  # who was there at that time, whenever they came
        ({"to": "2026-03-02T09:01:00Z"}, 2),
        ({"from": "2026-03-02T12:30:00+03:00"}, 0),
    ],
)
async def test_visits_are_filtered(
    gateway: Gateway, observe: Observe, condition: dict[str, Any], expected: int
) -> None:
    observe(*visits(11))
    answer = await (await gateway.guard()).ask(VISITS_QUERY, filter=condition)
    assert len(numbers(answer)) == expected


@pytest.mark.parametrize(
    "variables",
    [
        {"first": 0},
        {"first": 101},
        {"after": "x"},
        {"filter": {"from": "2026-03-02T09:00:00"}},
        {"filter": {"cameraIds": ["a\x00"]}},
        {"filter": {"zoneIds": ["z"] * 1001}},
        {"filter": {"atLeastS": -1}},
    ],
)
async def test_G19_a_wrong_page_or_filter_is_refused(gateway: Gateway, variables: dict[str, Any]) -> None:
    answer = await (await gateway.guard()).ask(VISITS_QUERY, **variables)
    assert answer.errors[0]["extensions"] == {"code": "invalid_input"}


PASSAGES: Sequence[Observation] = (
    replace(PASSAGE, camera_id=GATE),
    replace(PASSAGE, camera_id=GATE, track_id=TrackId(TRACK + 1), direction=Direction.OUT, entered=second(1)),
    replace(PASSAGE, camera_id=GATE, track_id=TrackId(TRACK + 2), direction=None, object_class=ObjectClass.BUS),
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, {0, 1, 2}),
        ({"directions": ["IN"]}, {0}),
        ({"directions": ["IN", "OUT"]}, {0, 1}),
        ({"objectClasses": ["BUS"]}, {2}),
        ({"from": "2026-03-03T00:00:00Z"}, set()),
    ],
)
async def test_passages_are_filtered(
    gateway: Gateway, observe: Observe, condition: dict[str, Any], expected: set[int]
) -> None:
    observe(*PASSAGES)
    answer = await (await gateway.guard()).ask(PASSAGES_QUERY, filter=condition)
    assert set(numbers(answer, "vehiclePassages")) == expected


async def test_a_cursor_of_one_list_is_refused_by_the_other(gateway: Gateway, observe: Observe) -> None:
    observe(*visits(3))
    browser = await gateway.guard()
    cursor = (await browser.ask(VISITS_QUERY, first=1)).data["zoneVisits"]["pageInfo"]["endCursor"]
    query = f'{{ vehiclePassages(after: "{cursor}") {{ edges {{ cursor }} }} }}'
    assert (await browser.ask(query)).errors[0]["extensions"] == {"code": "invalid_input"}
