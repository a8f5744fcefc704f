"""A H.265 camera over RTSP in a browser that plays no H.265: live, its clip, and a recording on demand (R31, R38)."""

import asyncio
import io
import time
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Page, expect

from domain.contracts.detections import from_microseconds
from domain.contracts.identifiers import CameraId
from infra import assets
from infra.embedded.child import Child, await_ready
from infra.embedded.nats import NatsServer
from infra.embedded.ports import any_free_port
from infra.embedded.rtsp import RtspServer
from infra.nats.bridge import Bridge
from producers.clip import cut
from producers.overlay import Overlay
from producers.packets import HEVC
from producers.recorder import Recorder
from producers.ring import PacketRing
from producers.slots import EncoderSlots
from producers.spool import HEVC_VIDEO
from producers.views import Views
from tests.e2e.console_plant import recent, store
from tests.e2e.test_console import sign_in
from tests.e2e.watching import shot, until
from tests.gateway.conftest import Gateway
from tests.producers.footage import encode
from tests.producers.test_pipeline import Camera

pytestmark = [pytest.mark.browser, pytest.mark.assets]

SECOND = 1_000_000
PLAYS = "(() => { const v = document.querySelector('video'); return v && v.currentTime > 0.3 && v.videoWidth; })()"
RECORDING = UUID(int=99)


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[PacketRing]:
    """What a H.265 camera sends over RTSP, received."""
    film = encode(tmp_path / "film.mp4", seconds=4, codec="libx265")
    server = RtspServer(tmp_path / "device", any_free_port(), assets.fetch("go2rtc"), {"gate": film})
    child = Child(server.launch(), server.home)
    await_ready(server, child, 20)
    camera = Camera(tmp_path / "camera", server.url("gate"))
    yield camera.ring
    camera.stop()
    child.stop()


@pytest.fixture
def views(gateway: Gateway, nats_server: NatsServer, ring: PacketRing) -> Iterator[Views]:
    home, bridge = gateway.services.settings.home, Bridge(nats_server.url("producer"), name="producer")
    overlay = Overlay(bridge, CameraId("gate"), UTC)
    views = Views(home, "gate", ring, EncoderSlots(home, 2), segment_us=SECOND, segments=8, overlay=overlay)
    views.start()
    yield views
    views.close(5)
    bridge.close()


async def kept(ring: PacketRing, seconds: float) -> None:
    async with asyncio.timeout(20):
        while ring.seconds < seconds:  # noqa: ASYNC110 - the ring has no event for it
            await asyncio.sleep(0.1)


async def test_a_h265_camera_is_watched_recorded_and_its_clip_is_played(
    page: Page, gateway: Gateway, ring: PacketRing, views: Views, tmp_path: Path
) -> None:
    await kept(ring, 3)
    assert ring.codec == HEVC
    await sign_in(page)
    await _watch(page)
    await _play_clip(page, gateway, ring, tmp_path)
    await _play_recording(page, gateway, ring, tmp_path)


async def _watch(page: Page) -> None:
    await page.goto("/cameras/gate")
    await until(page, PLAYS)
    assert await page.evaluate("document.querySelector('video').videoWidth") == 320
    await page.get_by_label("Качество").click()
    await page.get_by_title("Сниженное").click()
    await until(page, PLAYS)
    await shot(page, "camera-quality")
    await page.reload()
    await expect(page.locator(".media-tools .ant-select")).to_contain_text("Сниженное")


async def _play_clip(page: Page, gateway: Gateway, ring: PacketRing, folder: Path) -> None:
    row = recent(1, minutes_ago=1)
    clip = cut(ring.around(ring.newest_us - SECOND, 2 * SECOND, SECOND), folder / "clip.mp4")
    store(gateway, row, "clip", HEVC_VIDEO, clip.path.read_bytes())
    gateway.plant.put(row)
    await page.goto(f"/incidents/{row.id}")
    await page.get_by_text("Видео", exact=True).click()
    await until(page, PLAYS, 20)
    await page.get_by_role("switch", name="С разметкой").click()
    await until(page, PLAYS, 20)
    await shot(page, "clip-overlay")


async def _play_recording(page: Page, gateway: Gateway, ring: PacketRing, folder: Path) -> None:
    path = folder / "recording.mp4"
    recorder = Recorder(ring, path, ring.newest_us - 2 * SECOND, ring.newest_us)
    recorder.step(time.time_ns() // 1000)
    span, data = recorder.close(), path.read_bytes()
    services = gateway.services
    services.objects.put_object(services.settings.s3_bucket, "recordings/1.mp4", io.BytesIO(data), len(data))
    since, until_ = from_microseconds(span.captured_from_us), from_microseconds(span.captured_to_us)
    gateway.plant.put_recording(
        RECORDING,
        started_at=since + timedelta(seconds=1),
        captured_from=since,
        captured_to=until_,
        size_bytes=len(data),
        media_type=span.media_type,
        sha256="99" * 32,
    )
    await page.goto("/recordings")
    await expect(page.get_by_role("table", name="Записи")).to_contain_text("разгрузка")
    await shot(page, "recordings")
    await page.get_by_role("button", name="Смотреть").click()
    await until(page, PLAYS, 20)
    length = await page.evaluate("document.querySelector('video').duration")
    assert abs(length - (until_ - since).total_seconds()) < 0.5
