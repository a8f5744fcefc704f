"""A safety officer sets a camera up: connects it, draws its zones, writes its rules (R33, R53, R69, R72)."""

from dataclasses import asdict
from datetime import UTC, datetime, time
from typing import Any

import psycopg
import pytest
from playwright.async_api import Page, expect
from psycopg.types.json import Jsonb

from domain import camera, rule, zone
from domain.contracts.access import Right
from domain.contracts.commands import Accepted, DrawZone, Order, PublishRule, Refused, RegisterCamera, Reply, RetireRule
from domain.contracts.detections import ObjectClass
from domain.contracts.events import CameraRegistered, RulePublished, ZoneDrawn
from domain.contracts.identifiers import CameraId
from domain.contracts.plant import RuleKind, Schedule, Thresholds, Window
from tests.e2e import media
from tests.e2e.test_console import sign_in
from tests.e2e.test_console_pages import looks_whole
from tests.e2e.watching import shot
from tests.gateway.conftest import Gateway
from tests.gateway.plant import AT, CAMERA, RULE, ZONE
from tests.gateway.staff import hold

pytestmark = pytest.mark.browser


class Picture:
    """The picture that zones are drawn on; places are 0..1 of it."""

    def __init__(self, page: Page) -> None:
        self._page, self._drawing = page, page.get_by_role("group", name="Изображение камеры с зонами")

    async def press(self, *places: tuple[float, float]) -> None:
        for x, y in places:
            await self._page.mouse.click(*await self._at(x, y))

    async def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        await self._page.mouse.move(*await self._at(*start))
        await self._page.mouse.down()
        await self._page.mouse.move(*await self._at(*end), steps=3)
        await self._page.mouse.up()

    async def _at(self, x: float, y: float) -> tuple[float, float]:
        box = await self._drawing.bounding_box()
        assert box is not None
        return box["x"] + x * box["width"], box["y"] + y * box["height"]


def project(gateway: Gateway, table: str, row: dict[str, Any]) -> Accepted:
    """Writes what a command has made, and tells so as the projection of the plant does."""
    gateway.plant.position += 1
    gateway.plant.put_row(table, **row | {"position": gateway.plant.position})
    gateway.plant.project("plant", gateway.plant.position)
    return Accepted(gateway.plant.position)


def obey(gateway: Gateway) -> None:
    """Cameras, zones and rules are decided as the domain does, and can then be read."""

    def answer(order: Order) -> Reply:
        match order.command:
            case DrawZone() as command:
                [drawn] = zone.decide(command, None, AT)
                assert isinstance(drawn, ZoneDrawn)
                line = None if drawn.line is None else Jsonb(asdict(drawn.line))
                form = {"polygon": Jsonb([list(point) for point in drawn.polygon]), "gate": drawn.gate, "line": line}
                return project(gateway, "zone", ZONE | {"id": drawn.zone_id, "name": drawn.name} | form)
            case PublishRule() as command:
                [published] = rule.decide(command, None, AT)
                assert isinstance(published, RulePublished)
                row = RULE | {"id": published.rule_id, "name": published.name, "kind": published.kind.value}
                return project(gateway, "rule", row)
            case RegisterCamera() as command:
                [registered] = camera.decide(command, None)
                assert isinstance(registered, CameraRegistered)
                row = CAMERA | {"id": registered.camera_id, "name": registered.name, "source": registered.source}
                return project(gateway, "camera", row)
        raise AssertionError(order.command)

    gateway.domain.answer = answer


async def see_a_crossing_refused(page: Page, picture: Picture) -> None:
    """A form that crosses itself can be drawn, and cannot be saved."""
    await page.get_by_role("button", name="Новая зона").click()
    await picture.press((0.6, 0.2), (0.9, 0.2), (0.6, 0.6), (0.9, 0.6))
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Контур пересекает сам себя")).to_be_visible()
    await expect(page.get_by_role("button", name="Сохранить").first).to_be_disabled()
    await shot(page, "setup-crossing")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Вершина")).to_have_count(0)


async def see_who_was_first(page: Page, gateway: Gateway) -> None:
    """Somebody else changed the zone in the open form: it is not saved over that, and the newest can be loaded."""

    def answer(order: Order) -> Reply:
        with psycopg.connect(gateway.plant.dsn) as connection:
            connection.execute("update read_model.zone set name = 'Пресс и линия', version = 3 where id = 'press'")
        drawn = {"entity": "zone", "entity_id": "press", "version": 3, "name": "zone.drawn.v1", "detail": Jsonb({})}
        gateway.plant.put_row("audit_entry", position=900, at=AT, actor="boris", service=False, **drawn)
        return Refused("changed_meanwhile", "version 2 was to be changed, and it has version 3 now")

    gateway.domain.orders.clear()
    gateway.domain.answer = answer
    name = page.get_by_role("textbox", name="Название зоны")
    await name.fill("Пресс 7")
    await page.get_by_role("button", name="Сохранить").first.click()
    await expect(page.get_by_role("alert").filter(has_text="изменил кто-то другой (boris, ")).to_be_visible()
    await expect(name).to_have_value("Пресс 7")  # what was entered is not lost before the person says so
    await shot(page, "setup-changed-meanwhile")
    await expect(page.get_by_role("heading", name="Пресс и линия")).to_be_visible()  # the page has read it
    await page.get_by_role("button", name="Загрузить новое").click()
    await expect(name).to_have_value("Пресс и линия")
    await expect(page.get_by_text("изменил кто-то другой")).to_have_count(0)
    gateway.domain.answer = lambda _: Accepted(1)
    await name.fill("Пресс 7")
    await page.get_by_role("button", name="Сохранить").first.click()
    await expect(name).to_have_count(0)
    asked = [order.command for order in gateway.domain.orders]
    assert [each.expected_version for each in asked if isinstance(each, DrawZone)] == [2, 3]


