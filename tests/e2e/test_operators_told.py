"""What a person is told in the console when a camera or a file is not what it should be (FAULTS C5, C14, D3)."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from nats.aio.client import Client
from playwright.async_api import Page, expect
from psycopg.types.json import Jsonb

from domain.contracts.observations import MINUTE
from gateway.reads.rows import EvidenceRow
from infra.embedded.nats import NatsServer
from infra.nats.bridge import connect
from tests.e2e.test_console import sign_in
from tests.e2e.watching import shot
from tests.gateway.conftest import Gateway
from tests.gateway.plant import AT, INCIDENT

pytestmark = pytest.mark.browser

STREAM = {"codec": "h264", "width": 1280, "height": 720, "fps": 25.0, "kbit_s": 940}
COUNTED: dict[str, Any] = {"target_fps": 10.0, "expected": 600, "captured": 1500, "analysed": 590, "detected": 60}


@pytest.fixture
async def admin(nats_server: NatsServer) -> AsyncIterator[Client]:
    client = await connect(nats_server.url("admin"), name="test")
    yield client
    await client.close()


async def is_overloaded(admin: Client) -> None:
    """As the analysis tells it, until it is cancelled."""
    while True:
        await admin.publish("vitals.inference", b"kaska_detector_stretch 2.4\n")
        await asyncio.sleep(0.5)


async def test_a_camera_page_tells_overload_and_another_format(page: Page, gateway: Gateway, admin: Client) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    for ago, stream in ((1, STREAM), (2, STREAM | {"codec": "hevc", "width": 2560, "height": 1440})):
        lists = {name: Jsonb([]) for name in ("dropped", "models", "gaps")}
        row = {"camera_id": "gate", "minute": now - ago * MINUTE, "since": now - ago * MINUTE, "stream": Jsonb(stream)}
        gateway.plant.put_row("coverage_minute", **row, **COUNTED, **lists, position=ago)
    work = asyncio.create_task(is_overloaded(admin))
    try:
        await sign_in(page)
        await page.goto("/cameras/gate")
        stream_panel = page.get_by_role("region", name="Поток камеры")
        await expect(stream_panel).to_contain_text("H.264 1280×720")
        await expect(stream_panel).to_contain_text("940 кбит/с")
        await expect(stream_panel).to_contain_text("камера присылала H.265 2560×1440")
        warnings = page.get_by_role("list", name="Предупреждения")
        await expect(warnings).to_contain_text("Не хватает мощности: детектор смотрит реже нужного в 2,4 раза")
        await shot(page, "camera-told")
    finally:
        work.cancel()


async def test_a_photo_with_another_byte_is_never_shown_as_evidence(page: Page, gateway: Gateway) -> None:
    await sign_in(page)
    await page.goto("/incidents")
    picture = await page.screenshot(type="jpeg")
    key = f"incidents/{uuid4()}/photo"
    gateway.services.objects.put_object(gateway.services.settings.s3_bucket, key, io.BytesIO(picture), len(picture))
    recorded = hashlib.sha256(picture + b"other").hexdigest()
    gateway.plant.put(INCIDENT)
    gateway.plant.put_evidence(
        EvidenceRow(INCIDENT.id, "photo", key, recorded, len(picture), "image/jpeg", AT, AT, None)
    )
    await page.goto(f"/incidents/{INCIDENT.id}")
    await expect(page.get_by_role("alert")).to_contain_text("не совпадает с записанным в истории")
    await shot(page, "photo-altered")
