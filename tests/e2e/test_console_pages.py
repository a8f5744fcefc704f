"""Every page of the console: whole at both sizes of screen, empty, without the server; and the two registers."""

from collections.abc import AsyncIterator
from dataclasses import replace

import psycopg
import pytest
from nats.aio.client import Client
from playwright.async_api import Browser, Page, expect
from psycopg.types.json import Jsonb

from gateway.reads.rows import IncidentRow
from infra.embedded.nats import NatsServer
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from infra.nats.bridge import connect
from tests.domain.inquiry.case import Case
from tests.e2e import media
from tests.e2e.console_plant import recent, record, store, tell
from tests.e2e.test_console import SCORES, sign_in
from tests.e2e.test_passport import case, nats_server
from tests.e2e.test_registers import audited, counted
from tests.e2e.watching import shot
from tests.gateway.busy_plant import make_busy
from tests.gateway.conftest import Gateway

__all__ = ["audited", "case", "counted", "nats_server"]

pytestmark = pytest.mark.browser

MENU = (
    *("События", "Реестры"),
    *("Камеры", "Записи", "Журнал наблюдения", "Транспорт", "Смены", "Лица"),
    *("Статистика", "Что если", "Аудит"),
)
HEADINGS = {"Смены": "Смены и рабочее время"}
"""Of the pages that are called otherwise in the menu."""

EMPTY = {
    "/incidents": "Событий нет",
    "/incidents/unprocessed": "Все события обработаны",
    "/incidents/violations": "Нарушений не выявлено",
    "/ledger": "Посещений зон не записано",
    "/statistics": "За эти дни событий не было",
    "/what-if": "Вопросов ещё не было",
    "/audit": "Записей нет",
}
TOO_WIDE = """[document.documentElement, ...document.querySelectorAll(".bar, .bar-nav, .page")]
    .filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.className || part.tagName)"""
OUTSIDE_PANEL = """[...document.querySelectorAll(".panel")].flatMap((panel) => {
    const edge = panel.getBoundingClientRect().right + 0.5;
    return [...panel.querySelectorAll("button, dd, td, p, span, textarea")]
        .filter((part) => part.getBoundingClientRect().right > edge).map((part) => part.textContent || part.tagName);
})"""
OUTSIDE_BUTTON = """[...document.querySelectorAll("button")].filter((button) => {
    const place = button.getBoundingClientRect();
    return [...button.children].map((part) => part.getBoundingClientRect())
        .some(({ left, right }) => left < place.left - 0.5 || right > place.right + 0.5);
}).map((button) => button.textContent)"""


@pytest.fixture
async def admin(nats_server: NatsServer) -> AsyncIterator[Client]:
    client = await connect(nats_server.url("admin"), name="test")
    yield client
    await client.close()


@pytest.fixture
async def pictured(gateway: Gateway, admin: Client) -> IncidentRow:
    """A busy plant, and an incident of it with photo, clip, history and a recorded track."""
    make_busy(gateway.plant)
    row = replace(await record(admin, recent(40, minutes_ago=12), SCORES), score=0.76, position=100)
    store(gateway, row, "photo", "image/jpeg", media.photo(next(media.scene(1))))
    store(gateway, row, "clip", "video/mp4", media.clip(media.scene(60)))
    tell(gateway, row)
    gateway.plant.put(row)
    blind = {"begun_at": row.opened_at, "noticed_at": row.opened_at, "figures": Jsonb({}), "position": 1}
    gateway.plant.put_row("picture_fault", camera_id="gate", fault="moved", **blind)
    return row


