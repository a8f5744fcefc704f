"""Vehicles, parking and working time over GraphQL, on rows that the projections themselves have written."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.contracts.access import Right
from domain.contracts.detections import ObjectClass
from domain.contracts.identifiers import CameraId, TrackId, ZoneId
from domain.contracts.observations import Direction, Observation, PlateRead, VehiclePassage, ZoneVisit
from domain.contracts.plates import parsed
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from projections.database import connect
from projections.observations import VehiclePassages, ZoneVisits
from projections.plates import Plates
from projections.projection import Observed
from tests.gateway.conftest import Gateway
from tests.gateway.staff import hold

MORNING = datetime(2026, 3, 2, 5, tzinfo=UTC)
"""Eight o'clock at the plant, which is in Moscow."""

DAY = {"from": "2026-03-02", "to": "2026-03-02"}
PASSAGES = """query ($filter: VehiclePassageFilter) { vehiclePassages(filter: $filter) { edges { node {
  trackId direction plateHidden
  plate { text number format regionCode region score readings picture keepUntil }
} } } }"""
TRAFFIC = """query ($from: Date!, $to: Date!, $cameraIds: [ID!]) { vehicleTraffic(from: $from, to: $to,
  cameraIds: $cameraIds) { day hour objectClass entered departed undirected plates } }"""
PARKING = """query ($from: DateTime, $to: DateTime) { parking(from: $from, to: $to) {
  inside { number region entry { at camera { name } zone { name } } exit { at } }
  over { number durationS guessed entry { at } exit { at } }
  overCount pairedCount medianS unreadIn unreadOut undirected atLeast atMost } }"""
ATTENDANCE = """query ($from: Date!, $to: Date!, $dayStartsAt: Int! = 0) { attendance(from: $from, to: $to,
  dayStartsAt: $dayStartsAt) { day zone { name } firstEntry lastExit visits personS occupiedS } }"""
PRESENCE = """query ($from: Date!, $to: Date!) { presence(from: $from, to: $to) { hour entries visits personS } }"""


def car(
    track: int, minute: float, direction: Direction | None, number: str | None = None, camera: str = "gate"
) -> list[Observation]:
    """A car through the gate, and its plate if it was read."""
    entered = MORNING + timedelta(minutes=minute)
    where, what = (CameraId(camera), ZoneId("press"), 1, TrackId(track)), ObjectClass.CAR
    found: list[Observation] = [
        VehiclePassage(*where, what, entered, entered + timedelta(seconds=10), direction, 0.9, 40, 1, 40)
    ]
    plate = None if number is None else parsed(number)
    if plate is not None:
        keep = datetime.now(UTC) + timedelta(days=30)
        facts = (number, plate.number, plate.format, plate.region)
        found.append(PlateRead(where[0], where[3], entered, entered, *facts, 0.9, 5, (), keep, "/9j/"))  # type: ignore[arg-type]
    return found


def visit(track: int, begin_h: float, end_h: float, object_class: ObjectClass = ObjectClass.PERSON) -> ZoneVisit:
    """Hours by the plant's clocks of the second of March."""
    midnight = MORNING - timedelta(hours=8)
    entered, left = midnight + timedelta(hours=begin_h), midnight + timedelta(hours=end_h)
    return ZoneVisit(CameraId("gate"), ZoneId("press"), 1, TrackId(track), object_class, entered, left, 0.9, 40, 1, 40)


Observe = Callable[..., None]


@pytest.fixture
def observe(postgres: PostgresServer, gateway: Gateway) -> Observe:
    """Writes observations as the projections do."""
    del gateway
    dsn = postgres.dsn(PROJECTIONS)
    with connect(dsn, "test") as connection:
        connection.execute("truncate zone_visit, vehicle_passage, plate_read")

    def write(*observations: Observation) -> None:
        with connect(dsn, "test") as connection:
            page = [Observed(position, each) for position, each in enumerate(observations, 1)]
            for projection in (ZoneVisits(), VehiclePassages(), Plates()):
                projection.project(page, connection)

    return write


def nodes(answer: Any) -> list[dict[str, Any]]:
    return [edge["node"] for edge in answer.data["vehiclePassages"]["edges"]]


