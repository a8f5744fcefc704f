"""`python -m gateway` as the supervisor runs it: settings from the environment, an end in order."""

import asyncio
import os
import sys
from pathlib import Path

import httpx
import psycopg

from gateway.settings import GatewaySettings
from infra.embedded.nats import NatsServer
from infra.embedded.postgres import GATEWAY, PostgresServer
from tests.gateway.plant import Plant

ROOT = Path(__file__).parents[2]
PASSWORD = "first of all 1"


async def test_the_process_signs_its_administrator_in_and_ends_with_code_0(
    settings: GatewaySettings, nats_server: NatsServer, postgres: PostgresServer, plant: Plant, tmp_path: Path
) -> None:
    postgres_dsn = postgres.dsn(GATEWAY)
    environment = {
        "KASKA_HOME": str(tmp_path),
        "KASKA_NATS_URL": nats_server.url("gateway"),
        "KASKA_POSTGRES_DSN": postgres_dsn,
        "KASKA_S3_ENDPOINT": settings.s3_endpoint,
        "KASKA_GATEWAY_PORT": str(settings.gateway_port),
        "KASKA_ADMIN_PASSWORD": PASSWORD,
    }
    with psycopg.connect(postgres_dsn) as connection:
        connection.execute("drop table if exists auth.session, auth.credential")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway", cwd=ROOT, env=os.environ | environment, stderr=asyncio.subprocess.PIPE
    )
    url = f"http://127.0.0.1:{settings.gateway_port}"
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client, asyncio.timeout(60):
        while not await _answers(client):  # noqa: ASYNC110 - another process has no event
            await asyncio.sleep(0.1)
        body = {"login": "admin", "password": PASSWORD}
        assert (await client.post("/api/session", json=body)).status_code == 200
    process.terminate()
    _, log = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    for secret in (PASSWORD, postgres.passwords[GATEWAY], nats_server.passwords["gateway"]):
        assert secret.encode() not in log


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/healthz")).status_code in (200, 503)
    except httpx.TransportError:
        return False
