"""Waiting for a page and keeping pictures of it."""

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Page

SHOTS = os.environ.get("KASKA_SCREENSHOTS", "")


async def until(page: Page, expression: str, seconds: float = 30.0) -> None:
    """Waits for a JavaScript expression; wait_for_function would need eval, which the page's policy forbids."""
    async with asyncio.timeout(seconds):
        while not await page.evaluate(expression):
            await page.wait_for_timeout(100)


async def shot(page: Page, name: str) -> None:
    """Keeps a picture of the page where KASKA_SCREENSHOTS says; for the README and for looking."""
    if SHOTS:
        await page.wait_for_timeout(700)
        await page.screenshot(path=Path(SHOTS) / f"{name}.png")


@asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Work that goes on beside what the page is asked, and ends with it."""
    going = asyncio.create_task(work)
    try:
        yield
    finally:
        going.cancel()
