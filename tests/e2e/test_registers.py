"""An auditor's way through «Аудит», and a manager's through «Статистика»."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect
from psycopg.types.json import Jsonb

from domain.contracts.access import Right
from domain.contracts.events import NAMES
from tests.e2e.test_console import sign_in
from tests.e2e.watching import shot
from tests.gateway.conftest import Gateway
from tests.gateway.test_rights import employ

pytestmark = pytest.mark.browser

ANNA = "19be4b5a-cd81-55f2-81d5-d3f6e8bc21b6"
INCIDENT = "0d012bb6-9cd1-5956-9ba8-ae09aa5e926f"
ACTS: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    ("rules", "incident", INCIDENT, "incident.opened.v1", {"camera_id": "gate", "kind": "danger_zone", "score": 0.63}),
    ("rules", "incident", INCIDENT, "incident.review_requested.v1", {"score": 0.63}),
    ("anna", "user", f"{ANNA}-20260302", "user.signed_in.v1", {"user_id": ANNA, "address": "10.0.0.17"}),
    ("anna", "incident", INCIDENT, "incident.assigned.v1", {"assignee": "boris"}),
    ("boris", "incident", INCIDENT, "incident.marked_false_positive.v1", {"reviewer": "boris", "reason": "тень"}),
    ("anna", "rule", "press-zone", "rule.published.v1", {"rule_version": 4, "name": "Человек у пресса"}),
    ("admin", "role", "operator", "role.granted.v1", {"role_id": "operator", "user_id": ANNA, "scope": None}),
)
TODAY = datetime.now(ZoneInfo("Europe/Moscow")).date()


@pytest.fixture
def audited(gateway: Gateway) -> None:
    began = datetime.now(UTC) - timedelta(hours=1)
    for n, (actor, entity, entity_id, name, detail) in enumerate([*ACTS, *ACTS[:2] * 60], 1):
        gateway.plant.put_row(
            "audit_entry",
            position=n,
            at=began + timedelta(seconds=n * 7),
            actor=actor,
            service=actor == "rules",
            entity=entity,
            entity_id=entity_id,
            version=1,
            name=name,
            detail=Jsonb(detail),
        )


@pytest.fixture
def counted(gateway: Gateway) -> None:
    """Fourteen days, the newest today; the whole frame and a zone; one camera more than is registered."""
    for n in range(14):
        for camera, zone, kind in (("gate", "press", "danger_zone"), ("yard", "", "no_helmet")):
            violations, review, false, dismissed = n % 5 + 1, n % 3, n % 2, n % 4
            gateway.plant.put_row(
                "daily_statistics",
                day=TODAY - timedelta(days=13 - n),
                camera_id=camera,
                zone_id=zone,
                kind=kind,
                opened=violations + review + false + dismissed,
                violations=violations,
                dismissed=dismissed,
                in_review=review,
                confirmed=violations // 2,
                false_positives=false,
                reviewed=n % 2,
                review_median_s=41.0 + 300 * n if n % 2 else None,
            )


@pytest.mark.usefixtures("audited")
async def test_an_auditor_asks_who_did_what(page: Page) -> None:
    await sign_in(page)
    await page.get_by_role("link", name="Аудит").click()
    rows = page.get_by_role("table", name="Аудит").locator("tbody tr")
    await expect(rows).to_have_count(5)
    await expect(rows.first).to_contain_text("Роль выдана")
    await expect(rows.first).to_contain_text(f"пользователь: {ANNA}Роль operator")
    await shot(page, "audit")

    await page.get_by_label("Действия служб").click()
    await expect(rows).to_have_count(100)
    await page.get_by_role("button", name="Показать ещё").click()
    await expect(rows).to_have_count(127)
    await expect(page.get_by_text("Это все записи")).to_be_visible()

    await page.get_by_label("Действия служб").click()
    await page.get_by_label("Кто", exact=True).fill("anna")
    await page.keyboard.press("Enter")
    await expect(rows).to_have_count(3)
    await expect(rows.nth(1)).to_contain_text("Назначено")
    await expect(rows.nth(1)).to_contain_text("кому: boris")
    await page.get_by_label("Над чем").click()
    await page.get_by_title("Правило", exact=True).click()
    await expect(rows).to_have_count(1)
    await expect(rows.first).to_contain_text("версия правила: 4")
    await shot(page, "audit-filtered")


async def test_an_auditor_without_the_right_is_told_so(page: Page, gateway: Gateway) -> None:
    employ(gateway, Right.VIEW_INCIDENTS, scope={"whole_plant": True})
    await sign_in(page)
    await page.get_by_role("link", name="Аудит").click()
    await expect(page.get_by_role("alert")).to_contain_text("Недостаточно прав")


@pytest.mark.usefixtures("counted")
async def test_a_manager_looks_at_two_weeks(page: Page) -> None:
    await sign_in(page)
    await page.get_by_role("link", name="Статистика").click()
    table = page.get_by_role("table", name="Статистика")
    await expect(table.locator("tbody tr")).to_have_count(28)
    await expect(table.locator("thead .grid-total")).to_have_text("Всего1588032382614")
    await expect(page.get_by_role("img", name="События по дням")).to_be_visible()
    await expect(table.locator("tbody tr").first).to_contain_text(f"{TODAY:%d.%m}")
    bars = page.locator("rect.days-violations")
    await expect(bars).to_have_count(14)
    await bars.nth(13).hover()
    await expect(page.locator(".legend-violations")).to_have_text("Нарушений: 8")
    await shot(page, "statistics")

    await page.get_by_label("Камера").click()
    await page.get_by_title("Ворота", exact=True).click()
    await expect(table.locator("tbody tr")).to_have_count(14)
    await expect(table.locator("tbody tr").first).to_contain_text("Пресс")
    await page.get_by_label("Вид", exact=True).click()
    await page.get_by_title("Работа без каски", exact=True).click()
    await expect(page.get_by_text("За эти дни событий не было")).to_be_visible()


def test_every_event_has_words_in_the_console() -> None:
    """An event that is added needs a sentence in the audit, an incident's in its history too."""
    from gateway.settings import DEFAULT_CONSOLE_DIR

    locale = DEFAULT_CONSOLE_DIR.parent / "src" / "locale"
    words = "".join((locale / name).read_text(encoding="utf-8") for name in ("ru.ts", "registers.ts"))
    assert [name for name in NAMES if f'"{name}": "' not in words] == []