async def test_a_passage_shows_its_plate(gateway: Gateway, observe: Observe) -> None:
    observe(*car(1, 0, Direction.IN, "A123BC77"), *car(2, 1, Direction.OUT))
    unread, read = nodes(await (await gateway.guard()).ask(PASSAGES))
    assert (unread["trackId"], unread["plate"], unread["plateHidden"]) == (2, None, False)
    plate = read["plate"]
    assert (plate["number"], plate["regionCode"], plate["region"], plate["format"]) == (
        "А123ВС77",
        "77",
        "Москва",
        "CAR",
    )
    assert (plate["text"], plate["readings"], plate["picture"]) == ("A123BC77", 5, "data:image/jpeg;base64,/9j/")


@pytest.mark.parametrize(
    ("condition", "tracks"),
    [
        ({"plate": "123вс"}, [1]),
        ({"plate": "BC77"}, [1]),
        ({"plate": "а"}, [2, 1]),
        ({"plate": "999"}, []),
        ({"plateRead": True}, [2, 1]),
        ({"plateRead": False}, [3]),
    ],
)
async def test_passages_are_found_by_a_part_of_the_number(
    gateway: Gateway, observe: Observe, condition: dict[str, Any], tracks: list[int]
) -> None:
    observe(*car(1, 0, Direction.IN, "A123BC77"), *car(2, 1, Direction.IN, "A905MX50"), *car(3, 2, Direction.OUT))
    answer = await (await gateway.guard()).ask(PASSAGES, filter=condition)
    assert [node["trackId"] for node in nodes(answer)] == tracks


async def test_without_the_right_nobody_sees_a_plate_and_nobody_can_probe_for_one(
    gateway: Gateway, observe: Observe
) -> None:
    observe(*car(1, 0, Direction.IN, "A123BC77"), *car(2, 1, Direction.IN, "K905MX50", "yard"))
    browser = await gateway.guard()
    hold(gateway, (Right.VIEW_REPORTS,))
    hidden = await browser.ask(PASSAGES)
    assert [(node["plate"], node["plateHidden"]) for node in nodes(hidden)] == [(None, True)] * 2
    for condition in ({"plate": "A123"}, {"plateRead": True}):
        assert (await browser.ask(PASSAGES, filter=condition)).errors[0]["extensions"] == {"code": "not_allowed"}
    assert (await browser.ask(PARKING)).errors[0]["extensions"] == {"code": "not_allowed"}
    hold(gateway, (Right.VIEW_REPORTS, Right.VIEW_PLATES), {"cameras": ["gate"]})
    seen = await browser.ask(PASSAGES, filter={"plateRead": True})
    assert [node["trackId"] for node in nodes(seen)] == [1]


@pytest.mark.parametrize("plate", ["", "??", "%", "A" * 13, "\x00"])
async def test_a_search_that_holds_no_number_is_refused(gateway: Gateway, plate: str) -> None:
    answer = await (await gateway.guard()).ask(PASSAGES, filter={"plate": plate})
    assert answer.errors[0]["extensions"] == {"code": "invalid_input"}


async def test_how_often_transport_came_by_hours_of_the_plant(gateway: Gateway, observe: Observe) -> None:
    observe(
        *car(1, 0, Direction.IN, "A123BC77"), *car(2, 59, Direction.IN), *car(3, 60, None), *car(4, 61, Direction.OUT)
    )
    rows = (await (await gateway.guard()).ask(TRAFFIC, **DAY)).data["vehicleTraffic"]
    assert [(row["hour"], row["entered"], row["departed"], row["undirected"], row["plates"]) for row in rows] == [
        (8, 2, 0, 0, 1),
        (9, 0, 1, 1, 0),
    ]
    assert {(row["day"], row["objectClass"]) for row in rows} == {("2026-03-02", "CAR")}


async def test_a_night_belongs_to_the_plants_day_and_foreign_gates_are_not_counted(
    gateway: Gateway, observe: Observe
) -> None:
    observe(*car(1, -8 * 60 - 1, Direction.IN), *car(2, -8 * 60, Direction.IN), *car(3, 5, Direction.IN, None, "yard"))
    browser = await gateway.guard()
    rows = (await browser.ask(TRAFFIC, **DAY)).data["vehicleTraffic"]
    assert sum(row["entered"] for row in rows) == 2, "a minute before midnight is the day before"
    hold(gateway, (Right.VIEW_REPORTS,), {"cameras": ["gate"]})
    rows = (await browser.ask(TRAFFIC, **DAY)).data["vehicleTraffic"]
    assert sum(row["entered"] for row in rows) == 1
    foreign = await browser.ask(TRAFFIC, **DAY, cameraIds=["yard"])
    assert foreign.data["vehicleTraffic"] == []


