"""A security officer's way through «Лица», and what somebody without the right, or without the module, is shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.async_api import Page, expect

from domain.contracts.access import Right
from domain.contracts.identifiers import CameraId, TrackId, local_user_id
from domain.contracts.observations import FaceMatched
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from projections.database import connect
from projections.faces import FaceMatches
from projections.projection import Observed
from tests.e2e.console_plant import recent
from tests.e2e.test_console import sign_in
from tests.e2e.watching import shot
from tests.gateway.conftest import Gateway
from tests.gateway.staff import hold

pytestmark = pytest.mark.browser

NOW = datetime.now(UTC)
ANNA, BORIS = local_user_id("anna"), local_user_id("boris")
SIGHTINGS = ((1, ANNA, 0.71), (2, None, 0.2), (3, BORIS, 0.64), (4, ANNA, 0.68))
"""Track, which is also how many minutes ago; whose; how alike."""


@pytest.fixture
def sightings(gateway: Gateway, postgres: PostgresServer) -> None:
    """Anna and Boris at the gate, Anna in a zone and in an incident."""
    facts = [
        FaceMatched(
            CameraId("gate"), TrackId(n), NOW - timedelta(minutes=n), person, score, (), NOW + timedelta(days=30)
        )
        for n, person, score in SIGHTINGS
    ]
    hold(gateway, tuple(Right))
    account = {"provider": "local", "registered_at": NOW, "position": 1}
    with connect(postgres.dsn(PROJECTIONS), "test") as connection:
        connection.execute("truncate face_match, zone_visit")
        FaceMatches().project([Observed(i, each) for i, each in enumerate(facts, 1)], connection)
    for person, login, name in ((ANNA, "anna", "Анна Петрова"), (BORIS, "boris", "Борис")):
        gateway.plant.put_row("user_account", id=person, login=login, name=name, **account)
    seen = {"zone_version": 1, "object_class": "person", "max_score": 0.9, "frames": 9, "duration_s": 300}
    visit = {"entered_at": NOW - timedelta(minutes=3), "left_at": NOW + timedelta(minutes=2), "position": 1}
    where = {"camera_id": "gate", "zone_id": "press", "track_id": 1, "detections_from": 1, "detections_to": 2}
    gateway.plant.put_row("zone_visit", id=UUID(int=1), **seen, **visit, **where)
    gateway.plant.put(replace(recent(1, minutes_ago=1), camera_id="gate", track_id=1))


@pytest.mark.usefixtures("sightings")
async def test_an_officer_finds_a_person_and_compares_with_the_timesheet(page: Page, gateway: Gateway) -> None:
    await sign_in(page)
    await page.get_by_role("link", name="Лица").click()
    await expect(page.get_by_role("status").filter(has_text="Анализ не отвечает")).to_be_visible()
    rows = page.get_by_role("table", name="Кто где был").locator("tbody tr")
    await expect(rows).to_have_count(4)
    await expect(rows.first).to_contain_text("Анна Петрова")
    await expect(rows.first).to_contain_text("Пресс")
    await expect(rows.nth(1)).to_contain_text("неизвестный")
    await shot(page, "faces")
    await page.get_by_label("Кто", exact=True).click()
    await page.get_by_title("Борис").click()
    await expect(rows).to_have_count(1)
    await expect(rows.first).to_contain_text("64 %")
    await page.get_by_label("Кто", exact=True).click()
    await page.get_by_title("Анна Петрова").click()
    await expect(rows).to_have_count(2)
    await rows.first.get_by_role("link", name="Опасная зона").click()
    await expect(page.get_by_role("article", name="Человек в опасной зоне")).to_be_visible()

    await page.goto("/faces/days")
    days = page.get_by_role("table", name="Рабочее время").locator("tbody tr")
    await expect(days.filter(has_text="Анна Петрова").first).to_contain_text("5 мин")
    await expect(page.get_by_text("Для сверки с табелем")).to_be_visible()
    await shot(page, "faces-days")
    hold(gateway, (Right.VIEW_REPORTS,))
    await page.goto("/cameras")
    await expect(page.get_by_role("link", name="Смены")).to_be_visible()
    await expect(page.get_by_role("link", name="Лица")).to_have_count(0)
