"""Cameras that are more than a picture: recordings, which are no camera out of order, and machines."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from nats.aio.client import Client
from playwright.async_api import Page, expect

from domain.contracts.detections import (
    Attribute,
    AttributeScore,
    FrameAnalysed,
    ObjectClass,
    TrackObservation,
    encode,
    to_microseconds,
)
from domain.contracts.identifiers import CameraId, ZoneId, machine_track
from domain.contracts.subjects import detections_subject
from infra.embedded.nats import NatsServer
from infra.nats.bridge import connect
from tests.e2e.test_console import sign_in
from tests.e2e.watching import shot
from tests.gateway.conftest import Gateway
from tests.gateway.plant import CAMERA, RULE

pytestmark = pytest.mark.browser

EXAMPLES = """kaska_machine_examples{zone="press",aspect="guard",state="closed"} 12
kaska_machine_examples{zone="press",aspect="guard",state="open"} 8
"""


@pytest.fixture
async def admin(nats_server: NatsServer) -> AsyncIterator[Client]:
    client = await connect(nats_server.url("admin"), name="test")
    yield client
    await client.close()


def press(now: datetime) -> FrameAnalysed:
    """The machine in the zone, its guard up and running; nobody taught its lamp."""
    states = (AttributeScore(Attribute.GUARD_OPEN, 0.9, 0.1), AttributeScore(Attribute.RUNNING, 0.1, 0.9))
    track = TrackObservation(machine_track(ZoneId("press")), ObjectClass.MACHINE, 1.0, (0.1, 0.1, 0.4, 0.5), states)
    at_us = to_microseconds(now)
    return FrameAnalysed(CameraId("gate"), 1, at_us, 1280, 720, (), (track,), last_captured_at_us=at_us)


async def works(admin: Client, *, is_trained: bool) -> None:
    """As the analysis does, until it is cancelled."""
    while True:
        if is_trained:
            await admin.jetstream().publish(detections_subject("gate"), encode(press(datetime.now(UTC))))
        await admin.publish("vitals.inference", EXAMPLES.encode() if is_trained else b"")
        await asyncio.sleep(0.5)


async def test_recordings_are_no_camera_that_is_out_of_order(page: Page, gateway: Gateway) -> None:
    gateway.plant.put_row(
        "camera", **CAMERA | {"id": "arc-e2e", "name": "Архив цеха", "source": "archive:///records", "position": 2}
    )
    await sign_in(page)
    await page.goto("/cameras")
    tile = page.get_by_role("link", name="Открыть камеру Архив цеха")
    await expect(tile).to_contain_text("архив")
    await expect(tile).to_contain_text("прямого эфира нет")
    await expect(tile).not_to_contain_text("не в сети")
    await shot(page, "archive-tile")
    await tile.click()
    await expect(page.get_by_role("region", name="Архивные записи")).to_contain_text("До какого момента")
    await expect(page.locator("video")).to_have_count(0)
    await expect(page.get_by_role("button", name="События камеры")).to_be_visible()
    await shot(page, "archive-camera")


async def test_a_machine_shows_what_it_was_taught_and_how_it_looks(page: Page, gateway: Gateway, admin: Client) -> None:
    gateway.plant.put_row("rule", **RULE | {"id": "press-guard", "kind": "guard_open", "position": 3})
    await sign_in(page)
    await page.goto("/cameras/gate")
    panel = page.get_by_role("region", name="Станки")
    await expect(panel).to_contain_text("Анализ не отвечает")
    for is_trained, words in ((False, "Не обучен"), (True, "Обучен: кожух – закрыт (12), открыт (8)")):
        work = asyncio.create_task(works(admin, is_trained=is_trained))
        try:
            await expect(panel).to_contain_text(words)
            if is_trained:
                await expect(panel).to_contain_text("Сейчас: кожух открыт, станок стоит")
                await shot(page, "machines")
        finally:
            work.cancel()
