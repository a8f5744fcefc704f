"""An officer lets a pallet stand where it is until tomorrow, or for good (R62, R64)."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from domain.contracts.commands import Accepted, PermitObject, Refused, RenewReference
from domain.contracts.identifiers import ZoneId
from tests.e2e.console_plant import recent
from tests.e2e.test_console import sign_in
from tests.e2e.watching import shot
from tests.gateway.conftest import Gateway

pytestmark = pytest.mark.browser


async def test_a_left_object_is_permitted_until_a_time_or_for_good(page: Page, gateway: Gateway) -> None:
    left = replace(recent(1, minutes_ago=5), kind="left_object", object_class="object", box=[0.1, 0.2, 0.3, 0.9])
    gateway.plant.put(left)
    gateway.plant.project("plant", 5)
    gateway.domain.answer = lambda _: Refused("plant_part_retired", "the zone is retired")
    await sign_in(page)
    await page.goto(f"/incidents/{left.id}")
    panel, dialogue = page.get_by_role("region", name="Посторонний предмет"), page.get_by_role("dialog")
    await panel.get_by_role("button", name="Разрешить до").click()
    until = dialogue.get_by_label("До какого времени")
    usual = await until.input_value()
    await until.fill("2020-01-01T10:00")
    await expect(dialogue.get_by_text("Укажите время в будущем")).to_be_visible()
    await expect(dialogue.get_by_role("button", name="Разрешить", exact=True)).to_be_disabled()
    await until.fill(usual)
    await dialogue.get_by_label("Примечание").fill("до утренней отгрузки")
    await shot(page, "permit")
    await dialogue.get_by_role("button", name="Разрешить", exact=True).click()
    await expect(panel.get_by_role("alert")).to_be_visible()
    await expect(until).to_have_value(usual)  # what was refused can be sent again
    gateway.domain.answer = lambda _: Accepted(5)
    await dialogue.get_by_role("button", name="Разрешить", exact=True).click()
    await expect(dialogue).to_have_count(0)
    command = gateway.domain.orders[-1].command
    assert isinstance(command, PermitObject)
    assert (command.zone_id, command.note) == (ZoneId("press"), "до утренней отгрузки")
    assert command.until.astimezone(ZoneInfo(gateway.services.settings.plant_tz)).strftime("%Y-%m-%dT%H:%M") == usual

    await panel.get_by_role("button", name="Задать эталон заново").click()
    await page.get_by_role("tooltip").get_by_role("button", name="Задать эталон заново").click()
    await expect(page.get_by_text("Эталон зоны задаётся заново")).to_be_visible()
    assert gateway.domain.orders[-1].command == RenewReference(ZoneId("press"))
