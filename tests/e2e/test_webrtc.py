"""The camera page by WebRTC in a real browser: the picture, the boxes of its very moment, and HLS when it ends."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from nats.aio.client import Client
from playwright.async_api import Browser, Page, async_playwright, expect

from domain.contracts.detections import from_microseconds
from domain.contracts.subjects import detections_live_subject
from infra.live_views import LiveQuality, live_folder
from tests.e2e import media
from tests.e2e.conftest import ARGUMENTS, CHROMIUM
from tests.e2e.console_plant import analysed, recent
from tests.e2e.test_console import admin_nats, sign_in
from tests.e2e.watching import meanwhile, shot, until
from tests.gateway.conftest import Gateway
from tests.gateway.viewer import PlayingCamera
from tests.producers.footage import encode

pytestmark = pytest.mark.browser

__all__ = ["admin_nats"]

LOOP = 200
"""The box goes over the picture once in so many frames: it shows which frame it belongs to. SAMPLES skips the jump."""

PLAYS_DIRECTLY = "(() => { const v = document.querySelector('video'); return v?.srcObject && v.videoWidth === 640; })()"
PLAYS_SECOND = """
(() => {
  const all = document.querySelectorAll('.live video');
  return all.length === 1 && all[0].srcObject && all[0].videoWidth === 320;
})()
"""
PLAYS_SEGMENTS = """
(() => {
  const shown = document.querySelector('.live video');
  return !shown.srcObject && shown.currentTime > 0.2 && !document.querySelector('.live-notice');
})()
"""
RETURN_MS = 30_000
"""The console tries to come back to WebRTC after so long: see live/screen.ts."""

SAMPLES = """
async () => {
  const video = document.querySelector('video'), overlay = document.querySelector('.live canvas');
  const copy = document.createElement('canvas'), found = [];
  copy.width = video.videoWidth; copy.height = video.videoHeight;
  const picture = copy.getContext('2d', { willReadFrequently: true });
  const number = () => {
    picture.drawImage(video, 0, 0);
    const bar = Math.floor(copy.width / 12) + 1;
    return [...Array(12).keys()].reduce((sum, bit) => {
      const x = Math.min(bit * bar + Math.floor(bar / 2), copy.width - 2);
      return sum + (picture.getImageData(x, copy.height / 2, 1, 1).data[0] > 128 ? 1 << bit : 0);
    }, 0);
  };
  const edge = () => {
    const scale = Math.min(overlay.width / copy.width, overlay.height / copy.height);
    const left = (overlay.width - copy.width * scale) / 2;
    const row = overlay.getContext('2d').getImageData(0, overlay.height / 2, overlay.width, 1).data;
    for (let x = 0; x < overlay.width; x += 1) {
      if (row[4 * x + 3] > 200) return (x + 1 - left) / (copy.width * scale);
    }
    return null;
  };
  const next = () => new Promise((done) => video.requestVideoFrameCallback(() => requestAnimationFrame(done)));
  while (found.length < 16) {
    await next();
    const x = edge(), shown = number() % 200;
    if (x !== null && shown > 20 && shown < 180) found.push([shown, x]);
  }
  return found;
}
"""
GAPS = """
() => {
  window.gaps = 0;
  const look = () => {
    const shown = document.querySelector('.live video:not(.live-next)');
    const plays = shown && shown.readyState >= 2 && shown.videoWidth && !document.querySelector('.live-notice');
    window.gaps += plays ? 0 : 1;
    requestAnimationFrame(look);
  };
  look();
}
"""
"""Counts how often the browser would draw without a picture."""


@pytest.fixture
async def chromium(_installed: None) -> AsyncIterator[Browser]:
    """On a machine that may have loopback only."""
    async with async_playwright() as playwright:
        arguments = [*ARGUMENTS, "--allow-loopback-in-peer-connection"]
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield browser
        await browser.close()


@pytest.fixture
def second(gateway: Gateway, tmp_path: Path) -> Iterator[PlayingCamera]:
    """The camera's second stream."""
    with psycopg.connect(gateway.plant.dsn) as connection:
        connection.execute("update read_model.camera set analysis_source = 'rtsp://127.0.0.1/2' where id = 'gate'")
    film = encode(tmp_path / "second.mp4", seconds=8, gop=100, width=320, height=180)
    folder = live_folder(gateway.services.settings.home, "gate", LiveQuality.REDUCED)
    playing = PlayingCamera(folder, film, 3000, before=50)
    yield playing
    playing.stop()


