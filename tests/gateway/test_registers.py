"""Both registers over GraphQL: every field, every order, every filter."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.gateway.busy_plant import UNPROCESSED, VIOLATIONS, make_busy, numbers
from tests.gateway.conftest import Gateway
from tests.gateway.plant import AT

SORTS = (
    *("OPENED_AT", "CAMERA", "ZONE", "ENTERPRISE", "KIND", "SCORE"),
    *("PHOTO", "CLIP", "ASSIGNEE", "COMMENTS", "FALSE_POSITIVE"),
)


@pytest.fixture
def busy(gateway: Gateway) -> Gateway:
    make_busy(gateway.plant)
    return gateway


async def test_a_violation_has_every_field_of_the_register(busy: Gateway) -> None:
    browser = await busy.guard()
    [edge] = (await browser.ask(VIOLATIONS)).data["violations"]["edges"]
    node = edge["node"]
    [photo] = node.pop("evidence")
    assert photo["url"].startswith("/media/")
    assert photo["sha256"] == "ab" * 32
    assert node == {
        "id": str(UUID(int=9)),
        "openedAt": (AT + timedelta(minutes=9)).isoformat(),
        "cameraName": "Ворота",
        "zoneName": "",
        "enterprise": "АО «Завод»",
        "classification": "DANGER_ZONE",
        "score": 0.7,
        "verdict": "VIOLATION",
        "falsePositive": False,
        "decidedBy": "anna",
        "assignee": "anna",
        "comments": 2,
        "hasPhoto": True,
        "hasClip": False,
        "incident": {"version": 2},
    }


async def test_R103_false_positives_are_shown_when_they_are_asked_for(busy: Gateway) -> None:
    browser = await busy.guard()
    assert numbers(await browser.ask(VIOLATIONS), "violations") == [9]
    asked = await browser.ask(VIOLATIONS, false=True)
    assert numbers(asked, "violations") == [10, 9]
    assert [edge["node"]["falsePositive"] for edge in asked.data["violations"]["edges"]] == [True, False]


@pytest.mark.parametrize("by", SORTS)
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_pages_of_every_order_meet_without_gap_or_repeat(busy: Gateway, by: str, direction: str) -> None:
    browser = await busy.guard()
    sort = {"by": by, "direction": direction}
    whole = numbers(await browser.ask(UNPROCESSED, sort=sort))
    paged: list[int] = []
    after = None
    for _ in range(3):
        answer = await browser.ask(UNPROCESSED, sort=sort, first=3, after=after)
        paged += numbers(answer)
        after = answer.data["unprocessedEvents"]["pageInfo"]["endCursor"]
    assert paged == whole
    assert sorted(whole) == list(range(1, 9))
    assert answer.data["unprocessedEvents"]["totalCount"] == 8
    other = {"by": "SCORE" if by != "SCORE" else "KIND", "direction": direction}
    assert (await browser.ask(UNPROCESSED, sort=other, after=after)).errors[0]["extensions"]["code"] == "invalid_input"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"cameraIds": ["yard"]}, [8, 6, 4, 2]),
        ({"zoneIds": ["press"]}, [8, 7, 6, 5, 4, 3, 2, 1]),
        ({"zoneIds": []}, []),
        ({"kinds": ["NO_HELMET"]}, []),
        ({"scoreMin": 0.2}, [7, 6, 3, 2]),
        ({"scoreMax": 0.1}, [8, 5, 4, 1]),
        ({"assignees": ["boris"]}, [2]),
        ({"assignees": ["", "boris"]}, [8, 7, 6, 5, 4, 3, 2, 1]),
        ({"commentsMin": 1}, [3, 2]),
        ({"hasPhoto": True}, []),
        ({"enterprise": "АО «Завод»", "from": "2026-03-02T09:36:00Z"}, [8, 7, 6]),
        ({"enterprise": "' or true --"}, []),
        ({"to": "2026-03-02T09:32:00Z"}, [1]),
    ],
)
async def test_each_field_filters(busy: Gateway, condition: dict[str, Any], expected: list[int]) -> None:
    browser = await busy.guard()
    answer = await browser.ask(UNPROCESSED, filter=condition)
    assert numbers(answer) == expected
    assert answer.data["unprocessedEvents"]["totalCount"] == len(expected)


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
        ({"after": "AAAA"}, "after"),
        ({"filter": {"scoreMin": 1.5}}, "scoreMin"),
        ({"filter": {"from": "2026-03-02T09:36:00"}}, "from"),
        ({"filter": {"assignees": ["a\x00"]}}, "assignees"),
    ],
)
async def test_a_wrong_question_is_refused_by_name(busy: Gateway, variables: dict[str, Any], word: str) -> None:
    browser = await busy.guard()
    assert word in (await browser.ask(UNPROCESSED, **variables)).errors[0]["message"]
