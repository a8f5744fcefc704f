"""Nothing but signing in, the console's files and /healthz answers without a session: every route and operation."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from graphql import GraphQLObjectType, GraphQLSchema, is_required_argument
from starlette.routing import BaseRoute, Route, WebSocketRoute
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from domain.contracts.identifiers import local_user_id
from gateway import guard
from gateway.app import routes
from gateway.pages import is_page
from gateway.schema import schema
from gateway.signin.sessions import COOKIE
from tests.gateway.conftest import METRICS_TOKEN, Gateway
from tests.gateway.plant import INCIDENT

PUBLIC = {("POST", "/api/session"), ("GET", "/healthz")}
FAR_AHEAD = 1_000_000
"""Where a projection stands that has read whatever a test makes."""

VALUES = {
    "id": f'"{INCIDENT.id}"',
    "cameraId": '"gate"',
    "name": '"Ворота"',
    "source": '"rtsp://10.0.0.5/main"',
    "commandId": '"command-1"',
    "expectedVersion": "2",
    "reason": '"why"',
    "text": '"words"',
    "minutes": "5",
    "person": '"anna"',
    "pack": "FACTORY",
    "until": '"2026-03-03T09:30:00Z"',
    "at": '"2026-03-02T09:30:00Z"',
    "from": '"2026-03-02"',
    "to": '"2026-03-02"',
    "zoneId": '"press"',
    "ruleId": '"press-zone"',
    "kind": "DANGER_ZONE",
    "kinds": "[NO_HELMET]",
    "states": '["open"]',
    "pictureId": '"ab"',
    "userId": f'"{local_user_id("admin")}"',
    "roleId": '"guard"',
    "startWhatIf.input": '{ruleId: "press-zone", thresholdMin: 0.2}',
    "drawZone.input": '{zoneId: "press", cameraId: "gate", name: "Пресс", polygon: [[0, 0], [1, 0], [1, 1]]}',
    "publishRule.input": '{ruleId: "press-zone", cameraId: "gate", zoneId: "press", name: "У пресса", '
    "kind: DANGER_ZONE, thresholdMin: 0.4, thresholdMax: 0.7, dwellS: 1, windowS: 5, gapS: 3}",
}


def leaves(found: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, BaseRoute]]:
    """(path, route) of every route, those of included routers too."""
    for route in found:
        if isinstance(route, Route | APIRoute | WebSocketRoute):
            yield prefix + route.path, route
        else:
            inner: Any = route
            assert hasattr(inner, "original_router"), f"a route of a kind that this test does not know: {route!r}"
            yield from leaves(inner.original_router.routes, prefix + inner.include_context.prefix)


def operations() -> Iterator[tuple[str, str]]:
    """(kind, document) for every field of Query, Mutation and Subscription."""
    inner: GraphQLSchema = schema._schema
    roots = {"query": inner.query_type, "mutation": inner.mutation_type, "subscription": inner.subscription_type}
    for kind, root in roots.items():
        assert isinstance(root, GraphQLObjectType)
        for name, found in root.fields.items():
            required = [n for n, argument in found.args.items() if is_required_argument(argument)]
            given = ", ".join(f"{n}: {VALUES.get(f'{name}.{n}') or VALUES[n]}" for n in required)
            yield kind, f"{kind} {{ {name}{f'({given})' if given else ''} {{ __typename }} }}"


def test_the_walk_sees_every_operation() -> None:
    assert len(list(operations())) == 30 + 31 + 3


async def test_every_route_refuses_a_stranger(gateway: Gateway) -> None:
    stranger = await gateway.browser()
    seen = 0
    for pattern, route in leaves(routes(gateway.services).routes):
        if isinstance(route, WebSocketRoute):
            assert pattern == guard.SOCKET_PATH
            continue
        path = pattern.format(
            incident_id=INCIDENT.id,
            kind="photo",
            camera="gate",
            quality="reduced",
            file="index.m3u8",
            session="x",
            zone="press",
            picture="ab",
            name="x",
            _id="1",
            _name="index-abc123.js",
        )
        assert isinstance(route, Route | APIRoute)
        for method in route.methods or ():
            seen += 1
            answer = await stranger.http.request(method, path)
            if (method, path) in PUBLIC or (method in ("GET", "HEAD") and is_page(path)):
                assert answer.status_code != 401, (method, path)
            else:
                assert answer.status_code == 401, (method, path)
                assert answer.json() == {"code": "signed_out", "message": "sign in first"}
    assert seen > 15


async def test_every_operation_refuses_a_stranger_and_publishes_nothing(gateway: Gateway) -> None:
    gateway.plant.put(INCIDENT)
    stranger = await gateway.browser()
    for _, document in operations():
        answer = await stranger.ask(document)
        assert answer.status == 401, document
        assert set(answer.body) == {"code", "message"}
    assert gateway.domain.orders == []


async def test_the_same_operations_answer_whoever_is_signed_in(gateway: Gateway) -> None:
    gateway.plant.put(INCIDENT)
    gateway.domain.obeys(INCIDENT)
    gateway.plant.project("plant", FAR_AHEAD)
    signed_in = await gateway.guard()
    for kind, document in operations():
        if kind != "subscription":
            assert (await signed_in.ask(document)).data


@pytest.mark.parametrize(
    "cookie", ["", "x", "a" * 5000, "%00", f"{COOKIE}=", f"{COOKIE}={'A' * 43}", f'{COOKIE}="; DROP TABLE', "=;=;,"]
)
async def test_no_odd_cookie_opens_the_door(gateway: Gateway, cookie: str) -> None:
    stranger = await gateway.browser(Cookie=cookie)
    assert (await stranger.http.get("/api/session")).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/graphql/",
        "//graphql",
        "/assets/../graphql",
        "/assets/%2e%2e/api/session",
        "/incidents/..%2f..%2fmetrics",
        "/api",
    ],
)
async def test_no_odd_path_goes_around_the_door(gateway: Gateway, path: str) -> None:
    stranger = await gateway.browser()
    assert (await stranger.http.get(gateway.url + path)).status_code in (401, 404)


async def test_the_scrapers_token_opens_metrics_and_nothing_else(gateway: Gateway) -> None:
    scraper = await gateway.browser(Authorization=f"Bearer {METRICS_TOKEN}")
    assert (await scraper.http.get("/metrics")).status_code == 200
    assert (await scraper.http.get("/api/session")).status_code == 401
    assert (await scraper.ask("{ me { login } }")).status == 401
    for wrong in ("Bearer", "Bearer wrong", METRICS_TOKEN):
        stranger = await gateway.browser(Authorization=wrong)
        assert (await stranger.http.get("/metrics")).status_code == 401


async def test_a_request_of_another_site_changes_nothing(gateway: Gateway) -> None:
    gateway.plant.put(INCIDENT)
    browser = await gateway.guard()
    document = next(d for k, d in operations() if k == "mutation")
    for origin in ("https://evil.example", "null", gateway.url + ".evil.example"):
        answer = await browser.http.post("/graphql", json={"query": document}, headers={"Origin": origin})
        assert answer.status_code == 403
    assert gateway.domain.orders == []


async def test_a_socket_needs_a_cookie_and_the_gateways_own_page(gateway: Gateway) -> None:
    browser, stranger = await gateway.guard(), await gateway.browser()
    for visitor, headers in (
        (stranger, {}),
        (browser, {"Origin": "https://evil.example"}),
        (browser, {"Origin": ""}),
    ):
        with pytest.raises(InvalidStatus):
            async with visitor.socket(**headers):
                pass
    async with browser.socket() as socket:
        await socket.send('{"type": "connection_init"}')
        assert "connection_ack" in await socket.recv()


async def test_an_open_socket_ends_soon_after_signing_out(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "RECHECK_S", 0.1)
    browser = await gateway.guard()
    async with browser.socket() as socket:
        await socket.send('{"type": "connection_init"}')
        await socket.recv()
        await browser.http.delete("/api/session")
        with pytest.raises(ConnectionClosed) as ended:
            await asyncio.wait_for(socket.recv(), 5)
    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == guard.UNAUTHORIZED


async def test_an_older_socket_protocol_is_not_spoken(gateway: Gateway) -> None:
    browser = await gateway.guard()
    cookie = f"{COOKIE}={browser.http.cookies[COOKIE]}"
    url = gateway.url.replace("http", "ws") + "/graphql"
    headers = {"Cookie": cookie, "Origin": gateway.url}
    older = [Subprotocol("graphql-ws")]
    async with connect(url, additional_headers=headers, subprotocols=older, proxy=None) as socket:
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(socket.recv(), 5)


async def test_every_answer_carries_the_security_headers(gateway: Gateway) -> None:
    browser = await gateway.guard()
    for path in ("/", "/api/session", "/graphql", "/nowhere", "/healthz", "/assets/nothing.js"):
        headers = (await browser.http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "unsafe" not in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "server" not in headers
