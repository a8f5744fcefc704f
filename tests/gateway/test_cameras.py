"""registerCamera, retireCamera: who may connect what (R21, R32, R33; FAULTS C15)."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from domain.contracts.commands import Accepted, Order, Refused, RegisterCamera, RetireCamera
from domain.contracts.identifiers import CameraId
from tests.gateway.conftest import Answer, Browser, Gateway

REGISTER = """
mutation ($id: ID!, $name: String!, $source: String!, $second: String, $fps: Float, $ppe: Boolean, $c: String!) {
  p: registerCamera(cameraId: $id, name: $name, source: $source, analysisSource: $second, targetFps: $fps, ppe: $ppe,
                    commandId: $c) {
    __typename ... on Camera { id name targetFps } ... on Refusal { code message }
  }
}
"""
RETIRE = """
mutation ($id: ID!, $c: String!) {
  p: retireCamera(cameraId: $id, commandId: $c) { __typename ... on CameraRetired { id } ... on Refusal { code } }
}
"""
MAIN, SECOND = "rtsp://10.0.0.5:554/main?channel=1", "rtsp://10.0.0.5:554/sub"


async def ask(browser: Browser, **changes: Any) -> Answer:
    given = {"id": "yard", "name": "Двор", "source": MAIN, "second": SECOND, "fps": 5.0, "ppe": True, "c": "command-1"}
    return await browser.ask(REGISTER, **(given | changes))


def obeying(gateway: Gateway) -> Callable[[Order], Accepted]:
    """As domain and projection do."""

    def answer(order: Order) -> Accepted:
        told = order.command
        with psycopg.connect(gateway.plant.dsn) as connection:
            if isinstance(told, RegisterCamera):
                connection.execute(
                    "insert into read_model.camera (id, name, source, target_fps, analysis_width, ppe, position) "
                    "values (%s, %s, %s, %s, %s, %s, 5)",
                    [told.camera_id, told.name, told.source, told.target_fps, told.analysis_width, told.ppe],
                )
            moved = "update read_model.projection set position = position + 1 where name = 'plant' returning position"
            row = connection.execute(moved).fetchone()
            assert row is not None
            connection.execute("select pg_notify('kaska_projected', %s)", [f"plant:{row[0]}"])
        return Accepted(int(row[0]))

    return answer


async def test_a_camera_is_connected_with_both_its_streams(gateway: Gateway) -> None:
    gateway.domain.answer = obeying(gateway)
    answer = await ask(await gateway.guard())
    assert answer.data["p"] == {"__typename": "Camera", "id": "yard", "name": "Двор", "targetFps": 5.0}
    [order] = gateway.domain.orders
    assert order.command == RegisterCamera(CameraId("yard"), "Двор", MAIN, 5.0, 1280, True, SECOND)


async def test_a_camera_is_taken_out(gateway: Gateway) -> None:
    gateway.domain.answer = obeying(gateway)
    answer = await (await gateway.guard()).ask(RETIRE, id="gate", c="command-1")
    assert answer.data["p"] == {"__typename": "CameraRetired", "id": "gate"}
    [order] = gateway.domain.orders
    assert order.command == RetireCamera(CameraId("gate"))


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "file:///etc/passwd"},
        {"source": "archive:///records"},
        {"source": "http://169.254.169.254/"},
        {"source": "rtsp://user:secret@10.0.0.5/"},
        {"source": "rtsp://10.0.0.5/a b"},
        {"second": "file:///srv/film.mp4"},
        {"second": "rtsps://10.0.0.5/x?transport=udp"},
        {"id": "../x"},
        {"name": " "},
        {"c": "short"},
    ],
)
async def test_what_cannot_be_a_camera_is_refused_and_nothing_is_published(
    gateway: Gateway, changes: dict[str, str]
) -> None:
    answer = await ask(await gateway.guard(), **changes)
    assert answer.data["p"]["code"] == "invalid_input"
    assert "secret" not in str(answer.body)
    assert gateway.domain.orders == []


async def test_a_refusal_of_the_domain_is_a_member_of_the_union(gateway: Gateway) -> None:
    gateway.domain.answer = lambda _: Refused("field_refused", "target_fps: 0.2 to 60 frames/s")
    answer = await ask(await gateway.guard(), fps=100.0)
    assert answer.data["p"]["code"] == "field_refused"
