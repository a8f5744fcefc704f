"""The watch ledger in the browser: a day of two cameras, visits and passages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from playwright.async_api import Page, expect

from domain.contracts.detections import ObjectClass
from domain.contracts.identifiers import CameraId, TrackId, ZoneId
from domain.contracts.observations import (
    MINUTE,
    Coverage,
    Direction,
    Dropped,
    DropReason,
    Gap,
    GapReason,
    Observation,
)
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from tests.domain.contracts.test_observations import COVERAGE, PASSAGE, VISIT
from tests.domain.samples import TRACK
from tests.e2e.test_console import sign_in
from tests.e2e.watching import shot
from tests.gateway.conftest import Gateway
from tests.gateway.test_ledger import observe

__all__ = ["observe"]

pytestmark = pytest.mark.browser

GATE, YARD = CameraId("gate"), CameraId("yard")
DAY = 24 * 60
SPARE = 15
"""Minutes after the beginning of the test that are told already: it may take some on a busy machine."""


def minute(camera: CameraId, start: datetime, analysed: int, *gaps: Gap, drops: int = 0) -> Coverage:
    return replace(
        COVERAGE,
        camera_id=camera,
        minute=start,
        since=start,
        expected=600,
        captured=1500 if analysed else 0,
        analysed=analysed,
        dropped=(Dropped(DropReason.OVERLOAD, drops),) if drops else (),
        gaps=gaps,
    )


def day_of(
    camera: CameraId, end: datetime, at_minute: Callable[[int], tuple[int, GapReason | None]]
) -> list[Observation]:
    """A day and a little more.

    at_minute   frames analysed in the n-th minute, and why not all of it was watched; -1: nobody told
    """
    found: list[Observation] = []
    for n in range(DAY + SPARE):
        analysed, reason = at_minute(n)
        if analysed >= 0:
            start = end - MINUTE * (DAY - n)
            until = start + (MINUTE if not analysed else MINUTE / 2)
            gaps = () if reason is None else (Gap(start, until, reason),)
            found.append(
                minute(camera, start, analysed, *gaps, drops=0 if reason or analysed == 600 else 600 - analysed)
            )
    return found


def eventful(n: int) -> tuple[int, GapReason | None]:
    if 200 <= n < 320:
        return -1, None  # nothing ran
    if 500 <= n < 560:
        return 0, GapReason.CAMERA_UNREACHABLE
    if 800 <= n < 870:
        return 290, None  # overload: evenly fewer frames
    if 1000 <= n < 1006:
        return 300, GapReason.FROZEN
    return 600, None


async def test_a_day_of_watching_can_be_read(
    page: Page, gateway: Gateway, observe: Callable[..., None], postgres: PostgresServer
) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0) + MINUTE
    with psycopg.connect(postgres.dsn(PROJECTIONS)) as connection:
        connection.execute(
            "insert into read_model.camera (id, name, source, target_fps, analysis_width, ppe, position)"
            " values ('yard', 'Двор', 'rtsp://10.0.0.8/main', 10, 1280, false, 9)"
        )
        for i, camera in enumerate((GATE, YARD)):
            connection.execute(
                "insert into read_model.audit_entry"
                " (position, at, actor, service, entity, entity_id, version, name, detail)"
                " values (%s, %s, 'anna', false, 'camera', %s, 1, 'camera.registered.v1', '{}')",
                [i + 1, now - timedelta(days=3), camera],
            )
    visits = [
        replace(
            VISIT, camera_id=GATE, zone_id=ZoneId("press"), track_id=TrackId(TRACK + i),
            entered=now - MINUTE * (i * 7 + 3), left=now - MINUTE * (i * 7 + 3) + timedelta(seconds=12.5 + 40 * i),
        )
        for i in range(30)
    ]  # fmt: skip
    passages = [
        replace(
            PASSAGE, camera_id=YARD, track_id=TrackId(TRACK + i), entered=now - MINUTE * (i * 11 + 2),
            left=now - MINUTE * (i * 11 + 2) + timedelta(seconds=9), direction=direction, object_class=kind,
        )
        for i, (direction, kind) in enumerate(
            [(Direction.IN, ObjectClass.TRUCK), (Direction.OUT, ObjectClass.CAR), (None, ObjectClass.BUS)]
        )
    ]  # fmt: skip
    observe(*day_of(GATE, now, eventful), *day_of(YARD, now, lambda _: (600, None)), *visits, *passages)

    await page.set_viewport_size({"width": 1000, "height": 900})
    await sign_in(page)
    await page.get_by_role("link", name="Журнал наблюдения").click()
    await expect(page.get_by_role("heading", name="Журнал наблюдения")).to_be_visible()
    strips = page.get_by_role("list", name="Наблюдение по камерам").get_by_role("listitem")
    await expect(strips).to_have_count(2)
    await expect(strips.filter(has_text="Двор")).to_contain_text("наблюдение 100 %")
    gate = strips.filter(has_text="Ворота")
    await expect(gate).to_contain_text("наблюдение 8")  # 87 of 100 minutes, less half of the overload

    strip = gate.get_by_role("img", name="Наблюдение за камерой Ворота за сутки")
    box = await strip.bounding_box()
    assert box is not None
    for n, words in (
        (260, ("наблюдения не было", "анализ не работал 10 мин")),
        (530, ("наблюдения не было", "камера недоступна 10 мин")),
        (835, ("наблюдение частичное", "не успели проанализировать", "4,8 из 10 кадр/с")),
        (100, ("наблюдение шло", "yolo11n")),
    ):
        await page.mouse.move(box["x"] + box["width"] * n / DAY, box["y"] + box["height"] / 2)
        for word in words:
            await expect(gate).to_contain_text(word)
        assert await strip.bounding_box() == box, "long words must not move the strip"
    await page.mouse.move(box["x"] + box["width"] * 260 / DAY, box["y"] + box["height"] / 2)
    await shot(page, "ledger")

    table = page.get_by_role("region", name="Посещения зон")
    await expect(table.get_by_role("row")).to_have_count(26)
    await expect(table.get_by_role("row").nth(1)).to_contain_text("13 с")
    await expect(table.get_by_role("row").nth(1)).to_contain_text("Пресс")
    await table.get_by_role("button", name="Старее").click()
    await expect(table.get_by_role("row")).to_have_count(6)
    await table.get_by_role("button", name="Новее").click()
    await expect(table.get_by_role("row")).to_have_count(26)

    gates = page.get_by_role("region", name="Проезды транспорта")
    await expect(gates.get_by_role("row")).to_have_count(4)
    await expect(gates.get_by_role("row").nth(1)).to_contain_text("грузовик")
    await expect(gates.get_by_role("row").nth(1)).to_contain_text("въезд")
    await gates.scroll_into_view_if_needed()
    await shot(page, "ledger-tables")

    await page.get_by_role("combobox", name="Камера").click()
    await page.get_by_title("Двор").click()
    await page.keyboard.press("Escape")
    await expect(strips).to_have_count(1)
    await expect(table.get_by_role("row")).to_have_count(0)
    await expect(table).to_contain_text("Посещений зон не записано")
