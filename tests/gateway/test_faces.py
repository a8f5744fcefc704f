"""Whose faces were seen, over GraphQL, on rows that the projection itself has written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.contracts.access import Right
from domain.contracts.identifiers import CameraId, TrackId, local_user_id
from domain.contracts.observations import FaceMatched
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from projections.database import connect
from projections.faces import FaceMatches
from projections.projection import Observed
from tests.domain.contracts.test_observations import FACE
from tests.gateway.conftest import Gateway
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
    hold(gateway, (Right.VIEW_FACES,), {"cameras": ["yard"]})
    assert tracks(await (await gateway.guard()).ask(QUERY)) == []
