"""Every kind of rule can be written in the console by whoever has never seen a command line (R33, R66, R94)."""

from dataclasses import replace

import psycopg
import pytest
from playwright.async_api import Page, expect
from psycopg.types.json import Jsonb

from domain.contracts.commands import PublishRule, Refused
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.plant import MISSING_ITEMS, RuleKind
from domain.contracts.usual import USUAL, usual_rule
from tests.e2e.console_plant import recent
from tests.e2e.test_console import sign_in
from tests.e2e.watching import shot
from tests.gateway.conftest import Gateway
from tests.gateway.plant import ZONE

pytestmark = pytest.mark.browser

LINE = Jsonb({"start": [0.0, 0.5], "end": [1.0, 0.5]})
ONLY_OF_SOME = {
    "Куда нельзя": {RuleKind.DIRECTION},
    "Какие сигналы недопустимы": {RuleKind.LAMP},
    "Насколько близко": {RuleKind.LOITERING, RuleKind.UNATTENDED},
}
ZONELESS_FIRST = sorted(RuleKind, key=lambda kind: USUAL[kind].needs_zone)
"""The zone of one kind stays when the next is chosen."""


async def test_every_kind_of_rule_is_written_with_what_is_usual(page: Page, gateway: Gateway) -> None:
    gateway.domain.answer = lambda _: Refused("field_refused", "name: 1 to 200 characters are accepted")
    with psycopg.connect(gateway.plant.dsn) as connection:
        connection.execute("update read_model.zone set line = %s", [LINE])
        connection.execute("update read_model.camera set ppe = true")
    await page.set_viewport_size({"width": 1280, "height": 1400})
    await sign_in(page)
    await page.goto("/cameras/gate/setup")
    await page.get_by_role("button", name="Новое правило").click()
    form = page.get_by_role("form", name="Правило")
    chosen, hints = form.get_by_role("combobox", name="Что искать"), set[str]()
    for sent, kind in enumerate(ZONELESS_FIRST, 1):
        await chosen.fill(USUAL[kind].name)
        await chosen.press("Enter")
        await expect(form.get_by_role("textbox", name="Название правила")).to_have_value(USUAL[kind].name)
        for label, kinds in ONLY_OF_SOME.items():
            await expect(form.get_by_role("group", name=label)).to_have_count(int(kind in kinds))
        hints.add(await form.get_by_role("group", name="Что искать").locator("small").inner_text())
        if kind in MISSING_ITEMS:
            await expect(form.get_by_text("Чтобы проверять людей у входа, выберите зону.")).to_be_visible()
        await shot(page, f"rule-{kind.value}")
        await form.get_by_role("button", name="Опубликовать").click()
        await expect(form.get_by_role("group", name="Название правила").get_by_role("alert")).to_be_visible()
        assert len(gateway.domain.orders) == sent
        command = gateway.domain.orders[-1].command
        assert isinstance(command, PublishRule)
        zone_id = ZoneId(ZONE["id"]) if USUAL[kind].needs_zone else None
        assert command == usual_rule(kind, RuleId(command.rule_id), CameraId("gate"), zone_id)
    assert len(hints) == len(RuleKind), "each kind says what it looks for"


async def test_a_warning_is_no_violation_and_several_intruders_are_one_alarm(page: Page, gateway: Gateway) -> None:
    """R66, R71."""
    first = recent(2, minutes_ago=2)
    gateway.plant.put(
        replace(recent(1, minutes_ago=1), kind="loitering", verdict="violation", position=101),
        replace(first, kind="perimeter", verdict="violation", episode=first.id, position=102),
        replace(recent(3, minutes_ago=1), kind="direction", verdict="violation", episode=first.id, position=103),
    )
    await sign_in(page)
    rows = page.get_by_role("list", name="События").get_by_role("listitem")
    await expect(rows.filter(has_text="Долгое пребывание возле зоны")).to_contain_text("Предупреждение")
    await expect(rows.filter(has_text="Нарушение периметра").locator(".chip")).to_have_text("Нарушение")
    await expect(rows.filter(has_text="та же тревога")).to_have_count(1)
    await shot(page, "warning")
    await rows.filter(has_text="та же тревога").click()
    await page.get_by_role("link", name="та же тревога, первое событие").click()
    await expect(page.get_by_role("article", name="Нарушение периметра")).to_be_visible()
    await expect(page.get_by_role("link", name="та же тревога")).to_have_count(0)