async def test_a_zone_is_drawn_on_the_picture(page: Page, gateway: Gateway) -> None:
    live = gateway.services.settings.home / "live" / "gate"
    media.live(live, media.scene(20), datetime.now(UTC), 2)
    obey(gateway)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await sign_in(page)
    await page.get_by_role("link", name="Камеры").click()
    await page.get_by_role("link", name="Открыть камеру Ворота").click()
    await page.get_by_role("link", name="Настройка").click()
    await expect(page.get_by_role("heading", name="Настройка: Ворота")).to_be_visible()
    await looks_whole(page, "setup")
    picture, vertices = Picture(page), page.get_by_role("button", name="Вершина")
    await see_a_crossing_refused(page, picture)
    await page.get_by_role("button", name="Новая зона").click()
    await picture.press((0.6, 0.2), (0.9, 0.2), (0.9, 0.6), (0.6, 0.6), (0.5, 0.4))
    await expect(page.get_by_text("Замкните контур")).to_be_visible()
    await picture.press((0.6, 0.2))  # the first vertex again: the form is closed
    await page.get_by_role("textbox", name="Название зоны").fill("Погрузка")
    await picture.drag((0.9, 0.6), (0.95, 0.7))
    await picture.drag((0.75, 0.2), (0.75, 0.1))  # from the middle of an edge comes another vertex
    await expect(vertices).to_have_count(6)
    await vertices.last.focus()
    await page.keyboard.press("Delete")
    await vertices.first.focus()
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Shift+ArrowDown")
    await page.get_by_role("switch", name="Ворота").click()
    await page.get_by_role("button", name="Развернуть стрелку").click()
    await shot(page, "setup-zone")
    await page.get_by_role("button", name="Сохранить").first.click()
    await expect(page.get_by_role("button", name="Изменить зону Погрузка")).not_to_have_count(0)
    [order] = gateway.domain.orders
    command = order.command
    assert isinstance(command, DrawZone)
    assert (command.camera_id, command.name, command.gate, order.by) == ("gate", "Погрузка", True, "admin")
    expected = ((0.595, 0.25), (0.75, 0.1), (0.9, 0.2), (0.95, 0.7), (0.6, 0.6))
    assert len(command.polygon) == len(expected)
    for vertex, there in zip(command.polygon, expected, strict=True):
        assert vertex == pytest.approx(there, abs=0.003)  # a pixel of the page
    assert command.line is not None
    assert command.line.start[0] > command.line.end[0]  # it was turned: in is up
    await shot(page, "setup-drawn")
    await picture.press((0.2, 0.7))  # another zone: one presses it to change it
    await expect(page.get_by_role("textbox", name="Название зоны")).to_have_value("Пресс")
    await expect(page.get_by_role("button", name="Убрать зону")).to_be_disabled()  # a rule stands on it
    await see_who_was_first(page, gateway)


async def test_a_rule_is_written_and_retired(page: Page, gateway: Gateway) -> None:
    gateway.domain.answer = lambda _: Refused("field_refused", "window_s: 1 to 3600 s is accepted")
    await page.set_viewport_size({"width": 1280, "height": 800})
    await sign_in(page)
    await page.goto("/cameras/gate/setup")
    await page.get_by_role("button", name="Новое правило").click()
    form = page.get_by_role("form", name="Правило")
    await form.get_by_role("combobox", name="Что искать").click()
    await page.get_by_title("Нарушение периметра").click()
    await expect(form.get_by_role("textbox", name="Название правила")).to_have_value("Нарушение периметра")
    await form.get_by_text("По расписанию", exact=True).click()
    await form.get_by_role("button", name="Нерабочее время").click()
    await form.get_by_label("Начало, промежуток 1").fill("19:30")
    await form.get_by_text("автомобиль").click()
    await form.get_by_role("slider", name="порог нарушения").press("ArrowRight")
    await form.get_by_role("button", name="Опубликовать").click()
    await expect(form.get_by_role("group", name="Окно оценки").get_by_role("alert")).to_contain_text("От 1 до 3600 с")
    await looks_whole(page, "setup-rule")
    obey(gateway)
    await form.get_by_role("button", name="Опубликовать").click()
    await expect(form).to_have_count(0)
    command = gateway.domain.orders[-1].command
    assert isinstance(command, PublishRule)
    working_days, weekend = (0, 1, 2, 3, 4), (5, 6)
    assert command == PublishRule(
        rule_id=command.rule_id,
        name="Нарушение периметра",
        kind=RuleKind.PERIMETER,
        camera_id=CAMERA["id"],
        zone_id=ZONE["id"],
        thresholds=Thresholds(0.4, 0.71),
        dwell_s=1.0,
        window_s=5.0,
        gap_s=3.0,
        object_classes=(ObjectClass.PERSON, ObjectClass.CAR),
        schedule=Schedule(
            gateway.services.settings.plant_tz,
            (Window(working_days, time(19, 30), time(8)), Window(weekend, time(0), time(0))),
        ),
    )

    gateway.domain.answer = lambda _: Refused("plant_part_unknown", "there is no rule")
    await page.get_by_role("button", name="Убрать правило Нарушение периметра").click()
    await page.get_by_role("tooltip").get_by_role("button", name="Убрать").click()
    await expect(page.get_by_role("region", name="Правила").get_by_role("alert")).to_contain_text(
        "Такой камеры, зоны или правила нет"
    )
    assert gateway.domain.orders[-1].command == RetireRule(command.rule_id)
    await shot(page, "setup-rules")


