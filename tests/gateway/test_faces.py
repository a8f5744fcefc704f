"""Whose faces were seen, over GraphQL, on rows that the projection itself has written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from domain.contracts.access import Right
from domain.contracts.identifiers import CameraId, TrackId, local_user_id
from domain.contracts.observations import FaceMatched
from infra.embedded.nats import NatsServer
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from infra.nats.bridge import connect as connect_nats
from projections.database import connect
from projections.faces import FaceMatches
from projections.projection import Observed
from tests.domain.contracts.test_observations import FACE
from tests.gateway.conftest import Gateway
from tests.gateway.plant import INCIDENT, TRACK
from tests.gateway.staff import hold

QUERY = """query ($filter: FaceMatchFilter, $first: Int! = 50, $after: String) {
  faceMatches(filter: $filter, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { trackId at personId login name score camera { name } } }
  }
}"""
NOW = datetime.now(UTC).replace(microsecond=0)
ANNA = local_user_id("anna")


def face(number: int, **changes: Any) -> FaceMatched:
    plain = replace(FACE, camera_id=CameraId("gate"), track_id=TrackId(number), at=NOW - timedelta(minutes=number))
    return replace(plain, **{"keep_until": NOW + timedelta(days=30)} | changes)


Tell = Callable[..., None]


@pytest.fixture
def tell(postgres: PostgresServer, gateway: Gateway) -> Tell:
    """Writes facts as the projection does; admin may see faces."""
    with connect(postgres.dsn(PROJECTIONS), "test") as connection:
        connection.execute("truncate face_match")
    hold(gateway, (Right.VIEW_FACES,))

    def write(*facts: FaceMatched) -> None:
        with connect(postgres.dsn(PROJECTIONS), "test") as connection:
            FaceMatches().project([Observed(i, each) for i, each in enumerate(facts, 1)], connection)

    return write


def tracks(answer: Any) -> list[int]:
    return [edge["node"]["trackId"] for edge in answer.data["faceMatches"]["edges"]]


async def test_who_came_when_newest_first(gateway: Gateway, tell: Tell) -> None:
    tell(face(2), face(1, person=None), face(3, keep_until=NOW - timedelta(seconds=1)))
    browser = await gateway.guard()
    answer = await browser.ask(QUERY)
    nobody, anna = (edge["node"] for edge in answer.data["faceMatches"]["edges"])
    assert anna == {
        "trackId": 2,
        "at": (NOW - timedelta(minutes=2)).isoformat(),
        "personId": str(ANNA),
        "login": "anna" if anna["login"] else None,
        "name": anna["name"],
        "score": 0.625,
        "camera": {"name": anna["camera"]["name"]},
    }
    assert (nobody["trackId"], nobody["personId"], nobody["login"]) == (1, None, None)
    gateway.plant.put_row(
        "user_account", id=ANNA, provider="local", login="anna", name="Анна", registered_at=NOW, position=1
    )
    named = (await browser.ask(QUERY, filter={"known": True})).data["faceMatches"]["edges"]
    assert [(edge["node"]["login"], edge["node"]["name"]) for edge in named] == [("anna", "Анна")]


async def test_pages_have_no_gap_and_no_repeat(gateway: Gateway, tell: Tell) -> None:
    tell(*(replace(face(n), at=NOW - timedelta(minutes=n // 3)) for n in range(10)))
    browser = await gateway.guard()
    whole, paged, after = tracks(await browser.ask(QUERY)), list[int](), None
    for _ in range(4):
        answer = await browser.ask(QUERY, first=3, after=after)
        paged += tracks(answer)
        after = answer.data["faceMatches"]["pageInfo"]["endCursor"]
        assert answer.data["faceMatches"]["pageInfo"]["hasNextPage"] is (len(paged) < 10)
    assert paged == whole
    assert sorted(whole) == list(range(10))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"cameraIds": ["gate"]}, [1, 2, 3]),
        ({"cameraIds": ["yard"]}, []),
        ({"cameraIds": []}, []),
        ({"personIds": [str(ANNA)]}, [1, 3]),
        ({"known": False}, [2]),
        ({"from": (NOW - timedelta(minutes=2)).isoformat()}, [1, 2]),
        ({"to": (NOW - timedelta(minutes=2)).isoformat()}, [3]),
    ],
)
async def test_filters(gateway: Gateway, tell: Tell, wanted: dict[str, Any], found: list[int]) -> None:
    tell(face(1), face(2, person=None), face(3))
    assert tracks(await (await gateway.guard()).ask(QUERY, filter=wanted)) == found


async def test_who_was_erased_is_nobody_to_be_found(gateway: Gateway, tell: Tell) -> None:
    tell(face(1), face(2, person=local_user_id("boris")))
    account = {"provider": "local", "registered_at": NOW, "position": 1}
    gateway.plant.put_row("user_account", id=ANNA, login="стёрто", name="стёрто", erased_at=NOW, **account)
    gateway.plant.put_row("user_account", id=local_user_id("boris"), login="boris", name="Борис", **account)
    browser = await gateway.guard()
    anna, boris = (edge["node"] for edge in (await browser.ask(QUERY)).data["faceMatches"]["edges"])
    assert (anna["personId"], anna["name"], boris["name"]) == (None, "стёрто", "Борис")
    assert tracks(await browser.ask(QUERY, filter={"personIds": [str(ANNA)]})) == []
    assert (await browser.ask("{ facePersons { name } }")).data == {"facePersons": [{"name": "Борис"}]}
    hold(gateway, (Right.VIEW_FACES, Right.VIEW_REPORTS))
    gateway.plant.put_row("user_account", id=ANNA, login="стёрто", name="стёрто", erased_at=NOW, **account)
    assert [row["personId"] for row in await days(gateway)] == [str(local_user_id("boris"))]


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
        ({"after": "AAAA"}, "after"),
        ({"filter": {"personIds": ["anna"]}}, "personIds"),
        ({"filter": {"cameraIds": ["g\u0000"]}}, "cameraIds"),
        ({"filter": {"cameraIds": ["x"] * 1001}}, "cameraIds"),
        ({"filter": {"from": "2026-03-02T09:00:00"}}, "from"),
    ],
)
async def test_what_cannot_be_answered_is_refused(
    gateway: Gateway, tell: Tell, variables: dict[str, Any], word: str
) -> None:
    answer = await (await gateway.guard()).ask(QUERY, **variables)
    assert answer.errors[0]["extensions"] == {"code": "invalid_input"}
    assert word in answer.errors[0]["message"]


async def test_reports_alone_show_no_faces(gateway: Gateway, tell: Tell) -> None:
    tell(face(1))
    hold(gateway, tuple(right for right in Right if right is not Right.VIEW_FACES))
    answer = await (await gateway.guard()).ask(QUERY)
    assert answer.errors[0]["extensions"] == {"code": "not_allowed"}
    for query in ("{ facePersons { id } }", "{ faceModule { isHeard } }"):
        assert (await (await gateway.guard()).ask(query)).errors[0]["extensions"] == {"code": "not_allowed"}
    hold(gateway, (Right.VIEW_FACES,), {"cameras": ["yard"]})
    browser = await gateway.guard()
    assert tracks(await browser.ask(QUERY)) == []
    assert (await browser.ask("{ facePersons { id } }")).data == {"facePersons": []}


MORE = """query { faceMatches(first: 50) { edges { node {
  trackId visits { zoneId enteredAt leftAt zone { name } } incidents { id kind }
} } } }"""
DAYS = """query ($from: Date!, $to: Date!, $cameras: [ID!], $starts: Int! = 0) {
  personDays(from: $from, to: $to, cameraIds: $cameras, dayStartsAt: $starts) {
    day personId firstSeen lastSeen tracks visits withinS
  }
}"""
NOON = datetime(2026, 3, 12, 9, tzinfo=UTC)
"""Of the plant's clocks, which are those of Moscow."""


