"""A gatekeeper's way through «Транспорт», and a foreman's through «Смены»."""

import base64
from datetime import UTC, datetime, timedelta

import cv2
import pytest
from playwright.async_api import Page, expect

from domain.contracts.access import Right
from domain.contracts.detections import ObjectClass
from domain.contracts.identifiers import CameraId, TrackId, ZoneId
from domain.contracts.observations import Direction, Observation, PlateRead, VehiclePassage, ZoneVisit
from domain.contracts.plates import parsed
from tests.e2e.test_console import sign_in
from tests.e2e.watching import shot
from tests.gateway.conftest import Gateway
from tests.gateway.staff import hold
from tests.gateway.test_vehicles import Observe, observe
from tests.inference.plates.drawn import car as drawn_car
from tests.inference.plates.drawn import one_line

__all__ = ["observe"]

pytestmark = pytest.mark.browser

NOW = datetime.now(UTC)
GATE, PRESS = CameraId("gate"), ZoneId("press")
WAYS = (
    (150, Direction.IN, "A123BC77"),
    (120, Direction.IN, "K905MX777"),
    (95, Direction.IN, None),
    (60, Direction.OUT, "A123BC77"),
    (30, None, None),
    (10, Direction.IN, "BY429877"),
)


def picture(number: str) -> str:
    drawn = drawn_car(one_line(number[:6], number[6:]))
    return base64.b64encode(cv2.imencode(".jpg", drawn)[1].tobytes()).decode()


def traffic() -> list[Observation]:
    found: list[Observation] = []
    for n, (minutes, direction, text) in enumerate(WAYS, 1):
        at = NOW - timedelta(minutes=minutes)
        what = ObjectClass.TRUCK if n % 3 == 0 else ObjectClass.CAR
        times = at, at + timedelta(seconds=9)
        found.append(VehiclePassage(GATE, PRESS, 1, TrackId(n), what, *times, direction, 0.9, 40, 1, 40))
        plate = parsed(text) if text else None
        if plate is not None:
            read = PlateRead(
                *(GATE, TrackId(n), *times, str(text)),
                number=plate.number,
                format=plate.format,
                region=plate.region,
                score=0.94,
                readings=5,
                models=(),
                keep_until=NOW + timedelta(days=30),
                picture=picture(plate.number),
            )
            found.append(read)
    return found


def shift() -> list[Observation]:
    return [
        ZoneVisit(GATE, PRESS, 1, TrackId(n), ObjectClass.PERSON, since, since + timedelta(minutes=40), 0.9, 40, 1, 40)
        for n in range(20)
        for since in [NOW - timedelta(hours=30) + timedelta(minutes=25 * n)]
    ]


async def test_a_gatekeeper_finds_a_vehicle_and_sees_who_is_inside(page: Page, observe: Observe) -> None:
    observe(*traffic())
    await sign_in(page)
    await page.get_by_role("link", name="Транспорт").click()
    rows = page.get_by_role("table", name="Проезды").locator("tbody tr")
    await expect(rows).to_have_count(6)
    await expect(rows.first).to_contain_text("ВУ429877")
    await expect(rows.nth(1)).to_contain_text("не прочитан")
    await expect(rows.nth(2)).to_contain_text("выезд")
    await shot(page, "vehicles")
    await page.get_by_placeholder("Номер или часть").fill("905мх")
    await page.keyboard.press("Enter")
    await expect(rows).to_have_count(1)
    await rows.first.get_by_role("button", name="Показать").click()
    photo = page.get_by_role("dialog").get_by_role("img", name="К905МХ777")
    await expect(photo).to_be_visible()
    assert await photo.evaluate("image => image.naturalWidth") == 420
    await shot(page, "vehicles-photo")
    await page.keyboard.press("Escape")

    await page.get_by_role("link", name="Стоянка").click()
    inside = page.get_by_role("region", name="Сейчас внутри")
    await expect(inside.locator("tbody tr")).to_have_count(2)
    await expect(inside).to_contain_text("от 2 до 3")
    await expect(inside.locator("tbody tr").first).to_contain_text("К905МХ777Москва")
    over = page.get_by_role("region", name="Завершённые стоянки")
    await expect(over.locator("tbody tr")).to_contain_text("1 ч 30 мин")
    await shot(page, "vehicles-parking")

    await page.goto("/vehicles/traffic")
    total = page.get_by_role("table", name="Статистика").locator(".grid-total td")
    await expect(total.nth(1)).to_have_text("4")
    await expect(total.nth(4)).to_have_text("4")
    await expect(page.get_by_role("img", name="Въезды по часам суток")).to_be_visible()
    await shot(page, "vehicles-traffic")


async def test_who_may_not_see_plates_is_told_so(page: Page, observe: Observe, gateway: Gateway) -> None:
    observe(*traffic())
    hold(gateway, (Right.VIEW_REPORTS,))
    await sign_in(page)
    await page.goto("/vehicles")
    rows = page.get_by_role("table", name="Проезды").locator("tbody tr")
    await expect(rows).to_have_count(6)
    await expect(rows.first).to_contain_text("нет права видеть номера")
    await page.get_by_role("link", name="Стоянка").click()
    await expect(page.get_by_role("alert")).to_contain_text("Недостаточно прав")


async def test_a_foreman_sees_when_the_shift_began(page: Page, observe: Observe) -> None:
    observe(*shift())
    await sign_in(page)
    await page.get_by_role("link", name="Смены").click()
    rows = page.get_by_role("table", name="Смены и рабочее время").locator("tbody tr")
    await expect(rows.first).to_contain_text("Пресс")
    assert 1 <= await rows.count() <= 3
    await expect(page.get_by_role("img", name="Посещения по часам суток")).to_be_visible()
    await shot(page, "people")