async def test_who_is_inside_and_how_long_the_others_stayed(gateway: Gateway, observe: Observe) -> None:
    observe(
        *car(1, 0, Direction.IN, "A123BC77"),
        *car(2, 5, Direction.IN, "K905MX50"),
        *car(3, 6, Direction.IN),
        *car(4, 45, Direction.OUT, "A123BC77"),
        *car(5, 50, Direction.OUT, "E461KX16"),
        *car(6, 55, Direction.OUT),
        *car(7, 56, None, "M301YT16"),
    )
    span = {"from": MORNING.isoformat(), "to": (MORNING + timedelta(days=1)).isoformat()}
    found = (await (await gateway.guard()).ask(PARKING, **span)).data["parking"]
    assert [(stay["number"], stay["region"]) for stay in found["inside"]] == [("К905МХ50", "Московская область")]
    assert found["inside"][0]["entry"]["zone"] == {"name": "Пресс"}
    assert found["inside"][0]["exit"] is None
    assert [(stay["number"], stay["durationS"], stay["entry"] is None) for stay in found["over"]] == [
        ("Е461КХ16", None, True),
        ("А123ВС77", 2710.0, False),
    ]
    counts = ("overCount", "pairedCount", "medianS", "unreadIn", "unreadOut", "undirected", "atLeast", "atMost")
    assert [found[name] for name in counts] == [2, 1, 2710.0, 1, 1, 1, 0, 2]


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (TRAFFIC, {"from": "2026-03-02", "to": "2026-03-01"}),
        (TRAFFIC, {"from": "2026-03-02", "to": "2026-06-02"}),
        (TRAFFIC, {"from": "0001-01-01", "to": "0001-01-01"}),
        (ATTENDANCE, DAY | {"dayStartsAt": 24}),
        (PRESENCE, {"from": "2026-01-01", "to": "2026-12-31"}),
        (PARKING, {"from": "2026-03-02T00:00:00"}),
        (PARKING, {"from": "2026-03-02T00:00:00Z", "to": "2026-03-02T00:00:00Z"}),
        (PARKING, {"from": "2026-01-02T00:00:00Z", "to": "2026-03-02T00:00:00Z"}),
    ],
)
async def test_G19_a_wrong_time_is_refused(gateway: Gateway, query: str, variables: dict[str, Any]) -> None:
    answer = await (await gateway.guard()).ask(query, **variables)
    assert answer.errors[0]["extensions"] == {"code": "invalid_input"}


async def test_when_the_shift_began_and_ended(gateway: Gateway, observe: Observe) -> None:
    observe(
        visit(1, 8.0, 9.0),
        visit(2, 8.5, 9.5),
        visit(3, 16.0, 17.25),
        visit(4, 6.0, 20.0, ObjectClass.CAR),
        visit(5, 26.0, 27.0),
    )
    [day] = (await (await gateway.guard()).ask(ATTENDANCE, **DAY)).data["attendance"]
    assert (day["day"], day["zone"]["name"], day["visits"]) == ("2026-03-02", "Пресс", 3)
    assert (day["firstEntry"], day["lastExit"]) == ("2026-03-02T05:00:00+00:00", "2026-03-02T14:15:00+00:00")
    assert (day["personS"], day["occupiedS"]) == (3.25 * 3600, 2.75 * 3600)


async def test_a_night_shift_is_one_days_where_the_day_starts_at_noon(gateway: Gateway, observe: Observe) -> None:
    observe(visit(1, 20.0, 26.0), visit(2, 27.0, 32.0))
    browser = await gateway.guard()
    days = (await browser.ask(ATTENDANCE, **DAY)).data["attendance"]
    assert [(day["lastExit"], day["personS"]) for day in days] == [("2026-03-02T21:00:00+00:00", 4 * 3600.0)]
    [night] = (await browser.ask(ATTENDANCE, **DAY, dayStartsAt=12)).data["attendance"]
    assert (night["visits"], night["personS"], night["lastExit"]) == (2, 11 * 3600.0, "2026-03-03T05:00:00+00:00")


async def test_how_many_people_were_there_in_each_hour(gateway: Gateway, observe: Observe) -> None:
    observe(visit(1, 8.0, 8.25), visit(2, 8.5, 10.5), visit(3, 9.0, 9.5))
    rows = (await (await gateway.guard()).ask(PRESENCE, **DAY)).data["presence"]
    assert [(row["hour"], row["entries"], row["visits"], row["personS"]) for row in rows] == [
        (8, 2, 2, 0.75 * 3600),
        (9, 1, 2, 1.5 * 3600),
        (10, 0, 1, 0.5 * 3600),
    ]