async def days(gateway: Gateway, **variables: Any) -> list[dict[str, Any]]:
    today = {"from": (NOW - timedelta(days=1)).date().isoformat(), "to": (NOW + timedelta(days=1)).date().isoformat()}
    answer = await (await gateway.guard()).ask(DAYS, **(today | variables))
    rows: list[dict[str, Any]] = answer.data["personDays"]
    return rows


def visit(gateway: Gateway, number: int, track: int, zone: str, *, since: datetime, seconds: float) -> None:
    ids = {"id": UUID(int=number), "camera_id": "gate", "zone_id": zone, "track_id": track, "position": number}
    seen = {"zone_version": 1, "object_class": "person", "max_score": 0.9, "frames": 9, "duration_s": seconds}
    of = {"detections_from": 1, "detections_to": 2}
    until = since + timedelta(seconds=seconds)
    gateway.plant.put_row("zone_visit", **ids, **seen, **of, entered_at=since, left_at=until)


@pytest.fixture
def visits(gateway: Gateway) -> None:
    with psycopg.connect(gateway.plant.dsn) as connection:
        connection.execute("truncate read_model.zone_visit")


@pytest.mark.usefixtures("visits")
async def test_a_face_leads_to_the_incidents_and_visits_of_its_track(gateway: Gateway, tell: Tell) -> None:
    tell(face(1, track_id=TrackId(TRACK)), face(8, at=NOW))
    visit(gateway, 1, TRACK, "press", since=NOW, seconds=30)
    gateway.plant.put(INCIDENT)
    both = {}
    for rights in ((Right.VIEW_FACES,), (Right.VIEW_FACES, Right.VIEW_REPORTS, Right.VIEW_INCIDENTS)):
        hold(gateway, rights)
        other, mine = (e["node"] for e in (await (await gateway.guard()).ask(MORE)).data["faceMatches"]["edges"])
        assert (other["visits"], other["incidents"]) == ([], [])
        both[len(rights)] = mine
    assert (both[1]["visits"], both[1]["incidents"]) == ([], []), "each needs a right of its own"
    [stay], [incident] = both[3]["visits"], both[3]["incidents"]
    assert (stay["zoneId"], stay["leftAt"]) == ("press", (NOW + timedelta(seconds=30)).isoformat())
    assert incident == {"id": str(INCIDENT.id), "kind": "DANGER_ZONE"}