@pytest.fixture
def camera(gateway: Gateway, tmp_path: Path) -> Iterator[PlayingCamera]:
    film = encode(tmp_path / "film.mp4", seconds=8, gop=100, width=640, height=360)
    folder = live_folder(gateway.services.settings.home, "gate", LiveQuality.ORIGINAL)
    playing = PlayingCamera(folder, film, 3000, before=50)
    yield playing
    playing.stop()


async def test_the_camera_page_shows_the_camera_s_packets_with_boxes_and_falls_back_to_hls(
    page: Page, gateway: Gateway, camera: PlayingCamera, second: PlayingCamera, admin_nats: Client
) -> None:
    await page.context.grant_permissions(["microphone"])  # without it no address is used that leads nowhere else
    await sign_in(page)
    async with meanwhile(_analysing(admin_nats, camera)):
        await page.goto("/cameras/gate")
        await until(page, PLAYS_DIRECTLY)
        await page.get_by_role("switch", name="Зоны").click()
        await expect(page.locator(".live-transport")).to_have_text("WebRTC")
        samples: list[list[Any]] = await page.evaluate(SAMPLES)
    await shot(page, "camera-webrtc")
    off = [abs((x - 0.05) * 250 - number) for number, x in samples]
    assert sorted(off)[len(off) // 2] < 3, f"boxes are {off} frames away from their pictures"
    await _turn_to_the_second_stream(page, gateway)
    await _end(page, gateway)


async def _turn_to_the_second_stream(page: Page, gateway: Gateway) -> None:
    """The picture before goes on until the next one is there; then its session ends."""
    before = set(gateway.services.webrtc._places)
    await page.evaluate(GAPS)
    await page.get_by_label("Качество").click()
    await page.get_by_title("Сниженное").click()
    await until(page, PLAYS_SECOND)
    await expect(page.locator(".live-transport")).to_have_text("WebRTC")
    assert await page.evaluate("window.gaps") == 0
    async with asyncio.timeout(30):
        while before & set(gateway.services.webrtc._places):  # noqa: ASYNC110 - polled on purpose
            await asyncio.sleep(0.05)
    assert len(gateway.services.webrtc._places) == 1


async def _end(page: Page, gateway: Gateway) -> None:
    """The server ends it: the list is played instead, and some seconds later the packets again."""
    folder = live_folder(gateway.services.settings.home, "gate", LiveQuality.REDUCED)
    at = recent(1, minutes_ago=0).opened_at
    media.live(folder, media.scene(60), at + timedelta(seconds=3), 6)
    await page.clock.install()
    await page.clock.resume()
    await gateway.services.webrtc.close()
    await expect(page.locator(".live-transport")).to_have_text("HLS")
    await expect(page.get_by_role("note")).to_contain_text("Прямая передача прервалась")
    await until(page, PLAYS_SEGMENTS)
    await shot(page, "camera-webrtc-ended")
    await page.clock.fast_forward(RETURN_MS)
    await expect(page.locator(".live-transport")).to_have_text("WebRTC")
    await until(page, PLAYS_SECOND)


async def _analysing(nc: Client, camera: PlayingCamera) -> None:
    """Tells each fifth picture's box a moment after it was captured, as inference does."""
    row = recent(1, minutes_ago=0)
    told = 0
    while True:
        newest = camera.ring.newest_us
        for index in range(told, len(camera.packets), 5):
            at_us = camera.packets[index].captured_at_us
            if at_us > newest:
                break
            told = index + 5
            left = 0.05 + index % LOOP / 250
            seen = replace(row, box=[left, 0.3, left + 0.1, 0.7])
            frame = analysed(seen, from_microseconds(at_us), index, 0.9)
            await nc.publish(detections_live_subject(row.camera_id), frame)
        await asyncio.sleep(0.05)