async def looks_whole(page: Page, name: str) -> None:
    """Nothing is wider than its place; keeps a picture."""
    await expect(page.locator(".skeleton, .waiting")).to_have_count(0)
    assert await page.evaluate(TOO_WIDE) == [], name
    assert await page.evaluate(OUTSIDE_PANEL) == [], name
    assert await page.evaluate(OUTSIDE_BUTTON) == [], name
    assert page.viewport_size is not None
    await shot(page, f"{name}-{page.viewport_size['width']}")


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900), (1600, 900)])
@pytest.mark.usefixtures("audited", "counted")
async def test_every_page_is_whole(page: Page, pictured: IncidentRow, case: Case, width: int, height: int) -> None:
    await page.set_viewport_size({"width": width, "height": height})
    await sign_in(page)
    menu = page.get_by_role("navigation").first.get_by_role("link")
    await expect(menu).to_have_text(list(MENU))
    for n, name in enumerate(MENU):
        await menu.nth(n).click()
        await expect(page.get_by_role("heading", name=HEADINGS.get(name, name), exact=True)).to_be_visible()
        await expect(menu.nth(n)).to_have_attribute("aria-current", "page")
        await expect(page.locator(".bar-nav .active")).to_have_count(1)
        await looks_whole(page, f"page-{n}")
    await page.goto("/incidents/violations")
    await expect(page.get_by_role("table", name="Выявленные нарушения")).to_be_visible()
    await looks_whole(page, "page-violations")
    await page.goto("/cameras/gate")
    await expect(page.get_by_role("heading", name="Ворота")).to_be_visible()
    await expect(page.get_by_role("list", name="Предупреждения")).to_contain_text("камера сдвинута")
    await looks_whole(page, "page-camera")
    await page.goto(f"/incidents/{pictured.id}")
    await expect(page.get_by_role("img", name="Снимок в момент события")).to_be_visible()
    await expect(page.get_by_role("img", name="График оценки по времени")).to_be_visible()
    await looks_whole(page, "page-incident")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("На странице события")
    await looks_whole(page, "page-keys")
    await page.goto(f"/incidents/{case.opened.incident_id}/passport")
    await expect(page.get_by_role("region", name="Доказательства")).to_contain_text("на месте")
    await looks_whole(page, "page-passport")


async def test_a_page_without_contents_says_so(page: Page, postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.dsn(PROJECTIONS)) as connection:  # what other tests of this run have left
        connection.execute("delete from read_model.zone_visit")
    await sign_in(page)
    for path, words in EMPTY.items():
        await page.goto(path)
        await expect(page.get_by_text(words)).to_be_visible()
    await page.goto("/incidents/00000000-0000-0000-0000-000000000000")
    await expect(page.get_by_text("Такого события нет")).to_be_visible()
    await page.goto("/cameras/nowhere")
    await expect(page.get_by_text("Такой камеры нет")).to_be_visible()


@pytest.fixture
async def cut_off(chromium: Browser, gateway: Gateway) -> AsyncIterator[Page]:
    """A page whose browser will lose its network and says so in its log."""
    context = await chromium.new_context(base_url=gateway.url, viewport={"width": 1280, "height": 720}, locale="ru-RU")
    yield await context.new_page()
    await context.close()


async def test_without_the_server_every_page_says_so_and_asks_again(cut_off: Page, pictured: IncidentRow) -> None:
    page = cut_off
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    await sign_in(page)
    menu = page.get_by_role("navigation").first.get_by_role("link")
    trouble = page.get_by_role("alert").filter(has_text="Нет связи с сервером.").first
    for n, name in enumerate(MENU[1:], 1):
        await page.context.set_offline(True)
        await menu.nth(n).click()  # neither the page's code nor its contents come
        await expect(trouble).to_be_visible()
        await page.context.set_offline(False)
        await trouble.get_by_role("button", name="Повторить").click()
        await expect(page.get_by_role("heading", name=HEADINGS.get(name, name), exact=True)).to_be_visible()
        await expect(trouble).to_have_count(0)
        await menu.first.click()
        await expect(page.get_by_role("heading", name="События")).to_be_visible()
        await page.context.set_offline(True)
        await menu.nth(n).click()  # the code is there, the contents are not
        await expect(page.get_by_role("heading", name=HEADINGS.get(name, name), exact=True)).to_be_visible()
        await expect(trouble).to_be_visible()
        await shot(page, f"cut-off-{n}")
        await page.context.set_offline(False)
        await trouble.get_by_role("button", name="Повторить").click()
        await expect(trouble).to_have_count(0)
    assert broken == []