async def test_a_pack_is_switched_on(page: Page, gateway: Gateway) -> None:
    obey(gateway)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await sign_in(page)
    await page.goto("/cameras/gate/setup")
    await page.get_by_role("button", name="Готовый набор").click()
    dialogue = page.get_by_role("dialog")
    attach = dialogue.get_by_role("button", name="Включить набор")
    await expect(attach).to_be_disabled()
    await dialogue.get_by_role("radio", name="Офис").check()
    await expect(dialogue.get_by_role("listitem")).to_have_text(
        ["Зона, в которой записывается, когда человек вошёл и вышел уже есть"]
    )
    await expect(attach).to_be_disabled()
    await dialogue.get_by_role("radio", name="Склад").check()
    parts = dialogue.get_by_role("list", name="Склад").get_by_role("listitem")
    await expect(parts).to_have_count(4)
    await expect(parts.filter(has_text="уже есть")).to_have_count(2)
    await looks_whole(page, "setup-pack")
    await attach.click()
    await expect(dialogue).to_have_count(0)
    rules = page.get_by_role("region", name="Правила")
    await expect(rules.get_by_role("button", name="Изменить правило Работа без каски")).to_be_visible()
    await expect(rules.get_by_role("button", name="Изменить правило Работа без жилета")).to_be_visible()
    commands = [order.command for order in gateway.domain.orders]
    assert {each.kind for each in commands if isinstance(each, PublishRule)} == {RuleKind.NO_HELMET, RuleKind.NO_VEST}
    assert len(commands) == 2


async def test_a_camera_is_connected(page: Page, gateway: Gateway) -> None:
    obey(gateway)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await sign_in(page)
    await page.get_by_role("link", name="Камеры").click()
    await page.get_by_role("button", name="Подключить камеру").click()
    dialogue = page.get_by_role("dialog")
    await dialogue.get_by_role("textbox", name="Название", exact=True).fill("Цех 2, пресс")
    await expect(dialogue.get_by_role("textbox", name="Обозначение", exact=True)).to_have_value("tseh-2-press")
    await dialogue.get_by_role("textbox", name="Адрес", exact=True).fill("http://10.0.0.8/video")
    await dialogue.get_by_role("switch", name="Средства защиты").click()
    await dialogue.get_by_role("button", name="Подключить камеру").click()
    refused = dialogue.get_by_role("group", name="Адрес").get_by_role("alert")
    await expect(refused).to_contain_text("Нужен адрес вида rtsp")
    await looks_whole(page, "connect-refused")
    assert gateway.domain.orders == []
    await dialogue.get_by_role("textbox", name="Адрес", exact=True).fill("rtsp://10.0.0.8/main")
    await dialogue.get_by_role("button", name="Подключить камеру").click()
    await expect(page.get_by_role("link", name="Открыть камеру Цех 2, пресс")).to_be_visible()
    await shot(page, "connected")
    [order] = gateway.domain.orders
    address = "rtsp://10.0.0.8/main"
    assert order.command == RegisterCamera(CameraId("tseh-2-press"), "Цех 2, пресс", address, 10.0, 1280, ppe=True)

    hold(gateway, [Right.WATCH_LIVE])
    await page.goto("/cameras/gate/setup")
    await expect(page.get_by_text("Смотреть настройки можно, менять нельзя")).to_be_visible()
    await expect(page.get_by_role("button", name="Новая зона")).to_have_count(0)
    await expect(page.get_by_role("button", name="Новое правило")).to_have_count(0)
    await page.get_by_role("link", name="Камеры").click()
    await expect(page.get_by_role("link", name="Открыть камеру Ворота")).to_be_visible()
    await expect(page.get_by_role("button", name="Подключить камеру")).to_have_count(0)
