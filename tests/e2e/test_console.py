"""A guard's work in the browser: sign in, see an incident appear, look at it, decide (issue 2)."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from nats.aio.client import Client
from playwright.async_api import Page, expect

from domain.contracts.commands import Comment, ConfirmViolation, MarkFalsePositive, Refused
from domain.contracts.subjects import detections_live_subject
from gateway.reads.rows import IncidentRow
from infra.embedded.nats import NatsServer
from infra.nats.bridge import connect
from tests.e2e import media
from tests.e2e.console_plant import analysed, recent, record, store, tell
from tests.e2e.watching import meanwhile, shot, until
from tests.gateway.conftest import PASSWORD, Gateway

pytestmark = pytest.mark.browser

SCORES = [0.42, 0.5, 0.58, 0.66, 0.61, 0.7, 0.74, 0.72, 0.69, 0.73, 0.76, 0.71, 0.64, 0.6]


BOX_IS_DRAWN = """(() => {
    const canvas = document.querySelector("canvas");
    const pixels = canvas.getContext("2d").getImageData(0.42 * canvas.width - 2, 0.6 * canvas.height, 5, 1).data;
    return pixels.some((value, i) => i % 4 === 3 && value > 128);
})()"""


KEYS_ARE_THE_PAGES = """document.activeElement?.tagName !== "TEXTAREA"
    && !document.querySelector(".ant-modal-wrap:not([style*='display: none']) .ant-modal")"""


async def sign_in(page: Page) -> None:
    await page.goto("/")
    await page.get_by_label("Логин").fill("admin")
    await page.get_by_label("Пароль").fill(PASSWORD)
    await shot(page, "sign-in")
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_role("heading", name="События")).to_be_visible()


@pytest.fixture
async def admin_nats(nats_server: NatsServer) -> Client:
    return await connect(nats_server.url("admin"), name="test")


@pytest.fixture
async def pictured(gateway: Gateway, admin_nats: Client) -> IncidentRow:
    """An incident with photo, clip, history and a recorded track."""
    row = replace(await record(admin_nats, recent(1, minutes_ago=12), SCORES), score=0.76)
    picture = next(media.scene(1))
    store(gateway, row, "photo", "image/jpeg", media.photo(picture))
    store(gateway, row, "clip", "video/mp4", media.clip(media.scene(60)))
    tell(gateway, row)
    gateway.plant.put(row)
    return row


async def test_a_wrong_password_is_answered_in_russian(page: Page, gateway: Gateway) -> None:
    await page.goto("/incidents")
    await page.get_by_label("Логин").fill("admin")
    await page.get_by_label("Пароль").fill("неверный")
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_role("alert")).to_contain_text("Неверный логин или пароль.")
    await expect(page).to_have_url(f"{gateway.url}/sign-in")


async def test_an_incident_appears_without_reloading_and_is_marked_false(
    page: Page, gateway: Gateway, pictured: IncidentRow
) -> None:
    await sign_in(page)
    rows = page.get_by_role("list", name="События").get_by_role("listitem")
    await expect(rows).to_have_count(1)
    await expect(page.get_by_role("status", name="Обновления приходят")).to_be_visible()
    newest = replace(recent(2, minutes_ago=0), kind="no_helmet", zone_id=None, verdict="violation", score=0.93)
    store(gateway, newest, "photo", "image/jpeg", media.photo(next(media.scene(1))))
    gateway.plant.put(newest)
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text("Работа без каски")
    await shot(page, "incidents")

    await rows.nth(1).get_by_role("link").click()
    await expect(page.get_by_role("img", name="Снимок в момент события")).to_be_visible()
    await expect(page.get_by_role("img", name="График оценки по времени")).to_be_visible()
    await shot(page, "incident")
    await page.get_by_text("Видео", exact=True).click()
    await until(page, "document.querySelector('video')?.currentTime > 0.3")
    await shot(page, "clip")

    gateway.domain.obeys(pictured)
    await page.keyboard.press("f")
    await page.get_by_label("Причина").fill("Манекен у пресса")
    await shot(page, "false-positive")
    await page.get_by_role("button", name="Отметить ложным").click()
    await expect(page.get_by_text("Отмечено как ложное срабатывание")).to_be_visible()
    await expect(page.locator(".incident-head")).to_contain_text("Ложное")
    [order] = gateway.domain.orders
    assert order.by == "admin"
    assert order.command == MarkFalsePositive(order.command.incident_id, "Манекен у пресса", pictured.version)  # type: ignore[union-attr,arg-type]

    await expect(page.get_by_role("dialog")).to_be_hidden()
    await until(page, KEYS_ARE_THE_PAGES)
    await page.keyboard.press("Escape")
    await expect(rows.nth(1)).to_contain_text("Ложное")


async def test_the_keyboard_leads_through_the_review(page: Page, gateway: Gateway, pictured: IncidentRow) -> None:
    other = recent(2, minutes_ago=30)
    gateway.plant.put(other)
    await sign_in(page)
    await expect(page.get_by_role("list", name="События").get_by_role("listitem")).to_have_count(2)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{gateway.url}/incidents/{pictured.id}")
    await expect(page.get_by_role("article", name="Человек в опасной зоне")).to_be_visible()
    await page.keyboard.press("j")
    await expect(page).to_have_url(f"{gateway.url}/incidents/{other.id}")
    await expect(page.get_by_role("button", name="Следующее событие")).to_be_disabled()
    await page.keyboard.press("k")
    await expect(page).to_have_url(f"{gateway.url}/incidents/{pictured.id}")

    await expect(page.get_by_role("button", name="Предыдущее событие")).to_be_disabled()
    gateway.domain.obeys(pictured)
    await page.evaluate("window.dispatchEvent(new KeyboardEvent('keydown', {key: 'с'}))")  # C of the Russian layout
    await expect(page.get_by_text("Нарушение подтверждено")).to_be_visible()
    await expect(page.locator(".incident-head")).to_contain_text("Нарушение")
    assert isinstance(gateway.domain.orders[0].command, ConfirmViolation)

    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("Горячие клавиши")
    await shot(page, "keys")


async def test_a_refusal_is_a_russian_sentence_and_words_are_not_lost(
    page: Page, gateway: Gateway, pictured: IncidentRow
) -> None:
    gateway.domain.answer = lambda _: Refused("incident_changed", "the incident changed while you looked at it")
    await sign_in(page)
    await page.goto(f"/incidents/{pictured.id}")
    await page.get_by_role("button", name="Подтвердить нарушение").click()
    await expect(page.get_by_role("alert")).to_contain_text("событие изменил кто-то другой")
    await page.get_by_label("Комментарий").fill("Проверить пропуск")
    await page.get_by_role("button", name="Добавить комментарий").click()
    await _arrived(gateway, 2)
    await expect(page.get_by_label("Комментарий")).to_have_value("Проверить пропуск")
    gateway.domain.obeys(pictured)
    await page.get_by_role("button", name="Добавить комментарий").click()
    await expect(page.get_by_label("Комментарий")).to_have_value("")
    assert isinstance(gateway.domain.orders[-1].command, Comment)


async def test_filters_narrow_the_list_and_new_incidents_obey_them(
    page: Page, gateway: Gateway, pictured: IncidentRow
) -> None:
    await sign_in(page)
    await page.get_by_role("switch", name="Скрыть ложные").click()
    await page.get_by_label("Вид", exact=True).click()
    await page.get_by_title("Работа без каски").click()
    await page.keyboard.press("Escape")
    await expect(page.get_by_text("Под условия отбора не подходит ни одно событие.")).to_be_visible()
    gateway.plant.put(replace(recent(2, minutes_ago=1), kind="perimeter"))
    gateway.plant.put(replace(recent(3, minutes_ago=0), kind="no_helmet"))
    rows = page.get_by_role("list", name="События").get_by_role("listitem")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("Работа без каски")
    await page.get_by_role("button", name="Сбросить").click()
    await expect(rows).to_have_count(3)


async def test_a_live_picture_carries_boxes_of_the_moment_that_it_shows(
    page: Page, gateway: Gateway, admin_nats: Client
) -> None:
    row = recent(1, minutes_ago=0)
    now = datetime.now(UTC)
    media.live(gateway.services.settings.home / "live" / "gate", media.scene(60), now + timedelta(seconds=3), 6)

    async def tell() -> None:
        """Over and over: who subscribes late hears only what comes after."""
        while True:
            await admin_nats.publish("vitals.producer.gate", b"kaska_stream_up 1\nkaska_stream_fps 9.8\n")
            for n in range(60):
                at = now - timedelta(seconds=3) + timedelta(seconds=n / 10)
                await admin_nats.publish(detections_live_subject("gate"), analysed(row, at, n, 0.9))
            await asyncio.sleep(0.5)

    async with meanwhile(tell()):
        await sign_in(page)
        await page.get_by_role("link", name="Камеры").click()
        await expect(page.get_by_role("list", name="Камеры")).to_contain_text("на связи")
        await page.get_by_role("link", name="Открыть камеру Ворота").click()
        await expect(page.get_by_label("Изображение камеры Ворота")).to_be_visible()
        await until(page, "document.querySelector('video')?.currentTime > 0.5")
        await until(page, BOX_IS_DRAWN)
    await shot(page, "camera")


async def test_signing_out_leaves_nothing_readable(page: Page, gateway: Gateway, pictured: IncidentRow) -> None:
    await sign_in(page)
    await page.get_by_role("button", name="Пользователь admin").click()
    await page.get_by_role("menuitem", name="Выйти").click()
    await expect(page.get_by_role("button", name="Войти")).to_be_visible()
    await page.goto(f"/incidents/{pictured.id}")
    await expect(page.get_by_role("button", name="Войти")).to_be_visible()
    await expect(page.get_by_text("Человек в опасной зоне")).to_have_count(0)


async def _arrived(gateway: Gateway, orders: int) -> None:
    """Until the domain has taken so many commands."""
    for _ in range(200):
        if len(gateway.domain.orders) >= orders:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{len(gateway.domain.orders)} commands arrived, not {orders}")