@pytest.mark.usefixtures("visits")
async def test_R86_working_days_are_told_by_faces_and_zones(gateway: Gateway, tell: Tell) -> None:
    boris = local_user_id("boris")
    tell(
        face(1, at=NOON),
        face(2, at=NOON + timedelta(hours=4)),
        face(3, at=NOON, person=boris),
        *(face(4, at=NOON + timedelta(seconds=n), person=person) for n, person in enumerate((ANNA, boris))),
        face(5, at=NOON, person=None),
        face(6, at=NOON - timedelta(days=1)),
    )
    visit(gateway, 1, 1, "press", since=NOON - timedelta(minutes=10), seconds=1200)
    visit(gateway, 2, 1, "lathe", since=NOON, seconds=900)
    visit(gateway, 3, 2, "press", since=NOON + timedelta(hours=4), seconds=60)
    visit(gateway, 4, 4, "press", since=NOON, seconds=9000)
    visit(gateway, 5, 5, "press", since=NOON, seconds=9000)
    hold(gateway, (Right.VIEW_FACES, Right.VIEW_REPORTS))
    rows = await days(gateway, **{"from": "2026-03-12", "to": "2026-03-12"})
    assert {row["personId"]: row for row in rows} == {
        str(ANNA): {
            "day": "2026-03-12",
            "personId": str(ANNA),
            "firstSeen": (NOON - timedelta(minutes=10)).isoformat(),
            "lastSeen": (NOON + timedelta(hours=4, seconds=60)).isoformat(),
            "tracks": 2,
            "visits": 3,
            "withinS": 1500 + 60,
        },
        str(boris): {
            "day": "2026-03-12",
            "personId": str(boris),
            "firstSeen": NOON.isoformat(),
            "lastSeen": NOON.isoformat(),
            "tracks": 1,
            "visits": 0,
            "withinS": 0,
        },
    }
    assert await days(gateway, **{"from": "2026-03-12", "to": "2026-03-12", "cameras": ["yard"]}) == []
    evening = await days(gateway, **{"from": "2026-03-12", "to": "2026-03-12", "starts": 14})
    assert [(row["firstSeen"], row["tracks"]) for row in evening] == [((NOON + timedelta(hours=4)).isoformat(), 1)]


@pytest.mark.parametrize("rights", [(Right.VIEW_FACES,), (Right.VIEW_REPORTS,)])
async def test_working_days_need_both_rights(gateway: Gateway, tell: Tell, rights: tuple[Right, ...]) -> None:
    tell(face(1))
    hold(gateway, rights)
    answer = await (await gateway.guard()).ask(DAYS, **{"from": "2026-03-12", "to": "2026-03-12"})
    assert answer.errors[0]["extensions"] == {"code": "not_allowed"}


async def test_it_is_said_whether_faces_are_compared(gateway: Gateway, nats_server: NatsServer, tell: Tell) -> None:
    query = "{ faceModule { isHeard cameraIds } }"
    browser = await gateway.guard()
    assert (await browser.ask(query)).data["faceModule"] == {"isHeard": False, "cameraIds": []}
    nc = await connect_nats(nats_server.url("admin"), name="test")
    for text, cameras in (("", []), ('kaska_face_camera{camera="gate"} 1\n', ["gate"])):
        report = None
        while report is None or report.text != text:
            await nc.publish("vitals.inference", text.encode())
            await nc.flush()
            report = gateway.services.vitals.fresh_one("inference")
        assert (await browser.ask(query)).data["faceModule"] == {"isHeard": True, "cameraIds": cameras}
    hold(gateway, (Right.VIEW_FACES,), {"cameras": ["yard"]})
    assert (await (await gateway.guard()).ask(query)).data["faceModule"]["cameraIds"] == []
    await nc.close()
