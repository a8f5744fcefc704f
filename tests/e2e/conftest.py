"""Chromium in front of a real gateway that serves the built console."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from gateway.settings import DEFAULT_CONSOLE_DIR
from tests.gateway.conftest import Gateway, gateway, plant, settings

__all__ = ["gateway", "plant", "settings"]

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"]
REQUIRED = bool(os.environ.get("KASKA_REQUIRE_BROWSER"))
PATIENCE_MS = 30_000
"""What is expected of a page comes at once on an idle machine, but tests run side by side on two cores."""

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def console_dir() -> Path:
    """The console as `npm run build` left it."""
    if not (DEFAULT_CONSOLE_DIR / "index.html").is_file():
        _cannot("the console is not built")
    return DEFAULT_CONSOLE_DIR


@pytest.fixture
def _installed() -> None:
    if not CHROMIUM.exists():
        _cannot("there is no chromium")


@pytest.fixture
async def chromium(_installed: None) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(chromium: Browser, gateway: Gateway) -> AsyncIterator[Page]:
    """An empty page; the test fails when the console complains or breaks its own security policy."""
    context = await chromium.new_context(
        base_url=gateway.url, viewport={"width": 1600, "height": 940}, locale="ru-RU", timezone_id="Asia/Tokyo"
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    yield page
    await context.close()
    assert [text for text in complaints if not _expected(text)] == []


def _expected(text: str) -> bool:
    """The browser itself reports every answer of 4xx, which tests of refusals provoke."""
    return text.startswith("Failed to load resource: the server responded with a status of 4")


def _cannot(reason: str) -> None:
    if REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)
