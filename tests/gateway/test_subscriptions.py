"""What a socket tells: changed incidents, and what the models see on a camera."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from domain.contracts.subjects import detections_live_subject
from gateway import feed
from gateway.errors import SubscriberTooSlow
from gateway.graph.router import SUBSCRIPTIONS_PER_SOCKET
from infra.embedded.nats import NatsServer
from infra.nats.bridge import connect
from tests.gateway.conftest import Browser, Gateway
from tests.gateway.plant import INCIDENT, incident
from tests.gateway.test_track import frame, person

CHANGED = "subscription { incidentChanged { id verdict camera { name } } }"


@dataclass
class Socket:
    connection: ClientConnection

    async def subscribe(self, query: str, id: str = "1", **variables: Any) -> None:
        payload = {"query": query, "variables": variables}
        await self.connection.send(json.dumps({"id": id, "type": "subscribe", "payload": payload}))

    async def next(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(await asyncio.wait_for(self.connection.recv(), 10))
        return message


@asynccontextmanager
async def open_socket(browser: Browser) -> AsyncIterator[Socket]:
    async with browser.socket() as connection:
        await connection.send('{"type": "connection_init"}')
        socket = Socket(connection)
        assert (await socket.next())["type"] == "connection_ack"
        yield socket


async def until_listening(gateway: Gateway, listeners: int = 1) -> None:
    while len(gateway.services.feed._queues) < listeners:  # noqa: ASYNC110 - product code needs no event for it
        await asyncio.sleep(0.01)


async def test_changed_incidents_come_in_the_order_of_their_changes(gateway: Gateway) -> None:
    gateway.plant.put(INCIDENT)
    async with open_socket(await gateway.guard()) as socket:
        await socket.subscribe(CHANGED)
        await until_listening(gateway)
        gateway.plant.put(incident(3), incident(2))
        gateway.plant.put(incident(1, verdict="violation", position=20))
        seen = [(await socket.next())["payload"]["data"]["incidentChanged"] for _ in range(3)]
    assert [(row["id"][-1], row["verdict"]) for row in seen] == [("2", "REVIEW"), ("3", "REVIEW"), ("1", "VIOLATION")]
    assert seen[0]["camera"] == {"name": "Ворота"}


async def test_every_browser_hears_every_change(gateway: Gateway) -> None:
    browser = await gateway.guard()
    async with open_socket(browser) as one, open_socket(browser) as other:
        await one.subscribe(CHANGED)
        await other.subscribe(CHANGED)
        await until_listening(gateway, 2)
        gateway.plant.put(incident(1))
        assert await one.next() == await other.next()


async def test_a_browser_that_does_not_keep_up_is_told_to_reload(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "BACKLOG", 3)
    changes = gateway.services.feed.changes()
    first = asyncio.ensure_future(anext(changes))
    await until_listening(gateway)
    gateway.plant.put(incident(1))
    await first
    gateway.plant.put(*(incident(n) for n in range(2, 9)))
    with pytest.raises(SubscriberTooSlow):
        while True:
            await asyncio.wait_for(anext(changes), 5)


async def test_a_closed_socket_leaves_no_listener_behind(gateway: Gateway) -> None:
    async with open_socket(await gateway.guard()) as socket:
        await socket.subscribe(CHANGED)
        await until_listening(gateway)
    async with asyncio.timeout(5):
        while gateway.services.feed._queues:  # noqa: ASYNC110 - product code needs no event for it
            await asyncio.sleep(0.01)


async def test_frames_of_one_camera_come_as_they_are_analysed(gateway: Gateway, nats_server: NatsServer) -> None:
    nc = await connect(nats_server.url("admin"), name="test")
    query = """subscription ($c: ID!) { frames(cameraId: $c) {
      capturedAt lastCapturedAt tracks { trackId objectClass score box attributes { attribute absent } }
    } }"""
    async with open_socket(await gateway.guard()) as socket:
        await socket.subscribe(query, c="gate")
        received = asyncio.ensure_future(socket.next())
        while not received.done():
            await nc.publish(detections_live_subject("yard"), frame(1, person(0.1), camera="yard"))
            await nc.publish(detections_live_subject("gate"), b"broken")
            await nc.publish(detections_live_subject("gate"), frame(1, person(0.5, absent=0.75)))
            await asyncio.sleep(0.05)
        seen = received.result()["payload"]["data"]["frames"]
    await nc.close()
    assert seen["capturedAt"] == seen["lastCapturedAt"] == "2026-03-02T09:30:01+00:00"
    [track] = seen["tracks"]
    assert track["trackId"] == INCIDENT.track_id
    assert track["box"] == pytest.approx([0.25, 0.5, 0.75, 1.0], abs=1e-4)
    assert track["attributes"] == [{"attribute": "HELMET", "absent": 0.75}]


@pytest.mark.parametrize("camera", ["*", ">", "gate.>", "", "Ворота", "../x"])
async def test_a_camera_is_named_not_matched(gateway: Gateway, camera: str) -> None:
    async with open_socket(await gateway.guard()) as socket:
        await socket.subscribe("subscription ($c: ID!) { frames(cameraId: $c) { capturedAt } }", c=camera)
        message = await socket.next()
    error = message["payload"]["errors"][0] if message["type"] == "next" else message["payload"][0]
    assert error["extensions"] == {"code": "invalid_input"}


async def test_a_socket_serves_subscriptions_only(gateway: Gateway) -> None:
    gateway.plant.put(INCIDENT)
    gateway.domain.obeys(INCIDENT)
    async with open_socket(await gateway.guard()) as socket:
        await socket.subscribe("{ me { login } }")
        assert (await socket.next())["payload"][0]["message"] == "only subscriptions are served on this socket"
        await socket.subscribe(
            f'mutation {{ comment(id: "{INCIDENT.id}", text: "x", commandId: "command-1") {{ __typename }} }}', "2"
        )
        assert (await socket.next())["type"] == "error"
    assert gateway.domain.orders == []


async def test_a_post_serves_no_subscription(gateway: Gateway) -> None:
    browser = await gateway.guard()
    answer = await browser.http.post("/graphql", json={"query": CHANGED})
    assert answer.status_code == 400 or answer.json()["errors"]


async def test_a_socket_has_a_limited_number_of_subscriptions(gateway: Gateway) -> None:
    async with open_socket(await gateway.guard()) as socket:
        for n in range(SUBSCRIPTIONS_PER_SOCKET + 1):
            await socket.subscribe(CHANGED, str(n))
        message = await socket.next()
    assert (message["type"], message["id"]) == ("error", str(SUBSCRIPTIONS_PER_SOCKET))
