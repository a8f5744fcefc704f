"""Recording on demand from the console: who may ask, what is sent, the register and its files (R38 to R40)."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.contracts.access import Right
from domain.contracts.commands import (
    Accepted,
    LockRecording,
    Order,
    Refused,
    Reply,
    StartRecording,
    StopRecording,
    UnlockRecording,
)
from domain.contracts.identifiers import CameraId, recording_id
from tests.gateway.conftest import Gateway
from tests.gateway.plant import AT
from tests.gateway.staff import hold

ID = UUID(int=77)
START = """mutation ($minutes: Float!, $reason: String!, $camera: ID!) {
  startRecording(cameraId: $camera, minutes: $minutes, reason: $reason, commandId: "command-1") {
    ... on Recording { id state cameraId reason askedBy endsAt camera { name } file { url } }
    ... on Refusal { code message }
  }
}"""
LIST = """query ($first: Int!, $after: String, $cameras: [ID!]) {
  recordings(first: $first, after: $after, cameraIds: $cameras) {
    edges { node { id state file { url playUrl sha256 sizeBytes end isPartial } } } pageInfo { hasNextPage endCursor }
  }
}"""


@pytest.fixture
def answering(gateway: Gateway) -> Callable[[dict[str, Any]], None]:
    """The domain accepts, and the projection writes this row."""

    def told(row: dict[str, Any]) -> None:
        def answer(order: Order) -> Reply:
            assert isinstance(order.command, StartRecording)
            gateway.plant.put_recording(order.command.recording_id, **row)
            return Accepted(0)

        gateway.domain.answer = answer

    gateway.plant.project("recordings", 5)
    return told


GOING: dict[str, Any] = dict.fromkeys(
    ("key", "sha256", "size_bytes", "media_type", "captured_from", "captured_to", "ended_by")
) | {"state": "recording"}


async def test_a_person_has_a_camera_recorded_and_says_why(
    gateway: Gateway, answering: Callable[[dict[str, Any]], None]
) -> None:
    answering(GOING)
    browser = await gateway.guard()
    answer = await browser.ask(START, camera="gate", minutes=2.5, reason=" разгрузка ")
    expected = recording_id(CameraId("gate"), "command-1")
    assert answer.data["startRecording"] == {
        "id": str(expected),
        "state": "RECORDING",
        "cameraId": "gate",
        "reason": "разгрузка",
        "askedBy": "anna",
        "endsAt": (AT + timedelta(minutes=5)).isoformat(),
        "camera": {"name": "Ворота"},
        "file": None,
    }
    [order] = gateway.domain.orders
    assert order.command == StartRecording(expected, CameraId("gate"), 150, "разгрузка")
    assert (order.by, order.command_id) == ("admin", "command-1")


IMPOSSIBLE: tuple[tuple[dict[str, Any], str], ...] = (
    ({"minutes": 0.0}, "invalid_input"),
    ({"minutes": -1.0}, "invalid_input"),
    ({"minutes": 30.1}, "invalid_input"),
    ({"reason": "  "}, "invalid_input"),
    ({"camera": "nowhere"}, "plant_part_unknown"),
    ({"camera": "../etc"}, "plant_part_unknown"),
)


async def test_what_cannot_be_is_refused_before_the_domain_hears_of_it(gateway: Gateway) -> None:
    browser = await gateway.guard()
    for variables, code in IMPOSSIBLE:
        given = {"camera": "gate", "minutes": 1.0, "reason": "why"} | variables
        answer = await browser.ask(START, **given)
        assert answer.data["startRecording"]["code"] == code, variables
    assert gateway.domain.orders == []


async def test_the_domains_no_is_told(gateway: Gateway) -> None:
    gateway.domain.answer = lambda _: Refused("field_refused", "camera_id")
    answer = await (await gateway.guard()).ask(START, camera="gate", minutes=1.0, reason="why")
    assert answer.data["startRecording"] == {"code": "field_refused", "message": "camera_id"}


CHANGES: tuple[tuple[str, type[Any]], ...] = (
    ("stopRecording(id: $id, commandId: $c)", StopRecording),
    ('lockRecording(id: $id, reason: "why", commandId: $c)', LockRecording),
    ('unlockRecording(id: $id, reason: "why", commandId: $c)', UnlockRecording),
)


async def test_a_recording_is_stopped_locked_and_unlocked(gateway: Gateway) -> None:
    gateway.plant.put_recording(ID)
    gateway.plant.project("recordings", 5)
    gateway.domain.answer = lambda _: Accepted(0)
    browser = await gateway.guard()
    answered = "{ ... on Recording { id } ... on Refusal { code } }"
    for mutation, command in CHANGES:
        question = f"mutation ($id: ID!, $c: String!) {{ it: {mutation} {answered} }}"
        for given, expected in ((str(ID), {"id": str(ID)}), ("nonsense", {"code": "recording_unknown"})):
            answer = await browser.ask(question, id=given, c="command-1")
            assert answer.data["it"] == expected
        sent = gateway.domain.orders[-1].command
        assert isinstance(sent, command)
        assert sent.recording_id == ID
    assert len(gateway.domain.orders) == len(CHANGES)


async def test_the_register_comes_in_pages_newest_first(gateway: Gateway) -> None:
    for number in range(5):
        gateway.plant.put_recording(UUID(int=number + 1), started_at=AT + timedelta(minutes=number // 2))
    browser = await gateway.guard()
    seen: list[str] = []
    after = None
    while True:
        page = (await browser.ask(LIST, first=2, after=after)).data["recordings"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert seen == [str(UUID(int=n)) for n in (5, 4, 3, 2, 1)]
    assert (await browser.ask(LIST, first=2, after="nonsense")).errors[0]["extensions"]["code"] == "invalid_input"
    assert (await browser.ask(LIST, first=0)).errors[0]["extensions"]["code"] == "invalid_input"
    assert (await browser.ask(LIST, first=5, cameras=["other"])).data["recordings"]["edges"] == []


async def test_a_recording_is_played_and_downloaded_by_who_may_see_evidence(gateway: Gateway) -> None:
    services = gateway.services
    data = b"a recording"
    services.objects.put_object(services.settings.s3_bucket, "recordings/1.mp4", io.BytesIO(data), len(data))
    gateway.plant.put_recording(ID, size_bytes=len(data), ended_by="restarted")
    browser = await gateway.guard()
    [edge] = (await browser.ask(LIST, first=5)).data["recordings"]["edges"]
    file = edge["node"]["file"]
    assert (file["end"], file["isPartial"], file["playUrl"]) == ("RESTARTED", True, file["url"])
    answer = await browser.http.get(file["url"], headers={"Range": "bytes=2-10"})
    assert (answer.status_code, answer.content) == (206, data[2:])
    assert answer.headers["content-type"] == "video/mp4"
    hold(gateway, (Right.RECORD_VIDEO,))
    [edge] = (await browser.ask(LIST, first=5)).data["recordings"]["edges"]
    assert edge["node"]["file"]["url"] is None
    services.rights._kept.clear()
    assert (await browser.http.get(file["url"])).status_code == 404


async def test_a_recording_that_was_given_up_says_so(gateway: Gateway) -> None:
    gateway.plant.put_recording(ID, state="expired", expired_at=AT, expired_cause="retention")
    browser = await gateway.guard()
    [edge] = (await browser.ask(LIST, first=5)).data["recordings"]["edges"]
    assert edge["node"]["state"] == "EXPIRED"
    assert edge["node"]["file"]["url"] is None
    link = gateway.services.links.link(ID, "recording", "admin")
    assert (await browser.http.get(link)).status_code == 410


async def test_a_long_recording_of_h265_is_only_downloaded(gateway: Gateway) -> None:
    of_h265 = {"media_type": "video/mp4; codecs=hev1"}
    gateway.plant.put_recording(ID, **of_h265, captured_to=AT + timedelta(minutes=20))
    gateway.plant.put_recording(UUID(int=78), **of_h265, started_at=AT - timedelta(minutes=1))
    browser = await gateway.guard()
    long, short = (edge["node"]["file"] for edge in (await browser.ask(LIST, first=5)).data["recordings"]["edges"])
    assert (long["playUrl"], bool(long["url"])) == (None, True)
    assert "/recording-copy?" in short["playUrl"]
