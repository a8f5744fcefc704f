"""«Что если» in the browser: from a camera's rule over the question and its progress to the incidents that differ."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.async_api import Locator, Page, expect

from infra.embedded.nats import NatsServer
from infra.embedded.ports import any_free_port
from infra.nats.batch import publish_batch
from tests.conftest import OwnNats
from tests.domain.replay.plant import recorded_plant
from tests.domain.scenes import messages, recording
from tests.domain.service.test_service import Plant as RecordedPlant
from tests.domain.service.test_service import fold
from tests.e2e.test_console import sign_in
from tests.e2e.watching import shot
from tests.gateway.conftest import Gateway
from tests.gateway.plant import CAMERA, INCIDENT, RULE

pytestmark = pytest.mark.browser

YARD = "yard-danger-zone"
NAME = "Опасная зона двора"
DAYS = 6
DAY_US = 86_400_000_000


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordedPlant]:
    """Half a minute of each of some days."""
    own = OwnNats(NatsServer.of(tmp_path_factory.mktemp("nats"), any_free_port()))
    own.start()
    try:
        with recorded_plant(own, 30) as plant:
            loop = plant.rules_loop()
            for day in range(1, DAYS):
                frames = [
                    replace(
                        frame,
                        captured_at_us=frame.captured_at_us + day * DAY_US,
                        last_captured_at_us=frame.last_captured_at_us + day * DAY_US,
                    )
                    for frame in recording(20 + 4 * day, seed=day + 1)
                ]
                sent = messages(frames)
                for first in range(0, len(sent), 500):
                    plant.admin.run(publish_batch(plant.admin.nc, sent[first : first + 500]))
                fold(loop)
            loop.close()
            yield plant
    finally:
        own.stop()


@pytest.fixture
def nats_server(recorded: RecordedPlant) -> NatsServer:
    return recorded.server.server


@pytest.fixture
def yard(
    gateway: Gateway, recorded: RecordedPlant, nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> Gateway:
    """The yard's camera, rule and incidents as the projections would write them."""
    monkeypatch.setenv("KASKA_HOME", str(gateway.services.settings.home))
    monkeypatch.setenv("KASKA_NATS_URL", nats_server.url("replay"))
    plant = gateway.plant
    plant._insert("camera", CAMERA | {"id": "yard", "name": "Двор"})
    thresholds = {"threshold_min": 0.4, "threshold_max": 0.7, "dwell_s": 1.0, "window_s": 10.0, "gap_s": 1.5}
    rule = RULE | {"id": YARD, "name": NAME, "camera_id": "yard", "zone_id": None} | thresholds
    plant._insert("rule", rule)
    incidents = [each for each in recorded.opened_incidents() if each.rule_id == YARD]
    rows = [
        replace(INCIDENT, id=each.incident_id, camera_id="yard", opened_at=each.opened_at, position=20 + n)
        for n, each in enumerate(incidents)
    ]
    plant.put(*rows)
    return gateway


async def test_a_rule_is_tried_on_what_was_recorded(page: Page, yard: Gateway) -> None:
    await sign_in(page)
    await page.goto("/cameras/yard")
    await page.get_by_role("link", name=f"Что если изменить правило «{NAME}»").click()
    await expect(page).to_have_url(f"{yard.url}/what-if?rule={YARD}")
    form = page.get_by_role("region", name="Вопрос")
    await expect(form).to_contain_text(NAME)
    start = form.get_by_role("button", name="Посчитать")
    await expect(start).to_be_disabled()
    await form.get_by_role("combobox", name="Период").click()
    await page.get_by_title("Всё, что записано").click()
    await pressed(form.get_by_role("slider", name="порог нарушения"), "ArrowLeft", 15)
    await pressed(form.get_by_role("slider", name="длительность нарушения"), "ArrowRight", 6)
    await expect(form).to_contain_text("проверка от 40 %, нарушение от 55 %")
    await shot(page, "what-if-question")
    await start.click()
    await expect(page.get_by_role("region", name="Ход расчёта").get_by_role("progressbar")).to_be_visible()
    await shot(page, "what-if-progress")

    await expect(page.get_by_text("Готово")).to_be_visible(timeout=60_000)
    await expect(page.locator(".what-if-result")).to_contain_text(
        "порог нарушения 70 % → 55 % · длительность нарушения 1 с → 4 с"
    )
    await expect(page.get_by_role("img", name="События по дням: было и стало бы")).to_be_visible()
    names, counts = [await page.locator(f".what-if-totals {tag}").all_inner_texts() for tag in ("dt", "dd")]
    totals = dict(zip(names, counts, strict=True))
    assert int(totals["Исчезло"]) > 0
    assert int(totals["Изменилось"]) > 0
    assert int(totals["Было"]) - int(totals["Исчезло"]) + int(totals["Новых"]) == int(totals["Стало бы"])
    days = page.locator(".what-if-days tbody tr")
    await expect(days).to_have_count(DAYS)
    assert sum([int(await row.locator("td").nth(1).inner_text()) for row in await days.all()]) == int(totals["Было"])
    apart = page.get_by_role("region", name="Какие события отличаются")
    await apart.get_by_text(re.compile("Изменились")).click()
    await expect(apart.get_by_role("row")).to_have_count(min(25, int(totals["Изменилось"])) + 1)
    await expect(apart.get_by_role("row").nth(1)).to_contain_text("На проверке")
    await shot(page, "what-if-result")

    await apart.get_by_role("row").nth(1).get_by_role("link").click()
    await expect(page.get_by_role("article", name="Человек в опасной зоне")).to_be_visible()
    await page.get_by_role("link", name="Что если").click()
    jobs = page.get_by_role("list", name="Заданные вопросы").get_by_role("listitem")
    await expect(jobs).to_have_count(1)
    await expect(jobs).to_contain_text("Готово")
    await shot(page, "what-if-jobs")


async def test_a_question_is_cancelled_and_an_unknown_one_says_so(page: Page, yard: Gateway) -> None:
    await sign_in(page)
    await page.goto(f"/what-if?rule={YARD}")
    form = page.get_by_role("region", name="Вопрос")
    await pressed(form.get_by_role("slider", name="окно оценки"), "ArrowRight", 4)
    await form.get_by_role("button", name="Посчитать").click()
    await page.get_by_role("button", name="Отменить").click()
    await expect(page.get_by_text("Отменено")).to_be_visible()
    await page.goto("/what-if/11111111-1111-4111-8111-111111111111")
    await expect(page.get_by_text("Такого вопроса нет. Хранятся только последние.")).to_be_visible()


async def pressed(slider: Locator, key: str, times: int) -> None:
    await slider.focus()
    for _ in range(times):
        await slider.press(key)
