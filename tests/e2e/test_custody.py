"""An incident's files in the console: kept for ever by a person, and told when they are gone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from domain.contracts.commands import LockEvidence, SetRetention, UnlockEvidence
from domain.contracts.identifiers import CameraId, IncidentId
from gateway.reads.rows import HistoryRow, IncidentRow
from tests.e2e import media
from tests.e2e.console_plant import recent, store, tell
from tests.e2e.test_console import sign_in
from tests.e2e.watching import shot
from tests.gateway.conftest import Gateway
from tests.gateway.test_retention import obeying

pytestmark = pytest.mark.browser

GONE_AT = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
"""The third of March by the plant's clocks."""


@pytest.fixture
def pictured(gateway: Gateway) -> IncidentRow:
    row = recent(1, minutes_ago=12)
    store(gateway, row, "photo", "image/jpeg", media.photo(next(media.scene(1))))
    store(gateway, row, "clip", "video/mp4", media.clip(media.scene(30)))
    tell(gateway, row)
    gateway.plant.put(row)
    return row


async def test_a_person_keeps_the_files_for_ever_and_lets_them_age_again(
    page: Page, gateway: Gateway, pictured: IncidentRow
) -> None:
    gateway.domain.obeys(pictured)
    await sign_in(page)
    await page.goto(f"/incidents/{pictured.id}")
    custody = page.get_by_role("region", name="Хранение")
    await expect(custody).to_contain_text("Фото и видео хранятся обычный срок")
    await custody.get_by_role("button", name="Сохранить навсегда").click()
    dialogue = page.get_by_role("dialog")
    await expect(dialogue.get_by_role("button", name="Сохранить навсегда")).to_be_disabled()
    await dialogue.get_by_label("Причина").fill("расследование")
    await shot(page, "custody-why")
    await dialogue.get_by_role("button", name="Сохранить навсегда").click()
    await expect(custody).to_contain_text("Фото и видео сохранены навсегда")
    await expect(dialogue).to_be_hidden()
    await shot(page, "custody-locked")

    gateway.domain.obeys(replace(pictured, locked=True, version=pictured.version + 1))
    await custody.get_by_role("button", name="Снять защиту").click()
    await dialogue.get_by_label("Причина").fill("дело закрыто")
    await dialogue.get_by_label("Причина").press("Enter")
    await expect(custody).to_contain_text("Фото и видео хранятся обычный срок")
    id_ = IncidentId(pictured.id)
    assert [order.command for order in gateway.domain.orders] == [
        LockEvidence(id_, "расследование"),
        UnlockEvidence(id_, "дело закрыто"),
    ]


async def test_files_that_are_gone_say_when_and_why_instead_of_a_broken_picture(
    page: Page, gateway: Gateway, pictured: IncidentRow
) -> None:
    gateway.plant.expire(pictured.id, "photo", GONE_AT, "retention")
    gateway.plant.expire(pictured.id, "clip", GONE_AT, "store_full")
    detail = {"kind": "photo", "cause": "retention"}
    name = "incident.evidence_expired.v1"
    gateway.plant.put_history(HistoryRow(pictured.id, 7, pictured.position, name, GONE_AT, "custodian", detail))
    await sign_in(page)
    await expect(page.get_by_text("Снимок удалён")).to_be_visible()
    await page.goto(f"/incidents/{pictured.id}")
    await expect(page.get_by_text("Удалено по сроку хранения 3 марта 2026 г.")).to_be_visible()
    await expect(page.get_by_role("region", name="История")).to_contain_text("Удалено: фото, по сроку хранения")
    await expect(page.get_by_role("region", name="Хранение")).to_contain_text("Фото и видео удалены")
    await expect(page.get_by_role("button", name="Сохранить навсегда")).to_be_disabled()
    await shot(page, "custody-expired")
    await page.get_by_text("Видео", exact=True).click()
    await expect(page.get_by_text("Удалено из-за нехватки места 3 марта 2026 г.")).to_be_visible()


async def test_a_camera_gets_a_time_of_its_own_and_the_usual_one_again(page: Page, gateway: Gateway) -> None:
    """The domain and the projection as in tests.gateway.test_retention."""
    gateway.domain.answer = obeying(gateway)
    await sign_in(page)
    await page.goto("/cameras/gate")
    panel = page.get_by_role("region", name="Срок хранения фото и видео")
    await expect(panel).to_contain_text("обычный срок")
    await panel.get_by_label("Дней").fill("91")
    await panel.get_by_role("button", name="Сохранить").click()
    await expect(panel).to_contain_text("91 день")
    await shot(page, "camera-retention")
    await panel.get_by_role("button", name="Вернуть обычный срок").click()
    await expect(panel).not_to_contain_text("91 день")
    commands = [order.command for order in gateway.domain.orders]
    assert commands == [SetRetention(CameraId("gate"), 91), SetRetention(CameraId("gate"), None)]
