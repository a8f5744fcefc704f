"""An auditor's work in the browser: why was it decided so, and what was known of it on an earlier date (issue 3)."""

from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect
from prometheus_client import CollectorRegistry

from domain.inquiry.answering import Sources
from domain.inquiry.desk import InquiryDesk
from gateway.reads.rows import EvidenceRow
from infra import objects
from infra.embedded.nats import NatsServer
from infra.embedded.s3 import S3Server
from infra.nats.bridge import Bridge
from tests.conftest import BUCKET, OwnNats
from tests.domain.inquiry.case import Case
from tests.domain.samples import second
from tests.e2e import media
from tests.e2e.watching import shot
from tests.gateway.conftest import PASSWORD, Gateway
from tests.gateway.plant import incident

pytestmark = pytest.mark.browser

PHOTO_IS_SHOWN = "document.querySelector('.stage img').naturalWidth > 0"


@pytest.fixture
def nats_server(fresh_nats: Callable[[], OwnNats]) -> NatsServer:
    """Its own history."""
    return fresh_nats().server


@pytest.fixture
async def case(gateway: Gateway, nats_server: NatsServer, s3: S3Server) -> AsyncIterator[Case]:
    """Told, with a real photo, in the read model too, and an inquiry that answers."""
    store = objects.connect(s3.endpoint, s3.access_key, s3.secret_key, attempts=1)
    with (
        closing(Bridge(nats_server.url("admin"), name="test")) as admin,
        closing(Bridge(nats_server.url("inquiry"), name="inquiry")) as bridge,
    ):
        told = Case(admin, store, BUCKET, photo=media.photo(next(media.scene(1))))
        opened = told.tell()
        row = incident(1, camera_id=opened.camera_id, opened_at=opened.opened_at, box=list(opened.box))
        gateway.plant.put(replace(row, id=opened.incident_id))
        [photo] = [(kind, key) for kind, key in told.keys.items() if kind.value == "photo"]
        size = len(told.photo)
        kept = (opened.incident_id, "photo", photo[1], "ab" * 32, size, "image/jpeg", second(0), second(1), None)
        gateway.plant.put_evidence(EvidenceRow(*kept))
        sources = Sources(bridge, store, BUCKET, gateway.services.settings.home)
        desk = InquiryDesk(sources, CollectorRegistry(), lambda: datetime.now(UTC))
        yield told
        desk.close()


async def sign_in(page: Page, wanted: str) -> None:
    await page.goto(wanted)
    await page.get_by_label("Логин").fill("admin")
    await page.get_by_label("Пароль").fill(PASSWORD)
    await page.get_by_role("button", name="Войти").click()


async def test_an_auditor_reads_the_passport_and_what_was_known_before(
    page: Page, gateway: Gateway, case: Case
) -> None:
    await sign_in(page, f"/incidents/{case.incident}")
    await page.get_by_role("button", name="Паспорт решения").click()
    await expect(page).to_have_url(f"{gateway.url}/incidents/{case.incident}/passport")

    verdict = page.get_by_role("article", name="Паспорт решения").get_by_role("region", name="Решение")
    await expect(verdict).to_contain_text("Ложное")
    await expect(verdict).to_contain_text("тень")
    await expect(verdict).to_contain_text("от 40,0 % до 60,0 %: на проверку")
    await expect(verdict).to_contain_text("02.03.2026, 12:00:01 GMT+3")  # the plant's clocks, not the browser's
    grounds = page.get_by_role("region", name="На чём основано")
    await expect(grounds).to_contain_text("Опасная зона, версия 1")
    await expect(grounds).to_contain_text("выдержка 1,0 с, окно оценки 10,0 с, пауза 2,0 с")
    await expect(page.get_by_role("img", name="Зона и рамки объекта")).to_be_visible()
    assert await page.evaluate(PHOTO_IS_SHOWN)
    path = page.get_by_role("region", name="Как сложилась оценка")
    await expect(path).to_contain_text("совпадает с записанной")
    await expect(path).to_contain_text("поднялась выше порога «нарушение»")
    files = page.get_by_role("region", name="Доказательства")
    await expect(files).to_contain_text("на месте")
    await expect(files).to_contain_text("the camera was away")
    history = page.get_by_role("region", name="Журнал и действия людей")
    await expect(history.get_by_role("row")).to_have_count(1 + 8)
    frames = page.get_by_role("region", name="Кадры")
    await expect(frames.get_by_role("row")).to_have_count(1 + case.frames + 1)
    await page.set_viewport_size({"width": 1600, "height": 2600})
    await shot(page, "passport")
    await page.set_viewport_size({"width": 1600, "height": 940})

    await page.get_by_label("Как было известно на").fill("2026-03-02T12:00:10")
    await page.get_by_role("button", name="Показать").click()
    note = page.get_by_text("Показано, как было известно на 02.03.2026, 12:00:10 GMT+3.")
    await expect(note).to_contain_text("Записано позже: 3 записи")
    await expect(verdict).to_contain_text("На проверке")
    await expect(verdict).not_to_contain_text("тень")
    await shot(page, "passport-as-known")

    await page.get_by_label("Как было известно на").fill("2026-03-02T12:00:02")
    await page.get_by_role("button", name="Показать").click()
    await expect(page.get_by_text("об этом событии ничего не было известно")).to_be_visible()
    await expect(page.get_by_text("записано 02.03.2026, 12:00:03 GMT+3")).to_be_visible()
    await shot(page, "passport-not-known")
    await page.get_by_role("button", name="Вернуться к текущему").click()
    await expect(verdict).to_contain_text("Ложное")

    await page.emulate_media(media="print")
    await expect(page.get_by_role("banner")).to_be_hidden()
    await shot(page, "passport-print")


async def test_a_passport_of_nothing_is_a_russian_sentence(page: Page, gateway: Gateway, case: Case) -> None:
    await sign_in(page, "/incidents/00000000-0000-0000-0000-000000000000/passport")
    await expect(page.get_by_text("Такого события нет.")).to_be_visible()
