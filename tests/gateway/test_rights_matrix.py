"""Role x operation: who may do what, for every field of the schema and every route (R115, R133, R135; FAULTS G13)."""

import asyncio
import io
import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import AsyncMock

import pytest
from nats.aio.client import Client
from starlette.routing import Route

from domain.contracts.access import Right
from domain.contracts.identifiers import CameraId
from domain.contracts.subjects import detections_live_subject
from gateway import rights
from gateway.app import routes
from gateway.pages import is_page
from gateway.reads.rows import EvidenceRow
from gateway.stills.desk import Stills
from infra.embedded.nats import NatsServer
from infra.nats.bridge import connect
from tests.gateway.conftest import Gateway
from tests.gateway.operations import Operation, operations
from tests.gateway.plant import AT, INCIDENT, incident
from tests.gateway.staff import hold
from tests.gateway.test_guard import FAR_AHEAD, leaves
from tests.gateway.test_subscriptions import Socket, open_socket
from tests.gateway.test_track import frame
from tests.gateway.who_may import ABSENT, ALLOWED, ROLES, ROUTES, roles_with


@pytest.fixture
def staffed(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """With an incident, and rights that are read anew at each question."""
    monkeypatch.setattr(rights, "FRESH_S", 0.0)
    gateway.plant.put(INCIDENT)
    gateway.plant.put_recording(INCIDENT.id)
    gateway.domain.obeys(INCIDENT)
    gateway.plant.project("plant", FAR_AHEAD)
    return gateway


def asked(kind: str) -> Iterator[Operation]:
    return (each for each in operations() if (each.kind == "subscription") is (kind == "subscription"))


def codes(answer: Any) -> set[str]:
    """Codes of errors and of refusals anywhere in an answer."""
    if isinstance(answer, list):
        return set().union(*map(codes, answer))
    if not isinstance(answer, dict):
        return set()
    own = {answer["code"]} if isinstance(answer.get("code"), str) else set()
    if "message" in answer and "locations" in answer and "code" not in answer.get("extensions", {}):
        own.add(answer["message"])
    return own.union(*(codes(value) for value in answer.values()))


def test_every_operation_has_an_expectation() -> None:
    assert {f"{each.kind} {each.name}" for each in operations()} == set(ALLOWED)


async def test_every_route_has_an_expectation(gateway: Gateway) -> None:
    found = {
        f"{method} {path}"
        for path, route in leaves(routes(gateway.services).routes)
        if isinstance(route, Route) and not is_page(path.replace("{_id}", "1").replace("{_name}", "x.js"))
        for method in route.methods or ()
    }
    assert found == set(ROUTES)


async def test_queries_and_mutations_answer_those_who_have_the_right(staffed: Gateway) -> None:
    browser = await staffed.guard()
    answered: dict[str, set[str]] = {f"{each.kind} {each.name}": set() for each in asked("post")}
    for role, held in ROLES.items():
        hold(staffed, held)
        for each in asked("post"):
            before = len(staffed.domain.orders)
            found = codes((await browser.ask(each.document())).body)
            if found == {"not_allowed"}:
                assert len(staffed.domain.orders) == before, f"{each.name} was sent in the name of {role}"
                continue
            assert found <= ABSENT, (role, each.name, found)
            answered[f"{each.kind} {each.name}"].add(role)
    assert answered == {name: set(allowed) for name, allowed in ALLOWED.items() if name in answered}


async def test_subscriptions_tell_those_who_have_the_right(staffed: Gateway, nats_server: NatsServer) -> None:
    nc = await connect(nats_server.url("admin"), name="test")
    browser = await staffed.guard()
    told: dict[str, set[str]] = {f"{each.kind} {each.name}": set() for each in asked("subscription")}
    for number, (role, held) in enumerate(ROLES.items(), 20):
        hold(staffed, held)
        for each in asked("subscription"):
            async with open_socket(browser) as socket:
                await socket.subscribe(each.document())
                message = asyncio.ensure_future(socket.next())
                while not message.done():
                    staffed.plant.put(incident(1, position=staffed.plant.position + number))
                    await nc.publish(detections_live_subject(CameraId("gate")), frame(1))
                    await asyncio.sleep(0.05)
                found = codes(message.result())
            if found != {"not_allowed"}:
                assert found <= ABSENT, (role, each.name, found)
                told[f"{each.kind} {each.name}"].add(role)
    await nc.close()
    assert told == {name: set(allowed) for name, allowed in ALLOWED.items() if name in told}


async def test_routes_answer_those_who_have_the_right(staffed: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    services = staffed.services
    folder = services.settings.home / "live" / "gate"
    folder.mkdir(parents=True)
    (folder / "overlay").mkdir()
    for place in (folder, folder / "overlay"):
        (place / "index.m3u8").write_text("#EXTM3U")
    monkeypatch.setattr(Stills, "still", AsyncMock(return_value=b"decoded in test_stills.py"))
    services.objects.put_object(services.settings.s3_bucket, "photo", io.BytesIO(b"photo"), 5)
    staffed.plant.put_evidence(EvidenceRow(INCIDENT.id, "photo", "photo", "ab", 5, "image/jpeg", AT, AT, None))
    paths = {
        "GET /media/{incident_id}/{kind}": services.links.link(INCIDENT.id, "photo", "admin"),
        "GET /live/{camera}/still.jpg": "/live/gate/still.jpg",
        "GET /live/{camera}/{file}": "/live/gate/index.m3u8",
        "GET /live/{camera}/{quality}/{file}": "/live/gate/overlay/index.m3u8",
        "GET /metrics": "/metrics",
    }
    browser = await staffed.guard()
    answered: dict[str, set[str]] = {route: set() for route in paths}
    detailed = set()
    for role, held in ROLES.items():
        hold(staffed, held)
        for route, path in paths.items():
            answer = await browser.http.get(path)
            assert answer.status_code in (200, 403 if path == "/metrics" else 404), (role, path)
            if answer.status_code == 200:
                answered[route].add(role)
            else:
                assert answer.json()["code"] == "not_allowed" if answer.content else True
        if "details" in (await browser.http.get("/healthz")).json():
            detailed.add(role)
    assert answered == {route: set(ROUTES[route] or ()) for route in paths}
    assert detailed == set(roles_with(Right.VIEW_SYSTEM))


async def test_a_socket_tells_no_more_once_the_right_is_revoked(staffed: Gateway, nats_server: NatsServer) -> None:
    nc = await connect(nats_server.url("admin"), name="test")
    hold(staffed, ROLES["guard"])
    async with open_socket(await staffed.guard()) as socket:
        await socket.subscribe('subscription { frames(cameraId: "gate") { capturedAt } }', "frames")
        await socket.subscribe("subscription { incidentChanged { id } }", "incidents")
        moving = asyncio.create_task(_move(staffed, nc))
        await _hear(socket, "capturedAt", "incidentChanged")
        hold(staffed, ())
        await _hear(socket, "not_allowed", "not_allowed")
        moving.cancel()
    await nc.close()


async def _move(gateway: Gateway, nc: Client) -> None:
    """For ever: an incident changes and a frame is analysed."""
    while True:
        gateway.plant.put(incident(1, position=gateway.plant.position + 1))
        await nc.publish(detections_live_subject(CameraId("gate")), frame(1))
        await asyncio.sleep(0.05)


async def _hear(socket: Socket, in_frames: str, in_incidents: str) -> None:
    """Waits until both subscriptions have said these words."""
    waiting = {"frames": in_frames, "incidents": in_incidents}
    while waiting:
        message = await socket.next()
        if waiting.get(message["id"], "nothing") in json.dumps(message):
            del waiting[message["id"]]


async def test_what_was_read_a_moment_ago_is_not_read_again(gateway: Gateway) -> None:
    now = 100.0
    asker = rights.Rights(gateway.services.database, lambda: now)
    hold(gateway, (Right.WATCH_LIVE,))
    assert (await asker.recent("admin")).may(Right.WATCH_LIVE, "gate")
    hold(gateway, ())
    assert (await asker.recent("admin")).may(Right.WATCH_LIVE, "gate"), "for two seconds"
    assert not (await asker.of("admin")).may(Right.WATCH_LIVE, "gate"), "a request reads anew"
    hold(gateway, (Right.WATCH_LIVE,))
    now += rights.FRESH_S
    assert (await asker.recent("admin")).may(Right.WATCH_LIVE, "gate")