async def test_a_page_of_an_older_build_offers_the_new_one(page: Page, gateway: Gateway) -> None:
    await sign_in(page)
    await page.route("**/assets/Audit-*.js", lambda route: route.fulfill(status=404))
    await page.get_by_role("link", name="Аудит").click()
    await expect(page.get_by_role("alert")).to_contain_text("Консоль обновилась")
    await page.unroute("**/assets/Audit-*.js")
    await page.get_by_role("button", name="Повторить").click()
    await expect(page.get_by_role("heading", name="Аудит")).to_be_visible()


async def test_registers_filter_sort_and_lead_to_the_incident(
    page: Page, gateway: Gateway, pictured: IncidentRow
) -> None:
    await sign_in(page)
    await page.get_by_role("link", name="Реестры").click()
    rows = page.get_by_role("table", name="Необработанные события").locator("tbody tr")
    await expect(rows).to_have_count(9)
    await expect(page.get_by_text("9 записей")).to_be_visible()
    await page.get_by_role("button", name="Комментарии").click()
    await expect(page.get_by_role("columnheader", name="Комментарии")).to_have_attribute("aria-sort", "descending")
    await expect(rows.first).to_contain_text("boris")
    await expect(rows.first).to_contain_text("АО «Завод»")
    await page.get_by_role("button", name="Комментарии").click()
    await expect(rows.last).to_contain_text("boris")
    await page.get_by_label("Назначено", exact=True).fill("boris")
    await page.keyboard.press("Enter")
    await expect(rows).to_have_count(1)
    await page.get_by_role("button", name="Сбросить").click()
    await page.get_by_label("С комментариями").click()
    await expect(rows).to_have_count(2)
    await shot(page, "register-commented")
    gateway.plant.put(replace(recent(2, minutes_ago=1), verdict="violation", position=101))
    await expect(rows).to_have_count(1)  # it was decided by somebody else, and left

    await page.get_by_role("link", name="Выявленные нарушения").click()
    rows = page.get_by_role("table", name="Выявленные нарушения").locator("tbody tr")
    await expect(rows).to_have_count(2)
    await page.get_by_label("Показать ложные").click()
    await expect(rows).to_have_count(3)
    await expect(rows.nth(1)).to_contain_text("Ложное")
    await rows.nth(1).get_by_text("Работа без каски").click()
    await expect(page.get_by_role("article", name="Работа без каски")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page).to_have_url(f"{gateway.url}/incidents/violations")
    await expect(rows).to_have_count(3)


async def test_a_long_register_is_read_page_by_page(page: Page, gateway: Gateway) -> None:
    gateway.plant.put(*(replace(recent(n, minutes_ago=n), position=n) for n in range(1, 121)))
    await sign_in(page)
    await page.goto("/incidents/unprocessed")
    rows = page.get_by_role("table", name="Необработанные события").locator("tbody tr")
    for shown in (50, 100, 120):
        await expect(rows).to_have_count(shown)
        if shown < 120:
            await page.get_by_role("button", name="Показать ещё").click()
    await expect(page.get_by_text("Это весь реестр")).to_be_visible()
    gateway.plant.put(replace(recent(121, minutes_ago=0), position=121))
    await expect(page.get_by_text("Реестр изменился.")).to_be_visible()
    await expect(rows).to_have_count(120)
    await page.get_by_role("button", name="Обновить").click()
    await expect(page.get_by_text("121 запись")).to_be_visible()
    await expect(rows).to_have_count(50)
