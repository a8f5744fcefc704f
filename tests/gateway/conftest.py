"""A whole gateway on real servers, a small plant behind it, and browsers in front of it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from domain.replay.desk.desk import ReplayDesk
from domain.replay.desk.settings import DeskSettings
from gateway.__main__ import build
from gateway.app import application
from gateway.database import sql
from gateway.services import Services
from gateway.settings import GatewaySettings
from infra.embedded.nats import NatsServer
from infra.embedded.ports import any_free_port
from infra.embedded.postgres import GATEWAY, PROJECTIONS, PostgresServer
from infra.embedded.s3 import S3Server
from infra.nats import bridge
from infra.nats.streams import ensure_streams
from tests.gateway.domain_stand_in import DomainStandIn
from tests.gateway.plant import Plant

PASSWORD = "open sesame 42"
METRICS_TOKEN = "scraper's token"


@dataclass
class Answer:
    """A GraphQL answer."""

    status: int
    body: dict[str, Any]

    @property
    def data(self) -> Any:
        assert "errors" not in self.body, self.body["errors"]
        return self.body["data"]

    @property
    def errors(self) -> list[dict[str, Any]]:
        return self.body.get("errors") or []


@dataclass
class Browser:
    """Somebody in front of the gateway, signed in or not."""

    http: httpx.AsyncClient

    async def sign_in(self, login: str = "admin", password: str = PASSWORD) -> httpx.Response:
        return await self.http.post("/api/session", json={"login": login, "password": password})

    async def ask(self, query: str, **variables: Any) -> Answer:
        response = await self.http.post("/graphql", json={"query": query, "variables": variables})
        return Answer(response.status_code, response.json())

    @asynccontextmanager
    async def socket(self, **headers: str) -> AsyncIterator[ClientConnection]:
        """A graphql-transport-ws connection with this browser's cookie, from the gateway's own page."""
        url = str(self.http.base_url.join("/graphql")).replace("http", "ws", 1)
        cookie = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        sent = {"Cookie": cookie, "Origin": str(self.http.base_url).rstrip("/"), **headers}
        async with connect(
            url,
            additional_headers=sent,
            subprotocols=[Subprotocol("graphql-transport-ws")],
            proxy=None,
        ) as socket:
            yield socket


@dataclass
class Gateway:
    """A running gateway."""

    services: Services
    url: str
    plant: Plant
    domain: DomainStandIn
    replay: ReplayDesk
    stack: AsyncExitStack = field(repr=False)

    async def browser(self, **headers: str) -> Browser:
        """Somebody who is not signed in."""
        client = httpx.AsyncClient(base_url=self.url, timeout=20, trust_env=False, headers=headers)
        return Browser(await self.stack.enter_async_context(client))

    async def guard(self) -> Browser:
        """Somebody who is signed in."""
        browser = await self.browser()
        assert (await browser.sign_in()).status_code == 200
        return browser


@pytest.fixture
def plant(postgres: PostgresServer) -> Plant:
    """One camera with a zone and a rule, and no incidents yet."""
    plant = Plant(postgres.dsn(PROJECTIONS))
    plant.furnish()
    return plant


@pytest.fixture
def console_dir(tmp_path: Path) -> Iterator[Path]:
    """A console that is built, but small."""
    assets = tmp_path / "console" / "assets"
    assets.mkdir(parents=True)
    (assets / "index-abc123.js").write_text("start()")
    (assets / "index-abc123.js.map").write_text("{}")
    page = '<meta name="csp-nonce" content="__CSP_NONCE__"><script src="/assets/index-abc123.js"></script>'
    (tmp_path / "console" / "index.html").write_text(page)
    (tmp_path / "console" / "favicon.svg").write_text("<svg/>")
    yield tmp_path / "console"


@pytest.fixture
def settings(
    tmp_path: Path, console_dir: Path, nats_server: NatsServer, postgres: PostgresServer, s3: S3Server
) -> GatewaySettings:
    return GatewaySettings(
        home=tmp_path / "home",
        nats_url=SecretStr(nats_server.url("gateway")),
        postgres_dsn=SecretStr(postgres.dsn(GATEWAY)),
        s3_endpoint=s3.endpoint,
        s3_access_key=SecretStr(s3.access_key),
        s3_secret_key=SecretStr(s3.secret_key),
        gateway_port=any_free_port(),
        metrics_token=SecretStr(METRICS_TOKEN),
        console_dir=console_dir,
        command_timeout_s=1.0,
        projection_timeout_s=1.0,
    )


@pytest.fixture
async def gateway(settings: GatewaySettings, nats_server: NatsServer, plant: Plant) -> AsyncIterator[Gateway]:
    async with AsyncExitStack() as stack:
        admin = await bridge.connect(nats_server.url("admin"), name="test")
        stack.push_async_callback(admin.close)
        await ensure_streams(admin.jetstream())
        domain = DomainStandIn(plant)
        domain_connection = await bridge.connect(nats_server.url("domain"), name="domain stand-in")
        stack.push_async_callback(domain_connection.close)
        await domain.listen(domain_connection)
        replay = await replay_desk(settings, nats_server, stack)
        services, _ = await build(settings, stack)
        await prepare(services)
        for task in (services.projected.run(), services.feed.run()):
            stack.callback(asyncio.create_task(task).cancel)
        url = await stack.enter_async_context(serving(services))
        yield Gateway(services, url, plant, domain, replay, stack)


async def replay_desk(settings: GatewaySettings, nats_server: NatsServer, stack: AsyncExitStack) -> ReplayDesk:
    """The desk that answers what-if questions, in this process; its workers are processes of their own."""
    desk_bridge = bridge.Bridge(nats_server.url("replay"), name="replay")
    stack.callback(desk_bridge.close)
    desk = ReplayDesk(desk_bridge, DeskSettings(home=settings.home), CollectorRegistry())
    desk_bridge.run(desk.open())
    stack.callback(lambda: desk_bridge.run(desk.close()))
    return desk


async def prepare(services: Services) -> None:
    """An empty schema auth with one administrator, hashed cheaply."""
    await services.database.execute(sql("auth"))
    await services.database.execute(b"truncate auth.credential cascade")
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    await services.database.execute(sql("credential_first"), {"login": "admin", "password_hash": hashed})
    await services.vitals.listen(services.nats)


@asynccontextmanager
async def serving(services: Services) -> AsyncIterator[str]:
    """The application on its port until the block ends."""
    port = services.settings.gateway_port
    config = uvicorn.Config(
        application(services), host="127.0.0.1", port=port, log_config=None, lifespan="off", server_header=False
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        server.force_exit = True
        await task
