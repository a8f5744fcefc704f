"""A safety officer teaches a machine's states in the console: takes, sends, labels, deletes, teaches (R57-R60)."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.async_api import FilePayload, Locator, Page, expect
from psycopg.types.json import Jsonb

from domain import zone
from domain.contracts.commands import Accepted, Order, Reply
from domain.contracts.commands.machines import ReportMachineTaught, TeachMachine
from domain.contracts.events import Envelope, ZoneDrawn, encode_event, event_name
from domain.contracts.events.machines import MachineNotTaught, MachineTaught, MachineTeachingAsked
from domain.contracts.identifiers import CameraId, CommandId, ZoneId
from domain.contracts.subjects import ZONE as CONTEXT
from domain.contracts.subjects import event_subject
from inference.machines.album import Albums
from inference.machines.crop import cut
from inference.machines.desk.desk import TeachingDesk
from inference.machines.desk.settings import TeacherSettings
from inference.machines.desk.teacher import Teacher
from inference.machines.examples import saved
from inference.machines.states import Aspect
from inference.machines.store import load
from infra.embedded.nats import NatsServer
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge
from tests.conftest import OwnNats
from tests.e2e import media
from tests.e2e.test_console import sign_in
from tests.e2e.test_console_pages import looks_whole
from tests.gateway.conftest import Gateway
from tests.gateway.plant import AT, RULE, ZONE
from tests.gateway.test_teaching import write_down
from tests.inference.machines.conftest import CROP
from tests.inference.machines.lathe import ZONE as AROUND
from tests.inference.machines.lathe import any_light, scene

pytestmark = pytest.mark.browser

LATHE = ZoneId("lathe")
TRAINING_MS = 180_000
"""Some seconds on an idle machine; tests run side by side on two cores."""
DRAWN = ZoneDrawn(LATHE, 1, CameraId("gate"), "Токарный станок", AROUND, AT)


@pytest.fixture
def nats_server(fresh_nats: Callable[[], OwnNats]) -> NatsServer:
    """Its own history: the teacher does whatever was ever asked for."""
    return fresh_nats().server


class History:
    """Decides about the zone as the domain does; keeps the facts in EVENTS and writes them down as the audit does."""

    def __init__(self, gateway: Gateway, admin: Bridge) -> None:
        self._gateway, self._admin, self._lock = gateway, admin, threading.Lock()
        self._state = zone.evolve(None, DRAWN)

    def answer(self, order: Order) -> Reply:
        command, position = order.command, 0
        assert isinstance(command, TeachMachine | ReportMachineTaught)
        with self._lock:
            for event in zone.decide(command, self._state, AT):
                assert isinstance(event, MachineTeachingAsked | MachineTaught | MachineNotTaught)
                self._state = zone.evolve(self._state, event)
                position = write_down(self._gateway, order.by, event)
                data = encode_event(Envelope(AT, order.by, CommandId(order.command_id), event))
                message = Outgoing(event_subject(CONTEXT, LATHE), data, {"ES-Topic": event_name(event)})
                self._admin.run(publish_batch(self._admin.nc, [message]))
        return Accepted(position)


@pytest.fixture
async def lathe(gateway: Gateway, nats_server: NatsServer) -> AsyncIterator[Gateway]:
    """A lathe before the camera with a rule about its guard, and the process that teaches."""
    polygon = Jsonb([list(point) for point in AROUND])
    gateway.plant.put_row("zone", **ZONE | {"id": LATHE, "name": DRAWN.name, "polygon": polygon, "position": 5})
    about = {"id": "lathe-guard", "kind": "guard_open", "name": "Кожух открыт", "zone_id": LATHE, "position": 6}
    gateway.plant.put_row("rule", **RULE | about)
    home, random = gateway.services.settings.home, np.random.default_rng(5)
    media.live(home / "live/gate", (scene("open", "stopped", "green", random) for _ in range(20)), datetime.now(UTC), 2)
    admin, bridge = Bridge(nats_server.url("admin"), name="admin"), Bridge(nats_server.url("teacher"), name="teacher")
    gateway.domain.answer = History(gateway, admin).answer
    teacher = Teacher(bridge, TeacherSettings(home=home, teacher_nice=0))
    desk = TeachingDesk(bridge, Albums(home), teacher.progress)
    await asyncio.to_thread(bridge.run, desk.open())
    teacher.start()
    yield gateway
    await asyncio.to_thread(teacher.close)
    await asyncio.to_thread(bridge.run, desk.close())
    for each in (bridge, admin):
        await asyncio.to_thread(each.close)


def photographs(guard: str, count: int, seed: int) -> list[FilePayload]:
    """Whole pictures of the camera in any light."""
    random = np.random.default_rng(seed)
    pictures = (scene(guard, "stopped", "green", random, any_light(random)) for _ in range(count))
    return [
        FilePayload(name=f"{guard}-{n}.jpg", mimeType="image/jpeg", buffer=cv2.imencode(".jpg", each)[1].tobytes())
        for n, each in enumerate(pictures)
    ]


def by_command(home: Path) -> None:
    """Four pictures of an open guard and three of a closed one, as `./kaska machine shoot` leaves them."""
    random = np.random.default_rng(1)
    for guard, count in (("open", 4), ("closed", 3)):
        for n in range(count):
            crop = cut(scene(guard, "stopped", "green", random, any_light(random)), CROP)
            saved(crop, (guard,), f"gate-{n}", home / "models/machines/lathe/states")


async def send(panel: Locator, files: list[FilePayload], then: int) -> None:
    await panel.locator("input[type=file]").set_input_files(files)
    await expect(panel.get_by_role("listitem", name="Снимок")).to_have_count(then)


async def test_a_machine_is_taught(page: Page, lathe: Gateway) -> None:
    home: Path = lathe.services.settings.home
    await page.set_viewport_size({"width": 1280, "height": 800})
    await sign_in(page)
    await page.goto("/cameras/gate/setup")
    panel = page.get_by_role("region", name="Обучение станка: Токарный станок")
    now, teach = (
        panel.get_by_role("group", name="Что на следующих снимках"),
        panel.get_by_role("button", name="Обучить"),
    )
    await expect(teach).to_be_disabled()
    await expect(panel.get_by_text("Пока нет ни одного снимка с отметкой")).to_be_visible()
    await now.get_by_role("button", name="кожух открыт").click()
    await panel.get_by_role("button", name="Снять с камеры").click()
    await expect(panel.get_by_role("listitem", name="Снимок")).to_have_count(1)
    await expect(panel.get_by_text("кожух: нужны снимки и другого состояния")).to_be_visible()
    by_command(home)  # whoever keeps the server has taken some by the command: they are the same album
    await now.get_by_role("button", name="кожух закрыт").click()
    await send(panel, photographs("closed", 1, 2), then=9)
    await expect(panel.get_by_text("кожух закрыт: ещё 1 снимок")).to_be_visible()
    await now.get_by_role("button", name="кожух закрыт").click()  # nothing is marked now
    await send(panel, photographs("closed", 2, 3), then=11)
    await expect(teach).to_be_disabled()
    first = panel.get_by_role("listitem", name="Снимок 1", exact=True)
    await expect(first.get_by_text("без отметки")).to_be_visible()
    await panel.scroll_into_view_if_needed()
    await looks_whole(page, "teaching-pictures")
    await first.get_by_role("button", name="Удалить").click()
    await expect(panel.get_by_role("listitem", name="Снимок")).to_have_count(10)
    await first.get_by_role("button", name="кожух закрыт").click()
    await expect(teach).to_be_enabled()
    not_a_picture = FilePayload(name="x.png", mimeType="image/png", buffer=b"<svg/>")
    await panel.locator("input[type=file]").set_input_files([not_a_picture])
    await expect(panel.get_by_role("alert")).to_contain_text("Файл не читается как снимок")
    await teach.click()
    await expect(panel.get_by_role("status", name="Обучение идёт")).to_be_visible()
    await looks_whole(page, "teaching-goes-on")
    await expect(panel.get_by_text("Станок обучен по 10 снимкам")).to_be_visible(timeout=TRAINING_MS)
    await expect(panel.get_by_text("верно 100 % из названных")).to_be_visible()
    await expect(panel.get_by_text("открыт (5)")).to_be_visible()
    for width in (1280, 1600):
        await page.set_viewport_size({"width": width, "height": 900})
        await looks_whole(page, "teaching-taught")
    asked, told = (order for order in lathe.domain.orders)
    assert (type(asked.command), asked.by, type(told.command), told.by) == (
        *(TeachMachine, "admin"),
        *(ReportMachineTaught, "teacher"),
    )
    in_force = load(home, LATHE)
    assert isinstance(told.command, ReportMachineTaught)
    assert in_force.model.digest == told.command.digest
    assert states(in_force) == ["open", "closed"], "it tells what it has not seen"


def states(in_force: Any) -> list[str | None]:
    random = np.random.default_rng(9)
    looks = [cut(scene(guard, "stopped", "green", random), CROP) for guard in ("open", "closed")]
    return [in_force.classifier.tell(look)[Aspect.GUARD].state for look in looks]
