"""The measured journeys of the first release, on the real product: real video, real servers, a real browser."""

import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from playwright.async_api import Browser, Page, expect

from domain.contracts.events import MarkedFalsePositive, decode_event
from domain.contracts.personal import WITHHELD
from domain.contracts.subjects import EVENTS
from infra.checkout import CHECKOUT
from infra.eventstore.envelope import TOPIC
from infra.nats.bridge import connect
from infra.nats.direct import get_last
from tests.e2e.running_plant import Demo, RunningPlant, processes_of
from tests.e2e.watching import shot, until

pytestmark = [pytest.mark.assets, pytest.mark.timeout(600)]

SOMETHING_DRAWN = """(() => {
    const canvas = document.querySelector('canvas');
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    return pixels.some((value, i) => i % 4 === 3 && value > 0);
})()"""
REASON = "Манекен у пресса"
HEALTHY_S = 60.0
"""From the address of the console until every process has been heard."""


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    home = tmp_path_factory.mktemp("demo") / "home"
    demo = Demo(home)
    try:
        yield demo.wait_until_ready()
    finally:
        code = demo.stop()
    assert code == 0, demo.said
    assert processes_of(home) == []


@pytest.fixture
async def console(chromium: Browser, plant: RunningPlant) -> AsyncIterator[Page]:
    context = await chromium.new_context(base_url=plant.url, viewport={"width": 1600, "height": 940}, locale="ru-RU")
    yield await context.new_page()
    await context.close()


@pytest.mark.browser
async def test_a_guard_sees_an_incident_appear_plays_its_clip_and_marks_it_false(
    console: Page, plant: RunningPlant
) -> None:
    await _sign_in(console, plant, "/incidents")
    rows = console.get_by_role("list", name="События").get_by_role("listitem")
    await expect(rows.first).to_be_visible(timeout=60_000)
    before = await rows.count()
    await expect(rows.nth(before)).to_be_visible(timeout=120_000)

    await shot(console, "plant-incidents")
    incident_id = _complete_incident(plant)
    await console.goto(f"/incidents/{incident_id}")
    await expect(console.get_by_role("img", name="Снимок в момент события")).to_be_visible(timeout=30_000)
    await console.get_by_text("Видео", exact=True).click()
    await until(console, "document.querySelector('video')?.currentTime > 0.3", 30)
    await shot(console, "plant-incident")

    await console.keyboard.press("f")
    await console.get_by_label("Причина").fill(REASON)
    await console.get_by_role("button", name="Отметить ложным").click()
    await expect(console.get_by_text("Отмечено как ложное срабатывание")).to_be_visible(timeout=20_000)

    with psycopg.connect(plant.postgres()) as connection:
        row = connection.execute(
            "select verdict, decided_by, reason from read_model.incident where id = %s", (incident_id,)
        ).fetchone()
    assert row == ("false_positive", "admin", REASON)
    assert await _marks(plant, incident_id) == MarkedFalsePositive(WITHHELD, WITHHELD), "sealed in the history"


async def _sign_in(console: Page, plant: RunningPlant, wanted: str) -> None:
    """Opens a page, is asked who one is, and is led back to it."""
    await console.goto(wanted)
    await console.get_by_label("Логин").fill("admin")
    await console.get_by_label("Пароль").fill(plant.password)
    await console.get_by_role("button", name="Войти").click()
    await expect(console.get_by_role("button", name="Пользователь admin")).to_be_visible(timeout=20_000)


async def _marks(plant: RunningPlant, incident_id: str) -> object:
    """The newest review in the incident's history; evidence may have come after it."""
    client = await connect(plant.nats(), name="test")
    try:
        with psycopg.connect(plant.postgres()) as connection:
            row = connection.execute(
                "select position from read_model.incident_history where incident_id = %s and name = %s",
                (incident_id, "incident.marked_false_positive.v1"),
            ).fetchone()
        assert row is not None
        message = await client.jetstream().get_msg(EVENTS, row[0])
        assert await get_last(client, EVENTS, f"es.incident.{incident_id}") is not None
    finally:
        await client.close()
    assert message.headers is not None
    assert message.data is not None
    return decode_event(message.headers[TOPIC], message.data).event


def _complete_incident(plant: RunningPlant) -> str:
    """An incident whose clip is stored; it is cut five seconds after the moment."""
    query = "select incident_id from read_model.incident_evidence where kind = 'clip' and key is not null limit 1"
    with psycopg.connect(plant.postgres(), autocommit=True) as connection:
        for _ in range(300):
            row = connection.execute(query).fetchone()
            if row is not None:
                return str(row[0])
            time.sleep(0.2)
    raise AssertionError("no clip was stored within a minute")


@pytest.mark.browser
async def test_an_auditor_opens_the_passport_of_a_real_decision(console: Page, plant: RunningPlant) -> None:
    await _sign_in(console, plant, f"/incidents/{_complete_incident(plant)}")
    await console.get_by_role("button", name="Паспорт решения").click()
    path = console.get_by_role("region", name="Как сложилась оценка")
    await expect(path).to_contain_text("выведена заново из кадров, совпадает с записанной", timeout=30_000)
    await expect(console.get_by_role("region", name="Доказательства")).to_contain_text("на месте")
    await expect(console.get_by_role("img", name="Зона и рамки объекта")).to_be_visible()
    await console.set_viewport_size({"width": 1600, "height": 2600})
    await shot(console, "plant-passport")


@pytest.mark.browser
async def test_a_live_picture_moves_and_carries_boxes(console: Page, plant: RunningPlant) -> None:
    await _sign_in(console, plant, "/cameras/yard")
    await until(console, "document.querySelector('video')?.currentTime > 1", 60)
    await shot(console, "plant-live")
    await console.get_by_role("switch", name="Зоны").click()
    await until(console, SOMETHING_DRAWN, 30)


def test_nothing_but_health_is_told_to_who_has_not_signed_in(plant: RunningPlant) -> None:
    with httpx.Client(base_url=plant.url) as client:
        deadline = time.monotonic() + HEALTHY_S
        while client.get("/healthz").status_code != 200:
            assert time.monotonic() < deadline, client.get("/healthz").text
            time.sleep(0.5)
        assert client.post("/graphql", json={"query": "{ incidents { totalCount } }"}).status_code == 401
        assert client.get("/metrics").status_code == 401
        assert client.get("/live/yard/index.m3u8").status_code in {401, 404}


def test_the_demo_without_a_terminal_answers_with_one_line_of_json(tmp_path: Path) -> None:
    home = tmp_path / "home"
    command = [sys.executable, "-m", "infra.cli", "demo", "--home", str(home)]
    done = subprocess.run(
        [*command, "--until-incidents", "3", "--timeout", "300", "--json"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert len(answer["incidents"]) >= 3
    for incident in answer["incidents"]:
        assert incident["kind"] in {"danger_zone", "no_helmet", "perimeter"}
        assert incident["verdict"] in {"dismissed", "review", "violation"}
        for kind in ("photo", "clip"):
            assert incident[kind]["size"] > 1000
            assert len(incident[kind]["sha256"]) == 64
    assert answer["frames_analysed"] > 0
    assert answer["latency_ms"]["p95"] >= answer["latency_ms"]["p50"] > 0
    assert answer["console_url"].startswith("http://127.0.0.1:")
    assert processes_of(home) == []
